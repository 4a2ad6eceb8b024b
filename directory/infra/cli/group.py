"""The command ``directory``: each command's module is imported when it is used, so that --help is quick."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any, Final

import click

from directory.core.errors import DirectoryError

OURS_ALONE: Final = 0o077  # what a command writes holds private addresses: nobody else reads it


@dataclass(frozen=True, slots=True)
class Named:
    """A command by name: ``module:attribute``, and its line in the list of commands."""

    target: str
    says: str


class Commands(click.Group):
    """A group that knows its commands by name, and tells an expected error in one sentence."""

    def __init__(self, commands: Mapping[str, Named], **options: Any) -> None:
        super().__init__(**options)
        self._named = dict(commands)

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Their names, as they stand in the table."""
        return list(self._named)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - click's signature
        """The command itself, imported now."""
        if cmd_name not in self._named:
            return None
        module, _, attribute = self._named[cmd_name].target.partition(":")
        found: click.Command = getattr(import_module(module), attribute)
        return found

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - click's signature
        """The list of commands, from the table alone."""
        with formatter.section("Commands"):
            formatter.write_dl(self.lines())

    def lines(self) -> Sequence[tuple[str, str]]:
        """Each command's name and line."""
        return [(name, named.says) for name, named in self._named.items()]

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command. What we expect, and what a database refuses, is told with exit code 1 and no trace."""
        before = os.umask(OURS_ALONE)
        try:
            return super().invoke(ctx)
        except DirectoryError as error:
            raise click.ClickException(str(error)) from error
        except Exception as error:
            if sentence := _refusal(error):
                raise click.ClickException(sentence) from error
            raise
        finally:
            os.umask(before)


def _refusal(error: Exception) -> str:
    """What to tell of a database's refusal; "" for every other error, among them those by which click ends."""
    if "sqlalchemy" not in sys.modules:  # nobody asked a database, and to load it takes as long as all of --help
        return ""
    from directory.infra.faults import told  # noqa: PLC0415 - as above

    return told(error)
