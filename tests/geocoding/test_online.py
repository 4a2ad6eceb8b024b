"""Nominatim, for jobs: what is sent, what is believed, how long it may take, what is remembered."""

import logging
import threading
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from directory.core.geo import Box, Point
from directory.geocoding import queries
from directory.geocoding.models import GeocodedAnswer, GeocoderPace
from directory.geocoding.rules import Located, Miss
from directory.geocoding.service import Nominatim, forget_old, pace
from directory.geocoding.service.online import find_online
from directory.infra.place import load_place
from directory.listings.rules.record import Found, Visibility

NOW = datetime(2026, 5, 12, 12, 0, tzinfo=UTC)
LINES = ("12 Example Road", "Birmingham", "B11 1AA")
PLACE = load_place("birmingham")


@pytest.fixture
def slept():
    return []


@pytest.fixture
def find(server, open_transaction, slept):
    """The question as a job puts it; ``at`` seconds after noon."""
    nominatim = Nominatim(PLACE, server.url, "directory@example.org", timeout_s=0.6)

    def ask(lines=LINES, *, at=0.0, visibility=Visibility.EXACT, nominatim=nominatim, box=PLACE.box, repeated=True):
        return find_online(
            lines,
            visibility=visibility,
            box=box,
            nominatim=nominatim,
            transaction=open_transaction,
            now=NOW + timedelta(seconds=at),
            repeated=repeated,
            sleep=slept.append,
        )

    return ask


@pytest.fixture
def row(open_transaction):
    def read():
        with open_transaction() as session:
            return session.execute(sa.select(GeocoderPace.next_ms, GeocoderPace.failures)).one()

    return read


def test_an_address_is_found_with_its_precision(find):
    answer = find()
    assert isinstance(answer, Located)
    assert answer.point == Point(52.4573, -1.8716)
    assert 25 <= answer.precision_m <= 60
    assert (answer.found, answer.label) == (Found.ADDRESS, "12 Example Road, Birmingham, B11 1AA")


def test_what_is_sent_says_who_asks_and_stays_in_the_place(find, server):
    find()
    assert server.agents == ["community-directory (directory@example.org)"]
    (asked,) = server.asked
    assert asked["q"] == "12 Example Road, Birmingham, B11 1AA"
    assert (asked["bounded"], asked["countrycodes"], asked["format"]) == ("1", "gb", "json")
    assert Box.parse(asked["viewbox"]) == PLACE.box


@pytest.mark.parametrize("visibility", [Visibility.HIDDEN, Visibility.APPROXIMATE])
def test_an_address_that_is_not_public_is_sent_to_nobody(find, server, visibility, open_transaction):
    with pytest.raises(ValueError, match="only a public address"):
        find(visibility=visibility)
    assert server.asked == []
    with open_transaction() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(GeocodedAnswer)) == 0


@pytest.mark.parametrize("mood", ["500", "null", "silent"])
def test_without_an_answer_the_address_stays_unknown_for_now(find, server, row, mood):
    server.mood = mood
    assert find() is Miss.UNAVAILABLE
    assert row().failures == 1


def test_nobody_is_asked_while_it_is_off(find, server):
    assert find(nominatim=None) is Miss.UNKNOWN
    assert server.asked == []


@pytest.mark.parametrize("lines", [(), ("",), ("  ", "\x00")])
def test_no_address_is_no_question(find, server, lines):
    assert find(lines) is Miss.EMPTY
    assert server.asked == []


def test_an_answer_is_remembered_half_a_year(find, server):
    first = find()
    server.mood = "500"
    assert find(at=179 * 86_400) == first
    assert find(("12 EXAMPLE ROAD,", "birmingham", "b11 1aa"), at=60).point == first.point
    assert len(server.asked) == 1
    assert find(at=181 * 86_400) is Miss.UNAVAILABLE


def test_that_an_address_is_unknown_is_remembered_a_month(find, server):
    server.mood = "nothing"
    assert find() is Miss.UNKNOWN
    server.mood = "found"
    assert find(at=29 * 86_400) is Miss.UNKNOWN
    assert isinstance(find(at=31 * 86_400), Located)


def test_a_failure_is_not_remembered(find, server):
    server.mood = "500"
    assert find() is Miss.UNAVAILABLE
    server.mood = "found"
    assert isinstance(find(at=20), Located)


def test_a_remembered_point_outside_a_smaller_place_is_not_answered(find):
    find()
    assert find(at=20, box=Box(-1.8, 52.4, -1.7, 52.5)) is Miss.UNKNOWN


def test_the_cache_keeps_no_address(find, open_transaction):
    find()
    with open_transaction() as session:
        stored = repr(session.execute(sa.text("SELECT * FROM geocoded_answer")).all())
    assert "Example" not in stored
    assert "B11" not in stored


def test_old_answers_are_forgotten(find, server, open_transaction):
    find()
    server.mood = "nothing"
    find(("1 Nowhere", "Birmingham"), at=20)
    for days, gone in ((29, 0), (31, 1), (181, 1)):
        with open_transaction() as session:
            assert forget_old(session, NOW + timedelta(days=days)) == gone


def test_nothing_of_the_address_is_logged(find, server, caplog):
    with caplog.at_level(logging.DEBUG):
        for number, mood in enumerate(["found", "500", "HTML", "silent"]):
            server.mood = mood
            find((f"{number} Example Road", "Birmingham"), at=number * 4_000)
    assert "Example" not in caplog.text


def test_the_cache_takes_one_statement(find, open_transaction, statements, engine):
    find()
    with open_transaction() as session, statements(engine) as seen:
        queries.remembered(session, LINES, now=NOW)
    assert len(seen) == 1


def test_repeated_questions_keep_fifteen_seconds_apart(find, server, slept):
    find(("1 Example Road",))
    find(("2 Example Road",), at=1)
    assert slept == [pytest.approx(14, abs=0.5)]
    assert len(server.asked) == 1, "the sleep was a pretence, so its turn never came"


def test_questions_of_a_person_keep_one_second_apart(find, server, slept):
    find(("1 Example Road",), repeated=False)
    find(("2 Example Road",), at=1.7, repeated=False)
    assert slept == []
    assert len(server.asked) == 2


def test_only_one_of_many_gets_the_moment(open_transaction):
    won = []
    for _ in range(5):
        with open_transaction() as session:
            won.append(pace.claim(session, NOW, 1_000))
    assert won == [0, 1_000, 1_000, 1_000, 1_000]


def test_of_eight_at_the_same_moment_one_may_ask(open_transaction):
    won, start = [], threading.Barrier(8)

    def try_once():
        start.wait()
        with open_transaction() as session:
            won.append(pace.claim(session, NOW, 15_000))

    threads = [threading.Thread(target=try_once) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(won) == [0] + [15_000] * 7


def test_the_breaker_opens_after_three_failures_and_closes_after_one_success(find, server, slept, row):
    server.mood = "500"
    for n in range(3):
        assert find((f"{n} Example Road",), at=20 * n) is Miss.UNAVAILABLE
    server.mood = "found"
    assert find(at=60) is Miss.UNAVAILABLE, "open: nobody asks, nobody waits"
    assert (len(server.asked), slept) == (3, [])
    assert isinstance(find(at=120), Located), "half open: one may try"
    assert row().failures == 0
    assert isinstance(find(("9 Example Road",), at=140), Located)


def test_half_open_lets_one_through_and_doubles_the_pause_when_it_fails(find, server, open_transaction, row):
    server.mood = "500"
    for n in range(3):
        find((f"{n} Example Road",), at=20 * n)
    later = NOW + timedelta(seconds=120)
    with open_transaction() as session:
        assert pace.claim(session, later, 1_000) == 0
    with open_transaction() as session:
        assert pace.claim(session, later, 1_000) > 20_000
    find(at=240)
    assert row().next_ms - pace.milliseconds(NOW + timedelta(seconds=240)) >= 120_000


def test_no_pause_is_longer_than_an_hour(open_transaction, row):
    for n in range(40):
        with open_transaction() as session:
            pace.claim(session, NOW + timedelta(hours=2 * n), 1_000)
            pace.failed(session, NOW + timedelta(hours=2 * n), 1_000, wait_ms=10**9)
        assert row().next_ms <= pace.milliseconds(NOW + timedelta(hours=2 * n + 1))


@pytest.mark.parametrize(("mood", "seconds"), [("429", 120), ("403", 3_600), ("503", 15)])
def test_a_server_that_wants_to_be_left_alone_is(find, server, row, mood, seconds):
    server.mood = mood
    find()
    assert row().next_ms - pace.milliseconds(NOW) == pytest.approx(seconds * 1_000, abs=1_500)


def test_a_clock_that_jumped_back_stops_nobody_for_a_day(find, server):
    find(at=86_400)
    assert isinstance(find(("2 Example Road",)), Located)
