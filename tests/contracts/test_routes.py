"""Who may reach what: every route, as each of seven people, against the one table (``routes.py``)."""

from __future__ import annotations

from collections import defaultdict
from uuid import UUID

import pytest
from flask import Response

from directory.web.access import Who, audience, open_to, routes
from tests.contracts.routes import ROUTES
from tests.support.people import sign_in

PEOPLE = ("visitor", "steward", "other-steward", "moderator", "keeper", "exporter", "administrator")
BELONGS = {
    "visitor": {"anyone"},
    "steward": {"anyone", "steward"},
    "other-steward": {"anyone", "steward"},
    "moderator": {"anyone", "steward", "moderator"},
    "keeper": {"anyone", "steward", "moderator", "confidential"},
    "exporter": {"anyone", "steward", "exporter"},
    "administrator": {"anyone", "steward", "administrator"},
}
REACHED = 299
SOMETHING = {"IntegerConverter": 1, "UUIDConverter": UUID(int=1)}  # for a parameter of that kind


@pytest.fixture
def app(make_app):
    """The whole application, its views replaced by ones that say that they were reached."""
    app = make_app(reads_a_minute="0")
    for endpoint, view in list(app.view_functions.items()):
        app.view_functions[endpoint] = open_to(*audience(view))(
            lambda **_values: Response("reached", REACHED, mimetype="text/plain")
        )
    return app


def addresses(app):
    """Each address with something in the place of its parameters, its rule and its methods."""
    adapter = app.url_map.bind("127.0.0.1")
    for rule in app.url_map.iter_rules():
        values = {name: SOMETHING.get(type(kind).__name__, "x") for name, kind in rule._converters.items()}
        yield rule.rule, adapter.build(rule.endpoint, values), sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})


def table_of(app):
    found = defaultdict(list)
    for route in routes(app):
        found[route.rule].append(f"{' '.join(route.methods)}: {' '.join(route.audience)}")
    return {rule: "; ".join(lines) for rule, lines in found.items()}


def test_the_table_has_every_route_with_its_methods_and_audiences(app):
    assert table_of(app) == ROUTES


def test_no_route_is_closed_by_mistake(app):
    assert [route.rule for route in routes(app) if not route.audience] == []


@pytest.mark.parametrize("person", PEOPLE)
def test_a_person_reaches_what_the_table_says_and_nothing_else(person, app, as_person):
    client, wrong = as_person(person), []
    for rule, path, methods in addresses(app):
        line = dict(part.split(": ") for part in ROUTES[rule].split("; "))
        allowed = {who for told in line.values() for who in told.split()}
        for method in methods:
            answer = client.open(path, method=method)
            if BELONGS[person] & allowed:
                right = answer.status_code == REACHED
            elif person == "visitor" and "steward" in allowed:
                right = answer.status_code == 303 and answer.headers["Location"].startswith("/sign-in")
            else:
                right = answer.status_code == 404
            if not right:
                wrong.append(f"{method} {path}: {answer.status_code}")
    assert wrong == []


def test_staff_who_did_not_show_their_second_factor_reach_nothing_that_is_staffs(app):
    client = app.test_client()
    sign_in(client, "moderator", second_factor=False)
    for rule, path, methods in addresses(app):
        if "moderator" in ROUTES[rule] and "anyone" not in ROUTES[rule]:
            answer = client.open(path, method=methods[0])
            assert (answer.status_code, answer.headers["Location"][:22]) == (303, "/sign-in/second-factor")


def test_a_sign_in_that_is_over_reaches_nothing_and_may_sign_in_again(app, as_person):
    client = as_person("moderator")
    with client.session_transaction() as cookie:
        cookie["who"] = "a token that ended"
    for rule, path, methods in addresses(app):
        if "anyone" not in ROUTES[rule]:
            assert client.open(path, method=methods[0]).headers["Location"].startswith("/sign-in")


def test_a_cookie_that_was_not_signed_here_is_nobodys(app):
    client = app.test_client()
    client.set_cookie("directory", "eyJ3aG8iOiJ4In0.aaaaaa.bbbbbbbbbbbbbbbbbbbbbbbbbbb")
    for rule, path, methods in addresses(app):
        if "anyone" not in ROUTES[rule]:
            assert client.open(path, method=methods[0]).status_code in {303, 404}


def test_every_audience_is_one_of_these_peoples():
    assert {who.value for who in Who} == set().union(*BELONGS.values())
