"""``docs/settings.md``, made from the table of settings."""

from __future__ import annotations

from directory.infra.settings.table import TABLE, Setting

_HEAD = """\
# Settings

Made from `directory/infra/settings/table.py` by `directory settings`; change it there.

A setting comes from the environment (`DIRECTORY_PORT=8080`), else from `settings.toml` in the instance folder
(`port = 8080`), else from its default. An empty variable counts as not set, unless it says below that empty
is a value. Each one is checked when the command starts; a wrong one stops it with its name, what was given
and what is wanted. A name that no setting has is refused, with the nearest one that exists.

`make run` takes the short forms `PORT=`, `HOST=` and `PLACE=`.
"""


def document() -> str:
    """The page, in Markdown."""
    return "\n".join([_HEAD, *(_section(setting) for setting in TABLE)])


def _section(setting: Setting) -> str:
    default = setting.default_says or (f"`{setting.default}`" if setting.default else "empty")
    notes = " Empty is a value." if setting.may_be_empty else ""
    where = f"`{setting.name}`" if setting.in_file else "never: the file lies in it"
    return (
        f"## {setting.variable}\n\n{setting.meaning}{notes}\n\n"
        f"- Wanted: {setting.wanted}\n- Default: {default}\n"
        f"- Example: `{setting.example}`\n- In settings.toml: {where}\n"
    )
