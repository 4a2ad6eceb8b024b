"""What is counted in rows: by everybody together, in real time, and by nobody's name."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from directory.accounts.models import Counted
from directory.accounts.service import limits


@pytest.fixture
def count(kept, now, secret):
    def counted(key="sign-in 192.0.2.1", at=now, most=3, window_s=600):
        with kept() as session:
            return limits.count(session, key, most=most, window_s=window_s, secret=secret, now=at)

    return counted


def test_after_so_many_one_must_wait_for_the_next_stretch(count, now):
    assert [count() for _ in range(3)] == [0, 0, 0]
    assert count() == 600
    assert count(at=now + timedelta(seconds=590)) == 10
    assert count(at=now + timedelta(seconds=600)) == 0


def test_each_key_is_counted_by_itself(count):
    assert [count("a", most=1), count("b", most=1), count("a", most=1)] == [0, 0, 600]


@pytest.mark.parametrize("jump", [timedelta(days=1), timedelta(days=-1)])
def test_a_clock_that_jumps_keeps_nobody_out(jump, count, now):
    for _ in range(9):
        count()
    assert count(at=now + jump) == 0


def test_what_is_stored_says_nothing_of_whom_it_counts(count, kept):
    count("sign-in person@example.org")
    with kept() as session:
        (row,) = session.scalars(sa.select(Counted))
        assert "example" not in row.key_hash
        assert len(row.key_hash) == 64


def test_rows_go_after_an_hour_and_so_do_those_of_a_wrong_clock(count, kept, now):
    count(at=now - timedelta(hours=2))
    count(at=now + timedelta(days=1))
    count()
    with kept() as session:
        assert limits.forget_old(session, now) == 2


def test_a_stretch_longer_than_rows_are_kept_is_refused(count):
    with pytest.raises(ValueError, match="7200"):
        count(window_s=7200)


def test_it_takes_one_statement(count, statements, engine):
    count()
    with statements(engine) as seen:
        count()
    assert len(seen) == 1
