"""``make relevance``: ask every question of both engines, and of plain bm25, and say how good the answers are."""

from __future__ import annotations

import argparse
import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Final

from directory.app import fill
from directory.infra.db import open_engine
from directory.infra.schema import upgrade
from tests.bench import postgres
from tests.relevance import report
from tests.relevance.corpora import CHARITIES, published
from tests.relevance.placed import placed
from tests.relevance.plain import Plain
from tests.relevance.questions import HELD_OUT, SETS, questions
from tests.support import runs

PLAIN: Final = "bm25 alone"
AROUND: Final = "sample"  # of a city, in which people say where they are


def main() -> None:
    """Measure, print, and keep what was measured."""
    parser = argparse.ArgumentParser(prog="make relevance", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="SQLite alone, and nothing that is held out")
    quick = parser.parse_args().quick
    fill()
    with tempfile.TemporaryDirectory(prefix="directory-relevance-") as made:
        folder = Path(made)
        folder.chmod(0o755)  # PostgreSQL's account has to walk through it
        os.environ[runs.FOLDER] = made
        with _urls(folder, quick=quick) as urls:
            asked = [each for name in SETS for each in _asked(name, urls, held_out=not quick)]
    print(report.text(asked))
    if not quick:
        report.keep(asked)


@contextmanager
def _urls(folder: Path, *, quick: bool) -> Iterator[Mapping[str, Mapping[str, str]]]:
    """For each set of listings and each engine an empty database."""
    with ExitStack() as stack:
        urls = {name: {"SQLite": f"sqlite:///{folder / name}.sqlite"} for name in SETS}
        if not quick:
            server = stack.enter_context(postgres.running(folder / "postgres"))
            for name in SETS:
                urls[name]["PostgreSQL"] = server.database(name)
        yield urls


def _asked(name: str, urls: Mapping[str, Mapping[str, str]], *, held_out: bool) -> Iterator[report.Asked]:
    if name == "charities" and not CHARITIES.is_file():
        raise SystemExit(f"{CHARITIES} is missing: the charities are read from the folder beside the project.")
    engines = {}
    for engine, url in urls[name].items():
        upgrade(url)
        engines[engine] = published(name, open_engine(url))
    plain = Plain(next(iter(engines.values())))
    asked = [question for question in questions(name) if held_out or question.kept != HELD_OUT]
    for question in asked:
        answers = {engine: corpus.answer(question) for engine, corpus in engines.items()}
        yield report.Asked(name, question, {**answers, PLAIN: plain.answer(question)})
    if name == AROUND:
        for question in placed(next(iter(engines.values())), asked):
            yield report.Asked(name, question, {engine: corpus.answer(question) for engine, corpus in engines.items()})
    for corpus in engines.values():
        corpus.engine.dispose()


if __name__ == "__main__":
    main()
