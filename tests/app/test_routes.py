"""Who may reach each address of the whole application: whoever adds one says so here."""

from directory.web.access import routes

NOT_FOR_EVERYBODY: dict[str, tuple[str, ...]] = {}  # rule: audiences. Nothing yet: nobody can sign in.
SENT_TO: dict[str, tuple[str, ...]] = {}  # rule: methods beside GET. Nothing yet: nobody sends anything.


def test_every_route_names_its_audience(app):
    told = {route.rule: route.audience for route in routes(app) if route.audience != ("anyone",)}
    assert told == NOT_FOR_EVERYBODY


def test_every_route_is_for_reading(app):
    told = {route.rule: route.methods for route in routes(app) if route.methods != ("GET",)}
    assert told == SENT_TO
