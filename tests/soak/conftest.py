"""What the experiments of ``make soak`` share."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from pathlib import Path

import pytest

from tests.soak import reliability
from tests.soak.sites import Site
from tests.support import postcodes
from tests.support.apps import SAMPLED
from tests.support.databases import Databases, Template

PASSED = pytest.StashKey[bool]()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Remember whether a test came to its end, for the line that it leaves."""
    report = yield
    if call.when == "call":
        item.stash[PASSED] = report.passed
    return report


@pytest.fixture
def told(request: pytest.FixtureRequest) -> Iterator[reliability.Line]:
    """The line of the table that this experiment writes, pass or fail."""
    line = reliability.Line()
    yield line
    if line.promise is not None:
        reliability.keep(line, passed=request.node.stash.get(PASSED, False))


@pytest.fixture
def make_site(databases: Databases, tmp_path: Path) -> Iterator[Callable[..., Site]]:
    """A maker of installations: ``make_site("postgres", workers="1")``, settings by their names; not started."""
    made: list[Site] = []

    def make(kind: str, *, template: Template = SAMPLED, url: str = "", **settings: str) -> Site:
        instance = tmp_path / f"instance-{len(made)}"
        postcodes.put_into(instance)
        made.append(Site(instance, url or databases.copy_of(template, kind).url, settings))
        return made[-1]

    yield make
    for site in made:
        site.end()
