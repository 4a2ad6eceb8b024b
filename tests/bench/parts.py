"""``make bench-parts``: what every search, page or import does many times, by itself, into docs/performance.md.

``python -m tests.bench.parts``. Medians of processor time, of things that were done before.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from datetime import time as hour
from functools import partial
from itertools import cycle, islice
from pathlib import Path
from statistics import median
from typing import Any, Final
from zoneinfo import ZoneInfo

from directory.areas.service import AreaIndex
from directory.core.geo import Point
from directory.core.hours import Schedule, opening
from directory.core.text import fold, sensible_case
from directory.geocoding.service import Geocoding
from directory.infra import clock
from directory.infra.db import open_engine, reading
from directory.infra.place import load_place
from tests.bench import ground, installation, machine, report
from tests.support import written

ROUNDS: Final = 21
IN_A_ROUND: Final = 500
NAMES: Final = ("ST MARY'S FOOD BANK (B14)", "Café Łódź o'clock", "The Kings Heath and Moseley Good Neighbours' Scheme")
TYPED: Final = ("B14 7QH", "Kings Heath", "sparkbrok", "12 Moseley Road, Birmingham, b12")
# A process of its own: what is there at once, and what a worker grows by.
FIRST: Final = """
import sys, time
from pathlib import Path
from directory.geocoding.service import Geocoding
from directory.infra.place import load_place
geocoding = Geocoding(load_place("birmingham"), Path(sys.argv[1]))
began = time.process_time()
geocoding.locate("B14 7QH")
print(time.process_time() - began)
"""


def main() -> int:
    """Measure, and write the table; the exit status."""
    with tempfile.TemporaryDirectory(prefix="parts-", dir=installation.cache()) as made:
        folder = Path(made)
        url = f"sqlite:///{folder / 'listings.sqlite'}"
        environ = installation.environment(folder, ground.own_copy(ground.CITY, folder), url)
        installation.run([sys.executable, "-m", "tests.bench.command", "init"], environ)
        engine = open_engine(url)
        with reading(engine) as session:
            areas = AreaIndex.load(session)
        engine.dispose()
        instance = Path(environ["DIRECTORY_INSTANCE"])
        geocoding = Geocoding(load_place(ground.CITY), instance)
        first = median(_first_s(instance) for _ in range(5))
        took = {name: _median_s(work) for name, work in _parts(geocoding, areas).items()}
    text = "\n".join(_told({"the first postcode that a process looks up": first, **took}))
    written.keep("performance.md", "make bench-parts", text)
    print(text)
    return 0


def _parts(geocoding: Geocoding, areas: AreaIndex) -> Mapping[str, Callable[[], object]]:
    week = [_nine_to_five(day) for day in ("MO", "TU", "WE", "TH", "FR")]
    spring = datetime(2026, 3, 28, 18, tzinfo=ZoneInfo("Europe/London"))  # the clock changes in the night after it
    points = cycle(Point(52.4 + n % 20 / 100, -2.0 + n % 25 / 100) for n in range(500))
    typed = {f"a place is found, `{each}`": partial(geocoding.locate, each) for each in TYPED}
    return {
        **typed,
        "areas of a point are found": lambda: areas.codes_at(next(points)),
        "whether it is open now, five weekdays": lambda: opening(week, spring),
        "a name is folded": _of_names(fold),
        "a name in capitals is put in sensible case": _of_names(sensible_case),
    }


def _of_names(work: Callable[[str], object]) -> Callable[[], object]:
    names = cycle(NAMES)
    return lambda: work(next(names))


def _nine_to_five(day: str) -> Schedule:
    return Schedule(freq="WEEKLY", byday=(day,), opens_at=hour(9), closes_at=hour(17), dtstart=date(2024, 1, 1))


def _first_s(instance: Path) -> float:
    done = subprocess.run([sys.executable, "-c", FIRST, str(instance)], capture_output=True, text=True, check=True)
    return float(done.stdout)


def _median_s(work: Callable[[], Any]) -> float:
    work()
    return median(islice(_rounds(work), ROUNDS))


def _rounds(work: Callable[[], Any]) -> Iterator[float]:
    while True:
        began = time.process_time()
        for _ in range(IN_A_ROUND):
            work()
        yield (time.process_time() - began) / IN_A_ROUND


def _told(took: Mapping[str, float]) -> Iterator[str]:
    yield f"{clock.now().date().isoformat()}, {machine.hardware()}. {machine.software('')}. Code {machine.code()}."
    yield ""
    yield from report.table(
        ("what is done", "microseconds"), ((name, f"{1e6 * seconds:,.0f}") for name, seconds in took.items())
    )


if __name__ == "__main__":
    raise SystemExit(main())
