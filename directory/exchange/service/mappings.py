"""Mapping files: those that come with the code, and an operator's own."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from importlib import resources
from pathlib import Path
from typing import Any

from directory.core.errors import Invalid
from directory.exchange.rules.mapping import REQUIRED, Mapping, parse_mapping

_SHIPPED = resources.files("directory.exchange") / "mappings"


def shipped() -> list[str]:
    """The names of the mappings that come with the code."""
    return sorted(
        entry.name.removesuffix(".toml")
        for entry in _SHIPPED.iterdir()
        if entry.name.endswith(".toml") and "columns" in tomllib.loads(entry.read_text(encoding="utf-8"))
    )


def load_mapping(name_or_file: str) -> Mapping:
    """The mapping of that name, or in that file. Raises Invalid."""
    own = Path(name_or_file)
    entry: Any = own if own.suffix == ".toml" else _SHIPPED / f"{name_or_file}.toml"
    if not entry.is_file():
        raise Invalid("mapping", name_or_file, f"one of {', '.join(shipped())}, or the path of a TOML file")
    data = _read(entry)
    codes = data.get("needs", {}).get("codes")
    return parse_mapping(
        entry.name.removesuffix(".toml"),
        data,
        _read(entry.parent / codes if own.suffix else _SHIPPED / codes) if codes else None,
    )


def check_columns(mapping: Mapping, columns: Iterable[str]) -> list[str]:
    """Columns of the file that the mapping does not name. Raises Invalid when one that it must have is missing."""
    there = set(columns)
    for target in REQUIRED:
        wanted = [column.name for column in mapping.column_of(target)]
        if not there.intersection(wanted):
            raise Invalid("file", ", ".join(sorted(there))[:200], f"a column {wanted[0]!r}: is this the right mapping?")
    return sorted(there - {column.name for column in mapping.columns})


def _read(entry: Any) -> dict[str, Any]:
    try:
        return tomllib.loads(entry.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise Invalid("mapping", str(entry.name), f"a TOML file in UTF-8 ({error})") from None
