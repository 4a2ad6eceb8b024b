"""Every setting of an installation: environment over ``instance/settings.toml`` over defaults."""

from directory.infra.settings.load import load
from directory.infra.settings.table import PREFIX, TABLE, Setting
from directory.infra.settings.value import Settings, SettingsError

__all__ = ["PREFIX", "TABLE", "Setting", "Settings", "SettingsError", "load"]
