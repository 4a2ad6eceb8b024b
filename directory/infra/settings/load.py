"""Reading the settings: environment over ``instance/settings.toml`` over defaults, each one checked."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Final

from directory.infra.settings import checks
from directory.infra.settings.table import PREFIX, TABLE, Setting
from directory.infra.settings.value import Settings, SettingsError

FILE: Final = "settings.toml"
_BY_NAME: Final = {setting.name: setting for setting in TABLE}


def load(environ: Mapping[str, str] | None = None, instance: Path | None = None) -> Settings:
    """The checked settings; ``environ`` is the process's when None, ``instance`` goes before what it says.

    Raises SettingsError for the first that is wrong, and for a name that no setting has.
    """
    environ = os.environ if environ is None else environ
    given = _from_environment(environ)
    folder = given.pop("instance", None) or Path(_BY_NAME["instance"].default or "").resolve()
    if instance is not None:
        folder = instance.resolve()
    given = _from_file(folder / FILE) | given
    values = {setting.name: given.get(setting.name, _default(setting)) for setting in TABLE}
    values["instance"] = folder
    _work_out(values, folder)
    _agree(values)
    values["given_secret"] = values.pop("secret_key")
    return Settings(**values)


def _from_environment(environ: Mapping[str, str]) -> dict[str, Any]:
    names = [name for name in environ if name.startswith(PREFIX)]
    _known(names, [setting.variable for setting in TABLE], "the environment")
    found = {name: environ[f"{PREFIX}{name.upper()}"] for name in _BY_NAME if f"{PREFIX}{name.upper()}" in environ}
    return {
        name: _checked(_BY_NAME[name], words, _BY_NAME[name].variable)
        for name, words in found.items()
        if words.strip() or _BY_NAME[name].may_be_empty
    }


def _from_file(file: Path) -> dict[str, Any]:
    if not file.is_file():
        return {}
    try:
        given = tomllib.loads(file.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(str(file), str(error), "a TOML file in UTF-8, one `name = value` a line") from None
    _known(given, [setting.name for setting in TABLE if setting.in_file], str(file))
    return {name: _checked(_BY_NAME[name], _words(value), f"{name} in {file}") for name, value in given.items()}


def _words(value: object) -> str:
    """A TOML value as the text that the environment would hold."""
    if isinstance(value, list):
        return " ".join(str(each) for each in value)
    return str(int(value)) if isinstance(value, bool) else str(value)


def _known(names: Iterable[str], known: list[str], where: str) -> None:
    for name in names:
        if name not in known:
            near = get_close_matches(name, known, n=1, cutoff=0.0)
            raise SettingsError(where, name, f"the name of a setting (perhaps {near[0]})")


def _checked(setting: Setting, words: str, name: str) -> Any:
    try:
        return setting.check(words)
    except ValueError:
        raise SettingsError(name, _shown(setting, words), setting.wanted) from None


def _shown(setting: Setting, words: str) -> str:
    return "(something that is not shown)" if setting.secret else words


def _default(setting: Setting) -> Any:
    return None if setting.default is None else setting.check(setting.default)


def _work_out(values: dict[str, Any], folder: Path) -> None:
    """The defaults that follow from other settings."""
    if values["database_url"] is None:
        values["database_url"] = f"sqlite:///{folder / Path(values['place']).stem}.sqlite"
    if values["site_address"] is None:
        values["site_address"] = f"http://127.0.0.1:{values['port']}"


def _agree(values: Mapping[str, Any]) -> None:
    """What no setting can say alone."""
    address = values["site_address"]
    if address.startswith("http://") and not checks.is_loopback(address) and not values["insecure"]:
        wanted = "an https address (or DIRECTORY_INSECURE=1, for a try-out in a closed network)"
        raise SettingsError(_BY_NAME["site_address"].variable, address, wanted)
    main, standbys = values["database_url"], values["read_urls"]
    if standbys and (main.startswith("sqlite") or main in standbys):
        setting = _BY_NAME["read_urls"]
        raise SettingsError(setting.variable, _shown(setting, ""), setting.wanted)
    if values["smtp_url"] and not values["mail_from"]:
        setting = _BY_NAME["mail_from"]
        raise SettingsError(setting.variable, "", setting.wanted)
    if values["nominatim_url"] and not values["nominatim_contact"]:
        setting = _BY_NAME["nominatim_contact"]
        raise SettingsError(setting.variable, "", setting.wanted)
