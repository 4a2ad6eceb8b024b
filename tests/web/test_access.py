"""Who may reach a view; nobody, if the view does not say."""

from directory.web.access import Who, routes


def test_a_view_that_names_no_audience_is_closed_and_logged(client, caplog):
    answer = client.get("/forgotten")
    assert answer.status_code == 404
    assert "nobody said" not in answer.text
    assert [record.message for record in caplog.records] == ["a view names no audience"]


def test_what_one_may_not_see_does_not_exist(client):
    assert client.get("/staff").status_code == client.get("/nowhere").status_code == 404
    assert client.get("/staff").data == client.get("/nowhere").data


def test_whoever_belongs_to_one_of_the_audiences_comes_in(make_app):
    moderator = make_app(present=lambda: frozenset({Who.ANYONE, Who.MODERATOR})).test_client()
    assert moderator.get("/staff").text == "the queue"


def test_a_steward_does_not_come_in_where_only_staff_may(make_app):
    steward = make_app(present=lambda: frozenset({Who.ANYONE, Who.STEWARD})).test_client()
    assert steward.get("/staff").status_code == 404


def test_the_table_of_routes_says_who_may_reach_each(app):
    table = {(route.rule, route.methods): route.audience for route in routes(app)}
    assert table["/", ("GET",)] == ("anyone",)
    assert table["/staff", ("GET",)] == ("administrator", "moderator")
    assert table["/send", ("POST",)] == ("anyone",)
    assert table["/forgotten", ("GET",)] == ()
