"""Every route has joined the registry of doors, and the registry names none that is gone."""

from directory.web.access import routes
from tests.support import doors
from tests.support.doors import Door, door_of


def test_every_route_is_a_door_of_some_kind(app):
    strange = {route.endpoint for route in routes(app) if door_of(route.endpoint) is None}
    assert strange == set(), "say in tests/support/doors.py what kind of door it is"


def test_no_door_is_named_that_is_gone(app):
    there = {route.endpoint for route in routes(app)}
    assert there >= frozenset().union(*doors.NAMED.values())


def test_what_tells_an_address_is_for_those_with_the_right_alone(app):
    for route in routes(app):
        audited = door_of(route.endpoint) is Door.AUDITED
        assert (route.audience == ("confidential",)) == audited, route.endpoint
        assert not audited or route.methods == ("POST",), "a GET is kept by browsers, and written to logs"


def test_what_takes_something_is_no_page(app):
    for route in routes(app):
        if door_of(route.endpoint) is Door.TAKES:
            assert "GET" not in route.methods


def test_a_door_that_has_not_joined_is_found():
    assert door_of("moderation.newcomer") is None
