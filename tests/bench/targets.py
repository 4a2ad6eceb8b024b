"""The targets of the project as ratios within one run, which hold on any machine, and what was measured."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from statistics import mean
from typing import Any, Final

from tests.bench.questions import (
    API,
    FACETS,
    HELLO,
    MAP,
    MEMORY,
    MEMORY_JSON,
    NEAR_JSON,
    PEER,
    PEERS,
    SEARCHES,
    SUGGEST,
    WORDS,
    from_memory,
)

Figures = Mapping[str, Mapping[str, Any]]
# By how many listings: at most so many times the CPU of the same rows from memory; at least so many times
# Datasette's requests a second.
CPU: Final = {5_000: 1.5, 200_000: 3.0, 1_000_000: 6.0}
CPU_FILTERED: Final = {200_000: 5.0}  # as CPU, of a search with filters
RATE: Final = {5_000: 10.0, 200_000: 6.0, 1_000_000: 8.0}
LOADED: Final = 1_000.0  # listings a second that an import reaches at least
TURN: Final = 0.5  # seconds that nobody else can write, at most
GREW: Final = 20.0  # MB that a worker may grow by for a download
COPIED: Final = 0.6  # of COPY's MB a second
API_RATIO: Final = 3.0
LONGEST: Final = 2_000.0  # milliseconds of any page, the first time too


@dataclass(frozen=True, slots=True)
class Target:
    """One target. ``at_most``: whether less is better; ``pages``: whose profile says why it was missed."""

    says: str
    value: float
    wanted: float | None
    at_most: bool
    pages: tuple[str, ...] = ()

    @property
    def missed(self) -> bool:
        """Whether it was not reached; one that is not set cannot be missed."""
        if self.wanted is None:
            return False
        return self.value > self.wanted if self.at_most else self.value < self.wanted

    def kept(self) -> dict[str, Any]:
        """As the report keeps it."""
        return asdict(self) | {"missed": self.missed}


def targets(run: Mapping[str, Any]) -> list[Target]:
    """Every target that the run's figures tell of."""
    pages: Figures = run["pages"]
    found = [*_searches(run["listings"], pages), *_pages(pages), *_api(pages), *_import(run), *_extract(run)]
    ours = [name for name in pages if not name.startswith(PEERS)]
    slowest = max(ours, key=lambda name: pages[name]["longest"])
    return [*found, Target("longest request, ms", pages[slowest]["longest"], LONGEST, at_most=True, pages=(slowest,))]


def _searches(listings: int, pages: Figures) -> Iterator[Target]:
    if MEMORY in pages:
        mixed = mean(pages[name]["cpu"] for name in SEARCHES)
        value = mixed / pages[MEMORY]["cpu"]
        says = "search page: CPU ÷ the same rows from memory"
        yield Target(says, value, _limit(CPU, listings), at_most=True, pages=SEARCHES)
    if MEMORY in pages and FACETS in pages:
        value = pages[FACETS]["cpu"] / pages[MEMORY]["cpu"]
        says = "search page with filters: CPU ÷ the usual rows from memory"
        yield Target(says, value, _limit(CPU_FILTERED, listings), at_most=True, pages=(FACETS,))
    if PEER in pages:
        value = pages[WORDS]["rate"] / pages[PEER]["rate"]
        says = "search page: requests a second ÷ Datasette's"
        yield Target(says, value, _limit(RATE, listings), at_most=False, pages=(WORDS,))


def _pages(pages: Figures) -> Iterator[Target]:
    maps = [name for name in pages if name.startswith(MAP)]
    if maps:
        slowest = max(maps, key=lambda name: pages[name]["p50"])
        says = "map viewport, at its slowest zoom: p50 ÷ hello world"
        yield Target(says, _ratio(pages, slowest, HELLO), 2.0, at_most=True, pages=(slowest,))
    yield Target(
        "listing page: p50 ÷ hello world", _ratio(pages, "listing", HELLO), 2.0, at_most=True, pages=("listing",)
    )
    if SUGGEST in pages:
        yield Target("suggest: p50 ÷ hello world", _ratio(pages, SUGGEST, HELLO), 2.0, at_most=True, pages=(SUGGEST,))
    if MEMORY_JSON in pages:
        says = "near-me JSON: p50 ÷ the same from memory"
        yield Target(says, _ratio(pages, NEAR_JSON, MEMORY_JSON), 1.5, at_most=True, pages=(NEAR_JSON,))


def _api(pages: Figures) -> Iterator[Target]:
    """A page of the API, beside the same text from memory."""
    for name in API:
        if name in pages:
            says = f"{name}: p50 ÷ the same from memory"
            yield Target(says, _ratio(pages, name, from_memory(name)), API_RATIO, at_most=True, pages=(name,))


def _ratio(pages: Figures, name: str, over: str) -> float:
    return float(pages[name]["p50"] / pages[over]["p50"])


def _import(run: Mapping[str, Any]) -> Iterator[Target]:
    done = run["import"]
    wanted = LOADED if run["database"] == "sqlite" else None
    yield Target("import: listings a second", run["listings"] / done["seconds"], wanted, at_most=False)
    if run["database"] == "sqlite":  # on PostgreSQL others write meanwhile
        yield Target("import: longest write transaction, s", done["longest_transaction_s"], TURN, at_most=True)


def _extract(run: Mapping[str, Any]) -> Iterator[Target]:
    for name, taken in {"CSV": run["csv"], **run["files"]}.items():
        if "broken" in taken:
            continue
        if taken["copy_speed"]:
            value = taken["speed"] / taken["copy_speed"]
            yield Target(f"{name} of everything: MB/s ÷ PostgreSQL's COPY", value, COPIED, at_most=False)
        yield Target(f"{name} of everything: MB the worker grew by", taken["grew"], GREW, at_most=True)


def _limit(limits: Mapping[int, float], listings: int) -> float | None:
    """The target for so many listings; between two of the sizes it is the next larger one's."""
    return next((limit for size, limit in limits.items() if listings <= size), None)
