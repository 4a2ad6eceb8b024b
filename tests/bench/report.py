"""What was measured, as tables in docs/performance.md; the figures of every run are kept beside it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from math import log
from typing import Any, Final

from directory.infra import files
from tests.bench.questions import FACETS, SUGGEST, TYPING

PAGE: Final = files.PACKAGE.parent / "docs" / "performance.md"
KEPT: Final = PAGE.with_suffix(".json")
BEGIN: Final = "<!-- make bench writes from here -->"
END: Final = "<!-- to here -->"
MEGABYTE: Final = 1_000_000
DEAREST: Final = 12  # functions of a profile that the page shows; the file beside it has all of them
NAMES: Final = {"sqlite": "SQLite", "postgres": "PostgreSQL"}
# How the time of a page may grow with the number of listings: the exponent from the smallest run to the largest.
GROWTH: Final = {
    "search: words": 0.65,
    "search: words, near": 0.65,
    "search: near only": 0.15,
    FACETS: 1.0,
    TYPING: 0.15,
    SUGGEST: 0.15,
    "listing": 0.15,
    "map viewport, street": 0.15,
}
Run = Mapping[str, Any]


def keep(run: Run) -> None:
    """Put the figures of ``run`` in the place of an earlier run like it, and write the tables again."""
    runs = json.loads(KEPT.read_text(encoding="utf-8")) if KEPT.is_file() else []
    runs = [old for old in runs if _key(old) != _key(run)] + [dict(run)]
    runs.sort(key=_key)
    KEPT.write_text(json.dumps(runs, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    before, _, rest = PAGE.read_text(encoding="utf-8").partition(BEGIN)
    _, _, after = rest.partition(END)
    PAGE.write_text(f"{before}{BEGIN}\n\n{text(runs)}\n{END}{after}", encoding="utf-8")


def text(runs: Sequence[Run]) -> str:
    """The tables of ``runs``, smallest first."""
    parts = ["## Targets", "", *_targets(runs), ""]
    if growth := list(_growth(runs)):
        parts += ["## Growth", "", *growth, ""]
    for run in runs:
        parts += [*_run(run), ""]
    return "\n".join(parts)


def _key(run: Run) -> tuple[int, str]:
    return run["listings"], run["database"]


def _title(run: Run) -> str:
    return f"{run['listings']:,}, {NAMES[run['database']]}"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """The first column to the left, the others to the right."""
    yield f"| {' | '.join(head)} |"
    yield f"|---|{'---:|' * (len(head) - 1)}"
    for row in rows:
        yield f"| {' | '.join(row)} |"


def _targets(runs: Sequence[Run]) -> Iterator[str]:
    names = list(dict.fromkeys(target["says"] for run in runs for target in run["targets"]))
    found = [{target["says"]: target for target in run["targets"]} for run in runs]
    rows = ([name, *(_reached(targets.get(name)) for targets in found)] for name in names)
    return table(["", *map(_title, runs)], rows)


def _reached(target: Mapping[str, Any] | None) -> str:
    if target is None:
        return ""
    value = _number(target["value"])
    if target["wanted"] is None:
        return value
    limit = f"{'≤' if target['at_most'] else '≥'} {_number(target['wanted'])}"
    return f"**{value}, missed** ({limit})" if target["missed"] else f"{value} ({limit})"


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def _growth(runs: Sequence[Run]) -> Iterator[str]:
    """How p50 grows from the smallest run to the largest, of each database with more than one."""
    columns = []
    for database, name in NAMES.items():
        same = [run for run in runs if run["database"] == database]
        if len(same) > 1:
            columns.append((f"{name}, {same[0]['listings']:,} to {same[-1]['listings']:,}", same[0], same[-1]))
    if not columns:
        return
    head = ["p50 grows with the number of listings to the power of", *(title for title, _, _ in columns)]
    rows = ([page, *(_exponent(page, limit, a, b) for _, a, b in columns)] for page, limit in GROWTH.items())
    yield from table(head, rows)


def _exponent(page: str, limit: float, small: Run, large: Run) -> str:
    before, after = (_street(run["pages"]).get(page) for run in (small, large))
    if not before or not after:
        return ""
    value = log(after["p50"] / before["p50"]) / log(large["listings"] / small["listings"])
    shown = f"{value:.2f} (≤ {limit})"
    return f"**{value:.2f}, missed** (≤ {limit})" if value > limit else shown


def _street(pages: Run) -> dict[str, Any]:
    """``pages``, the closest zoom of the map by a name that all runs share."""
    zooms = [name for name in pages if name.startswith("map viewport")]
    return {**pages, **({"map viewport, street": pages[zooms[-1]]} if zooms else {})}


def _run(run: Run) -> Iterator[str]:
    done, memory = run["import"], run["memory"]
    rate, offerings = run["listings"] / done["seconds"], done["rows"] / done["seconds"]
    yield f"## {_title(run)}"
    yield ""
    yield f"{run['date']}, {run['machine']}. {run['software']}. Code {run['code']}; load before: {run['load']}."
    yield ""
    yield (
        f"Import: {run['listings']:,} organisations ({done['rows']:,} offerings) of {done['place']} in"
        f" {done['seconds']:,.0f} s, {rate:,.0f} a second ({offerings:,.0f} rows); longest write transaction"
        f" {1000 * done['longest_transaction_s']:.0f} ms of {done['transactions']:,}; memory at most"
        f" {_mb(done['peak_rss'])}, after a fifth {_mb(done['rss_after_a_fifth'])}, at the end"
        f" {_mb(done['rss_at_the_end'])}. Database: {_mb(run['stored'])}."
    )
    yield ""
    yield f"Worker, after every page was asked: {_mb(memory['rss'])} resident, of them its share {_mb(memory['pss'])}."
    csv = run["csv"]
    if "broken" in csv:
        yield f"CSV of everything: **broken off** ({csv['broken']})."
    else:
        rival = f" (PostgreSQL's COPY {csv['copy_speed']:.0f} MB/s)" if csv["copy_speed"] else ""
        yield f"CSV of everything: {csv['megabytes']:.1f} MB at {csv['speed']:.1f} MB/s{rival}."
    if "files" in run:  # not in runs of before
        yield ""
        yield from _files(run["files"])
    yield ""
    yield from _pages(run)
    for profiled in run["profiles"]:
        yield from profile(profiled)


def _files(files: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    """What else can be taken of everything, and how quickly."""

    def row(name: str, taken: Mapping[str, Any]) -> list[str]:
        if "broken" in taken:
            return [name, f"**broken off** ({taken['broken']})", "", "", "", ""]
        copied = f"{taken['copy_speed']:.0f}" if taken["copy_speed"] else ""
        figures = (f"{taken[key]:.1f}" for key in ("megabytes", "seconds", "speed"))
        return [name, *figures, copied, f"{taken['grew']:.1f}"]

    head = ["file of everything", "MB", "s", "MB/s", "COPY MB/s", "MB the worker grew by"]
    yield from table(head, (row(name, taken) for name, taken in files.items()))


def _mb(size: float) -> str:
    return f"{size / MEGABYTE:,.0f} MB"


def _pages(run: Run) -> Iterator[str]:
    served = run["database"] == "postgres"
    head = [
        "page",
        "p50 ms",
        "p95 ms",
        "longest ms",
        "CPU ms",
        *(["database's CPU ms"] if served else []),
        "requests/s",
        "KB",
        "KB sent",
    ]

    def row(name: str, page: Mapping[str, Any]) -> list[str]:
        beside = [f"{page['beside']:.2f}"] if served else []
        longest = f"{page['longest']:.0f}" if "longest" in page else ""  # a run before it was kept
        figures = [f"{page['p50']:.2f}", f"{page['p95']:.2f}", longest, f"{page['cpu']:.2f}"]
        sizes = [f"{page[key] / 1000:.1f}" for key in ("size", "wire")]
        return [name, *figures, *beside, f"{page['rate']:,.0f}", *sizes]

    yield from table(head, (row(name, page) for name, page in run["pages"].items()))


def profile(profiled: Mapping[str, Any]) -> Iterator[str]:
    """Where the time of something (``of``) goes, from the ``lines`` of a sampler."""
    yield ""
    yield f"Where the time goes, {profiled['of']}:"
    yield ""
    dearest = profiled["lines"][:DEAREST]
    rows = ([f"`{name}`", f"{within:.0%}", f"{itself:.0%}"] for name, within, itself in dearest)
    yield from table(["function", "with all it calls", "itself and libraries"], rows)
