import pickle

import pytest

from directory.core.errors import Conflict, DirectoryError, Invalid, NotFound, Unavailable


@pytest.mark.parametrize("kind", [NotFound, Conflict, Unavailable])
def test_every_expected_error_is_one_of_ours(kind):
    assert issubclass(kind, DirectoryError)


def test_an_invalid_value_says_field_given_and_wanted():
    error = Invalid("opens", "25:00", "a time as HH:MM")
    assert str(error) == "opens: '25:00' was given; wanted: a time as HH:MM"
    assert (error.field, error.given, error.wanted) == ("opens", "25:00", "a time as HH:MM")


def test_a_huge_value_is_shown_cut_short():
    assert len(str(Invalid("name", "x" * 3_000_000, "a name"))) < 200


def test_an_invalid_value_survives_a_trip_between_processes():
    error = pickle.loads(pickle.dumps(Invalid("lat", 999, "degrees")))  # noqa: S301 - made on this line
    assert str(error) == str(Invalid("lat", 999, "degrees"))
