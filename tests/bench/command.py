"""The command ``directory``, whose ``serve`` serves the bench's two pages beside the product's."""

from __future__ import annotations

from directory.app import cli
from directory.infra.cli import serve

serve.APPLICATION = "tests.bench.app:create_app()"

if __name__ == "__main__":
    cli()
