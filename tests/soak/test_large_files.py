"""A file of a million rows leaves as it is made, and the process that makes it stays as small as it was."""

from __future__ import annotations

import time
from contextlib import contextmanager
from http.client import HTTPConnection
from threading import Event, Thread

import pytest

from directory.publishing.rules import OWNER_BITS, TextKind, text_number
from tests.bench import procs
from tests.soak.reliability import Promise
from tests.soak.visitors import Visitor
from tests.support.databases import KINDS

pytestmark = [pytest.mark.soak, pytest.mark.timeout(900)]
MEGABYTE = 1_000_000
ROWS = 1_000_000
MORE_BYTES = 20 * MEGABYTE
FIRST_S = 2.0  # until bytes come
ROW_BY = {"/data/offerings.csv": b"\n", "/data/listings.geojson": b'"type":"Feature",'}
PART = 100_000  # rows put in by one statement, which may not take longer than a reader's
HOW_MANY = "SELECT count(*) FROM stored_text WHERE number >= :first AND number < :end"
FILL = """
INSERT INTO stored_text (number, organization_id, slug, text)
WITH RECURSIVE more(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM more WHERE n < :many),
  texts AS (SELECT * FROM stored_text WHERE number >= :first AND number < :end),
  one AS (SELECT organization_id, slug, text FROM texts ORDER BY number LIMIT 1),
  last AS (SELECT max(number) AS number FROM texts)
SELECT last.number + more.n, one.organization_id, one.slug, one.text FROM more, one, last
"""


def taken(port, path):
    """Take a file as fast as it comes: its rows, its bytes, and how long its first one took."""
    line = HTTPConnection("127.0.0.1", port, timeout=120)
    began = time.monotonic()
    line.request("GET", path, headers={"X-Forwarded-For": "198.51.100.7"})
    answer = line.getresponse()
    assert answer.status == 200
    some = answer.read(1)
    seconds, size, rows, mark = time.monotonic() - began, 0, 0, ROW_BY[path]
    cut = b""  # the end of what came before may have the beginning of a mark
    while some:
        size += len(some)
        rows += (cut + some).count(mark)
        cut = (cut + some)[1 - len(mark) :] if len(mark) > 1 else b""
        some = answer.read(1 << 18)
    line.close()
    return rows, size, seconds


def fill(site):
    """Lines and features, copies of the first, until there are as many as are wanted."""
    for kind in (TextKind.LINE, TextKind.FEATURE):
        within = {"first": text_number(kind, 0), "end": text_number(kind, 1 << OWNER_BITS)}
        (there,) = site.ask(HOW_MANY, **within)[0]
        for many in [PART] * ((ROWS - there) // PART) + [(ROWS - there) % PART]:
            site.tell(FILL, many=many, **within)


@contextmanager
def watched(pid):
    """The most bytes that a process has more than before, while the block runs: one item, there when it ended."""
    before = most = procs.memory(pid).rss
    ended = Event()
    grown: list[int] = []

    def look():
        nonlocal most
        while not ended.wait(0.05):
            most = max(most, procs.memory(pid).rss)

    looking = Thread(target=look)
    looking.start()
    try:
        yield grown
    finally:
        ended.set()
        looking.join()
    grown.append(most - before)


@pytest.mark.parametrize("kind", KINDS)
def test_a_file_of_a_million_rows_takes_little_memory(kind, make_site, told):
    told.about(Promise.MANY_ROWS, kind)
    site = make_site(kind, workers="1", files_a_minute="0")
    server = site.start()
    for path in [*ROW_BY] * 2:  # what a process keeps of its first files is not what a large one takes
        Visitor(site.port).get(path)
    fill(site)
    found = []
    for path in ROW_BY:
        (pid,) = server.workers()
        with watched(pid) as grown:
            rows, size, first_s = taken(site.port, path)
        found.append((path, rows, size, first_s, *grown))
    told.measured = "; ".join(
        f"{path}: {rows:,} rows, {size / MEGABYTE:.0f} MB, first bytes in {first_s:.1f} s,"
        f" memory + {grown / MEGABYTE:.1f} MB"
        for path, rows, size, first_s, grown in found
    )
    for path, rows, _size, first_s, grown in found:
        assert rows == ROWS + (path.endswith("csv")), path  # the head of a CSV file is a line
        assert first_s < FIRST_S
        assert grown <= MORE_BYTES
