"""How a sample file is read: hours, keys, and what is said when something is wrong."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest

from directory.core.errors import Invalid
from directory.core.hours import Schedule, occurs
from directory.exchange.rules import sample_hours
from directory.exchange.rules.sample import Ground, records
from directory.listings.rules.record import SourceKind, Visibility
from directory.listings.service.taxonomy import load_terms

TODAY = date(2026, 11, 23)
GROUND = Ground(
    terms=load_terms(), areas={"*place": "Birmingham", "B11": "B11 (Sparkbrook)"}, today=TODAY, city="Birmingham"
)
TEN, NOON = time(10), time(12)


def organisation(**changes: Any) -> dict[str, Any]:
    """One organisation with a hall and a service in it, as TOML gives it."""
    venue = {"key": "hall", "name": "The Hall", "street": "Example Road", "postcode": "b111aa"}
    service = {
        "name": "Lunch",
        "about": "Two courses.",
        "needs": ["food"],
        "at": [{"venue": "hall", "hours": ["Wed 12:00-14:00"]}],
    }
    return {
        "name": "Lunch Club",
        "kind": "charity",
        "about": "We cook.",
        "venues": [{**venue, **changes.pop("venue", {})}],
        "services": [{**service, **changes.pop("service", {})}],
        **changes,
    }


def read(*organisations: Any) -> tuple[Any, list[str]]:
    return records({"a.toml": {"organisation": list(organisations)}}, GROUND)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("Wed 10:00-12:00", {"freq": "WEEKLY", "byday": ("WE",)}),
        ("Mon-Wed Fri 10:00-12:00", {"freq": "WEEKLY", "byday": ("MO", "TU", "WE", "FR")}),
        ("every day 10:00-12:00", {"freq": "DAILY"}),
        ("always", {"freq": "DAILY", "opens_at": time(0), "closes_at": time(0)}),
        ("1st 3rd Tue 10:00-12:00", {"freq": "MONTHLY", "byday": ("1TU", "3TU")}),
        ("last Fri 10:00-00:00", {"freq": "MONTHLY", "byday": ("-1FR",), "closes_at": time(0)}),
        (
            "every 2 weeks Sat 10:00-12:00 from 2026-01-10",
            {"freq": "WEEKLY", "interval": 2, "byday": ("SA",), "dtstart": date(2026, 1, 10)},
        ),
        ("by appointment", {"opens_at": None, "closes_at": None, "by_appointment": True}),
        ("Thu 10:00-12:00 by appointment", {"freq": "WEEKLY", "byday": ("TH",), "by_appointment": True}),
        ("Tue 10:00-12:00 | term time only", {"freq": "WEEKLY", "byday": ("TU",), "description": "term time only"}),
    ],
)
def test_hours_mean_what_they_say(text, meant):
    assert sample_hours.parse(text, TODAY) == Schedule(**{"opens_at": TEN, "closes_at": NOON, **meant})


@pytest.mark.parametrize(
    ("season", "today", "first", "last"),
    [
        ("Nov-Mar", date(2026, 11, 23), date(2026, 11, 1), date(2027, 3, 31)),
        ("Nov-Mar", date(2027, 2, 1), date(2026, 11, 1), date(2027, 3, 31)),
        ("Nov-Feb", date(2028, 2, 1), date(2027, 11, 1), date(2028, 2, 29)),
        ("Nov-Mar", date(2027, 6, 1), date(2027, 11, 1), date(2028, 3, 31)),
        ("Apr-Sep", date(2027, 6, 1), date(2027, 4, 1), date(2027, 9, 30)),
        ("Apr-Sep", date(2026, 11, 23), date(2027, 4, 1), date(2027, 9, 30)),
        ("Apr-Sep", date(2027, 1, 1), date(2027, 4, 1), date(2027, 9, 30)),
    ],
)
def test_a_season_is_the_one_we_are_in_or_the_next(season, today, first, last):
    schedule = sample_hours.parse(f"{season} Wed 10:00-12:00", today)
    assert (schedule.valid_from, schedule.valid_to) == (first, last)
    assert any(occurs(schedule, first + timedelta(days=n)) for n in range(7))


@pytest.mark.parametrize(
    "text",
    ["", "Wednesdays", "wed 10:00-12:00", "Wed 10-12", "Wed 25:00-26:00", "every 2 weeks Wed 10:00-12:00",
     "Fri-Mon 10:00-12:00 sharp", "6th Wed 10:00-12:00", "every 2 weeks Wed 10:00-12:00 from 2026-02-30"],
)  # fmt: skip
def test_hours_that_mean_nothing_are_refused(text):
    with pytest.raises(Invalid):
        sample_hours.parse(text, TODAY)


def test_an_organisation_is_read_whole():
    (record,), problems = read(
        organisation(
            assured=30,
            phone="01214960123",
            notice={"text": "Closed for the roof", "days": 10},
            today={"status": "full", "days": 2},
            venue={"visibility": "hidden"},
            service={"serves": ["B11", "*everywhere"], "fees": "£2", "languages": ["ur"]},
        )
    )
    assert problems == []
    assert (record.source.kind, record.source.id) == (SourceKind.SAMPLE, "lunch-club")
    assert record.assured_at == datetime(2026, 10, 24, 10, tzinfo=UTC)
    assert (record.notice.until, record.today.until) == (date(2026, 12, 3), datetime(2026, 11, 25, tzinfo=UTC))
    assert record.phones[0].number == "0121 496 0123"
    (place,), (service,) = record.locations, record.services
    assert (place.visibility, place.addresses[0].postal_code) == (Visibility.HIDDEN, "B11 1AA")
    assert [area.name for area in service.service_areas] == ["B11 (Sparkbrook)", "Anywhere"]
    assert (service.how, service.free, service.languages[0].name) == (("in-person",), False, "Urdu")
    assert service.offerings[0].location_id == place.id


def test_what_is_not_said_is_not_made_up():
    (record,), _ = read(organisation())
    assert (record.assured_at, record.notice, record.today, record.services[0].free) == (None, None, None, None)


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"kind": "company"}, "kind: 'company'"),
        ({"name": ""}, "name: ''"),
        ({"colour": "red"}, "colour: 'red'"),
        ({"assured": "long ago"}, "assured: 'long ago'"),
        ({"assured": 1.5}, "a whole number"),
        ({"wants": "chairs"}, "wants: 'chairs'"),
        ({"phone": "ask for Bev"}, "'ask for Bev'"),
        ({"email": "nobody"}, "'nobody'"),
        ({"services": []}, "services"),
        ({"services": {}}, "a list of tables"),
        ({"notice": "closed"}, "notice: 'closed'"),
        ({"today": {"status": "shut"}}, "status: 'shut'"),
        ({"venue": {"postcode": "Sparkbrook"}}, "'Sparkbrook'"),
        ({"venue": {"access": ["ramp"]}}, "access: 'ramp'"),
        ({"venue": {"visibility": "secret"}}, "visibility: 'secret'"),
        ({"service": {"needs": ["beer"]}}, "needs: 'beer'"),
        ({"service": {"needs": []}}, "needs and how"),
        ({"service": {"at": [], "serves": ["B11"]}}, "needs and how"),
        ({"service": {"at": [{"venue": "garden"}]}}, "venue: 'garden'"),
        ({"service": {"at": [{"venue": "hall", "hours": ["noon"]}]}}, "'noon'"),
        ({"service": {"serves": ["B99"]}}, "serves: 'B99'"),
        ({"service": {"free": "yes"}}, "true or false"),
    ],
)
def test_a_problem_is_told_with_its_file_and_the_rest_is_read(wrong, says):
    found, problems = read(organisation(**wrong), organisation(name="Another"))
    assert [record.name for record in found] == ["Another"]
    assert len(problems) == 1
    assert says in problems[0]
    if "name" not in wrong and not {"phone", "email", "venue", "service"} & wrong.keys():
        assert problems[0].startswith("a.toml: Lunch Club")


def test_two_organisations_with_one_key_are_told():
    found, problems = read(organisation(), organisation())
    assert len(found) == 1
    assert problems == ["a.toml: Lunch Club: has the key of a.toml: Lunch Club"]


def test_what_is_no_table_is_told():
    assert read("Lunch Club") == ([], ["a.toml: organisation 1: 'Lunch Club' was given; wanted: a table"])
