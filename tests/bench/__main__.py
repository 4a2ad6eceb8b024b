"""``python -m tests.bench --listings N --database sqlite|postgres [--peer datasette]``."""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from typing import Any

from directory.infra import clock
from tests.bench import extract, machine, peer, procs, profiles, questions, report, rounds, servers
from tests.bench.installation import Installation, installed
from tests.bench.questions import Asker, Page
from tests.bench.targets import Target, targets
from tests.support.machine import Missing

PROFILED = 40  # addresses of a page whose profile is taken


def main(arguments: Sequence[str] | None = None) -> int:
    """Load, serve, ask, and write the tables; the exit status. A missed target is told, and is no failure."""
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--listings", type=int, required=True)
    parser.add_argument("--database", choices=("sqlite", "postgres"), required=True)
    parser.add_argument("--peer", choices=("datasette",))
    parser.add_argument("--rounds", type=int, default=rounds.ROUNDS)
    asked = parser.parse_args(arguments)
    began = time.monotonic()
    load = machine.load()
    try:
        with installed(asked.listings, asked.database) as installation:
            run = _measure(installation, with_peer=asked.peer is not None, how_often=asked.rounds)
    except Missing as missing:
        raise SystemExit(str(missing)) from None
    run["load"] = load
    report.keep(run)
    print(report.text([run]))
    print(f"{time.monotonic() - began:.0f} s; kept in {report.PAGE.name}")
    return 0


def _measure(installation: Installation, *, with_peer: bool, how_often: int) -> dict[str, Any]:
    with ExitStack() as stack:
        served = stack.enter_context(servers.ours(installation))
        print("Looking at every page that will be asked for", flush=True)
        pages = questions.pages(Asker(installation), served.port)
        memory = procs.memory(served.pid)  # before the bench's own pages keep what they draw
        yards = questions.yardsticks(pages, served.port)
        asked = [(page, served) for page in [*yards, *pages]]
        if with_peer:
            file = peer.database(installation.folder, installation.file)
            other = stack.enter_context(servers.datasette(file))
            asked += [(page, other) for page in questions.peer_pages(pages, other.port)]
        figures = rounds.measured(asked, rounds=how_often)
        taken = extract.measured(served, installation.folder)
    run = {
        **_facts(installation),
        "memory": {"rss": memory.rss, "pss": memory.pss},
        "pages": figures,
        "csv": taken.pop(extract.OFFERINGS),
        "files": taken,
    }
    found = targets(run)
    run["targets"] = [target.kept() for target in found]
    run["profiles"] = list(_profiles(installation, found, pages))
    return run


def _facts(installation: Installation) -> dict[str, Any]:
    """What was measured, on what, and when."""
    return {
        "listings": installation.listings,
        "database": installation.database,
        "date": clock.now().date().isoformat(),
        "machine": machine.hardware(),
        "software": machine.software(installation.server.version if installation.server else ""),
        "code": machine.code(),
        "import": {name: value for name, value in installation.imported.items() if name != "profile"},
        "stored": installation.stored_bytes(),
    }


def _profiles(installation: Installation, found: Sequence[Target], pages: Sequence[Page]) -> Iterator[dict[str, Any]]:
    """Why targets were missed."""
    missed = [target for target in found if target.missed]
    if any(target.says.startswith("import") for target in missed):
        yield {"of": "import", "lines": installation.imported["profile"]}
    for name in dict.fromkeys(name for target in missed for name in target.pages):
        paths = next(page.paths for page in pages if page.name == name)
        print(f"Looking where the time goes: {name}", flush=True)
        yield {"of": name, "lines": profiles.profile(installation, paths[:PROFILED])}


if __name__ == "__main__":
    raise SystemExit(main())
