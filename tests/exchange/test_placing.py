"""A row whose postcode the map does not know is imported, named and counted; what is counted is what is published."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings

from directory.exchange.rules.cells import Outcome
from directory.exchange.rules.derive import Deriver
from directory.exchange.service.importing import Job, Tally, organisations
from directory.exchange.service.mappings import load_mapping
from directory.exchange.service.placing import MEASURED, NEW, NORTHERN_IRELAND, UNKNOWN
from directory.exchange.service.reading import recognise
from directory.listings.rules.record import Visibility
from directory.publishing.service.prepare import on_the_map, prepare
from tests.support.around import surroundings
from tests.support.records import NOON, records

HEAD = "id,name,service,postcode,latitude,longitude,show the place\n"


@pytest.fixture
def read(engine, tmp_path):
    """``read(lines)``: what becomes of the lines of a file, and the organisations of it."""

    def reading(*lines, place="birmingham", outside_place=False, visibility=None):
        file = tmp_path / "groups.csv"
        file.write_text(HEAD + "".join(f"{line}\n" for line in lines), encoding="utf-8")
        around, mapping = surroundings(engine, place), load_mapping("template")
        deriver = Deriver(mapping, around.terms, visibility=visibility, now=NOON)
        job = Job(opened=recognise(file), mapping=mapping, deriver=deriver, around=around, outside_place=outside_place)
        tally = Tally()
        return list(organisations(job, tally)), tally

    return reading


def told(tally):
    return [(one.row, one.column, one.value, one.remedy, one.outcome) for one in tally.problems]


@pytest.mark.parametrize(
    ("cells", "wanted"),
    [
        ("b999zz,,,exact", (NEW, Outcome.OFF_THE_MAP)),
        ("ec47jn,,,approximate", (UNKNOWN, Outcome.OFF_THE_MAP)),
        ("B11 1ZX,,,exact", (NEW, Outcome.OFF_THE_MAP)),
        ("B11 1ZX,,,approximate", (UNKNOWN, Outcome.ROUGHLY)),
        ("BT1 5GS,,,exact", (MEASURED, Outcome.OFF_THE_MAP)),
        ("BT1 5GS,,,approximate", (NORTHERN_IRELAND, Outcome.OFF_THE_MAP)),
        ("EC4 7JN,52.4573,-1.8716,approximate", (UNKNOWN, Outcome.OFF_THE_MAP)),
    ],
)
def test_a_postcode_that_nobody_knows_is_told_and_its_row_is_kept(read, cells, wanted):
    ((item,), tally) = read(f"1,Lantern,Soup,{cells}", place="uk")
    assert told(tally) == [(2, "postcode", cells.partition(",")[0], *wanted)]
    assert item.has_point is (wanted[1] is Outcome.ROUGHLY)
    assert (tally.counts["problems"], tally.counts["postcodes to look at"]) == (1, 1)
    assert tally.counts["skipped"] == 0


@pytest.mark.parametrize(
    ("cells", "has_point"),
    [
        ("B11 1AA,,,exact", True),
        ("B11 1AA,,,approximate", True),
        ("B99 9ZZ,52.4573,-1.8716,exact", True),  # its own point is what the remedy asks for
        ("BT1 5GS,54.6,-5.93,exact", True),
        ("B99 9ZZ,,,hidden", False),  # no map would show it, and nobody says it again
        ("B11 1AA,,,hidden", False),
        (",,,exact", False),
    ],
)
def test_where_the_postcode_decides_nothing_it_is_no_problem(read, cells, has_point):
    ((item,), tally) = read(f"1,Lantern,Soup,{cells}", place="uk")
    assert told(tally) == []
    assert item.has_point is has_point


def test_a_place_elsewhere_is_told_unless_it_is_wanted(read):
    lines = ("1,Lantern,Soup,B11 1AA,,,exact", "1,Lantern,Tea,SW1A 1AA,,,exact")
    _, tally = read(*lines)
    wanted = "a postcode in Birmingham, unless it is elsewhere"
    assert told(tally) == [(3, "postcode", "SW1A 1AA", wanted, Outcome.KEPT)]
    assert told(read(*lines, outside_place=True)[1]) == []


def test_each_row_is_named_also_when_several_are_at_one_place(read):
    lines = [f"1,Lantern,Service {n},B99 9ZZ,,,exact" for n in range(3)]
    _, tally = read(*lines, "2,Choir,Song,B11 1AA,,,exact", "3,Chess,Chess,B98 9ZZ,,,exact")
    assert [problem.row for problem in tally.problems] == [2, 3, 4, 6]


def test_a_row_that_is_left_out_or_broken_says_nothing_more_of_its_postcode(read):
    _, tally = read("1,Lantern,Soup,SW1A 1AA,,,exact", "2,,Soup,B99 9ZZ,,,exact")
    assert [(problem.row, problem.column) for problem in tally.problems] == [(3, "name")]
    assert tally.left_out == {"outside Birmingham": 1}


@given(record=records())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_what_is_counted_as_on_the_map_is_what_is_published_there(around, record):
    published = prepare(record, around).record
    assert on_the_map(record, around) is any(place.point for place in published.locations)


@pytest.mark.parametrize("visibility", list(Visibility))
@pytest.mark.parametrize("postcode", ["B11 1AA", "B11 1ZX", "B99 9ZZ", "BT1 5GS", "SW1A 1AA", "GIR 0AA", ""])
def test_a_row_of_a_file_too(read, around, postcode, visibility):
    ((item,), _) = read(f"1,Lantern,Soup,{postcode},,,", outside_place=True, visibility=visibility)
    published = prepare(item.proposed.record, around).record
    assert item.has_point is any(place.point for place in published.locations)
