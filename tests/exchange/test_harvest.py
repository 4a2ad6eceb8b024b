"""A harvest goes on where it was killed, asks politely, and copes with servers of every sort."""

from __future__ import annotations

from datetime import timedelta

import pytest

from directory.core.errors import Unavailable
from directory.exchange.queries.feeds import due
from directory.exchange.service.fetching import TooLarge, fetcher_of
from directory.exchange.service.harvest import Work, harvest
from directory.exchange.service.oruk_terms import view_of
from directory.infra import clock
from directory.infra.db import transaction
from tests.exchange.feed_site import Foreign, canned, follow, foreign_service, harvested, said
from tests.exchange.oruk_site import names
from tests.support.apps import INSTALLED
from tests.support.databases import KINDS


class Killed(BaseException):
    """What ends a process."""


@pytest.fixture(params=KINDS)
def ours(request, databases, make_app):
    return make_app(databases.copy_of(INSTALLED, request.param), reads_a_minute="0", feeds_allow="127.0.0.1")


@pytest.fixture(autouse=True)
def _nobody_waits(monkeypatch):
    monkeypatch.setattr("directory.exchange.service.harvest.PAUSE_S", 0)


def five():
    return [foreign_service(name) for name in ("Advice", "Bread", "Choir", "Dance", "Eggs")]


@pytest.fixture
def foreign():
    return Foreign(five())


def paths(site):
    return [path.removeprefix("/v3/") for path, _ in site.asked]


def run(app, *, get=None, transactions=transaction, take_over=True, pauses=None, **more):
    """One run of a harvest, from code; how it ended."""
    here = app.extensions["directory"]
    with app.app_context():
        work = Work(
            transaction=transactions, get=get or fetcher_of(here.settings).get, around=here.around, view=view_of(here),
            began=clock.now(), pause=(pauses if pauses is not None else []).append, **more,
        )  # fmt: skip
        return harvest("solihull", work, take_over=take_over)


def test_everything_is_asked_for_once_and_then_what_changed(ours, foreign):
    with canned(foreign.answer) as site:
        follow(ours, f"{site.url}/v3")
        assert run(ours).result == "5 new"
        assert paths(site) == [
            *(f"services?minimal=true&page={n}&per_page=1000" for n in (1, 2, 3)),
            *(f"services?page={n}&per_page=100&full=true" for n in (1, 2, 3)),
            "organizations?page=1&per_page=100&full=true",
        ]
        site.asked.clear()
        foreign.services[1] = foreign_service("Bread", last_modified="2026-05-02T09:00:00Z", description="Sourdough.")
        del foreign.services[4]
        assert run(ours).result == "1 changed, 1 removed"
        since = "modified_after=2026-05-01T08%3A00%3A00Z"
        assert paths(site)[2:4] == [f"services?page={n}&per_page=100&full=true&{since}" for n in (1, 2)]
    assert sorted(names(ours)) == ["Advice", "Bread", "Choir", "Dance"]


def dies_after(what, times):
    """``what``, until it was called so often: then the process is killed."""
    left = [times]

    def call(*args, **more):
        if not left[0]:
            raise Killed
        left[0] -= 1
        return what(*args, **more)

    return call


def runs_until_killed(app, **more):
    """Whether a run is killed; else it came to its end."""
    try:
        run(app, **more)
    except Killed:
        return True
    return False


def test_a_harvest_that_is_killed_at_any_request_goes_on_there(ours, foreign):
    get = fetcher_of(ours.extensions["directory"].settings).get
    with canned(foreign.answer) as site:
        for at in range(7):
            follow(ours, f"{site.url}/v3")
            site.asked.clear()
            assert runs_until_killed(ours, get=dies_after(get, at))
            run(ours)
            assert len(site.asked) == len(set(paths(site))) == 7  # nothing was asked for twice
            assert sorted(names(ours)) == ["Advice", "Bread", "Choir", "Dance", "Eggs"]
            assert said(ours, "remove", "solihull").exit_code == 0
        follow(ours, f"{site.url}/v3")
        assert not runs_until_killed(ours, get=dies_after(get, 7))  # there was no eighth


def test_a_harvest_that_is_killed_between_transactions_goes_on_there(ours, foreign):
    foreign.per, at, killed = 3, 0, True
    with canned(foreign.answer) as site:
        while killed:
            follow(ours, f"{site.url}/v3")
            killed = runs_until_killed(ours, transactions=dies_after(transaction, at))
            run(ours)
            assert sorted(names(ours)) == ["Advice", "Bread", "Choir", "Dance", "Eggs"]
            assert said(ours, "remove", "solihull").exit_code == 0
            at += 1
    assert at == 12  # one for each request, and what is done beside them


def test_a_short_wait_is_waited_and_a_long_one_ends_the_run(ours, foreign):
    pauses: list[float] = []
    with canned(foreign.answer) as site:
        follow(ours, f"{site.url}/v3")
        foreign.busy, foreign.wait = 2, "7"
        assert run(ours, pauses=pauses).result == "5 new"
        assert [wait for wait in pauses if wait > 1] == [7.0, 7.0]
        foreign.busy, foreign.wait = 1, "3600"
        ended = run(ours, pauses=pauses)
        assert not ended.finished
        assert not ended.failed  # a server may be busy
        asked_so_far = len(site.asked)
        job_time = timedelta(minutes=50)
        assert job_names(ours, job_time) == []
        assert job_names(ours, timedelta(minutes=61)) == ["solihull"]
        assert len(site.asked) == asked_so_far
        assert run(ours).finished


def job_names(app, later):
    """The feeds that the job would harvest then."""
    with app.app_context(), transaction() as session:
        return due(session, clock.now() + later)


def test_a_server_that_is_busy_for_ever_is_left_alone(ours, foreign):
    with canned(foreign.answer) as site:
        follow(ours, f"{site.url}/v3")
        foreign.busy, foreign.wait = 1_000, "0"
        assert not run(ours).finished
        assert len(site.asked) == 6


def test_a_server_without_lists_of_identifiers_is_read_whole_every_time(ours, foreign):
    foreign.lists = False
    with canned(foreign.answer) as site:
        follow(ours, f"{site.url}/v3")
        assert run(ours).result == "5 new"
        site.asked.clear()
        del foreign.services[2]
        assert run(ours).result == "1 removed"
        assert not [path for path in paths(site) if "modified_after" in path]
    assert sorted(names(ours)) == ["Advice", "Bread", "Dance", "Eggs"]


def test_a_list_of_identifiers_that_is_too_large_is_gone_without(ours, foreign):
    get = fetcher_of(ours.extensions["directory"].settings).get

    def small(url, **more):
        if "minimal" in url:
            raise TooLarge("answer", "a large answer", "less")
        return get(url, **more)

    with canned(foreign.answer) as site:
        follow(ours, f"{site.url}/v3")
        assert run(ours, get=small).result == "5 new"
        del foreign.services[0]
        assert run(ours, get=small).result == "1 removed"


def test_a_server_that_gives_plain_services_is_asked_for_each(ours, foreign):
    foreign.nests = False
    with canned(foreign.answer) as site:
        follow(ours, f"{site.url}/v3")
        assert run(ours).result == "5 new"
        assert sum(path.startswith("services/") for path in paths(site)) == 5
        site.asked.clear()
        foreign.services[3] = foreign_service("Dance", last_modified="2026-05-02T09:00:00Z", description="Salsa.")
        assert run(ours).result == "1 changed"
        assert [path for path in paths(site) if path.startswith("services/")] == [
            f"services/{foreign.services[3]['id']}"
        ]


def test_a_service_that_a_server_cannot_give_keeps_no_other_and_stays_what_it_was(ours, foreign):
    foreign.nests, broken = False, foreign.services[2]["id"]
    with canned(foreign.answer) as site:
        follow(ours, f"{site.url}/v3")
        assert run(ours).result == "5 new"
        for n, name in enumerate(("Advice", "Bread", "Choir", "Dance", "Eggs")):
            more = {"last_modified": "2026-05-02T09:00:00Z", "description": "New."}
            foreign.services[n] = foreign_service(name, **more)
        wrong: list[tuple[int, dict[str, str], bytes]] = [
            (500, {}, b""),
            (200, {}, b"<html>"),
            (200, {}, b'{"id": "x"}'),
        ]
        site.answer = lambda path: wrong.pop() if path.endswith(f"services/{broken}") else foreign.answer(path)
        assert run(ours).result == "4 changed, 1 skipped"
        assert sorted(names(ours)) == ["Advice", "Bread", "Choir", "Dance", "Eggs"]
        assert run(ours).result == "1 skipped"
        assert run(ours).result == "1 skipped"
        assert wrong == []


def test_organisations_without_services_come_and_go(ours, foreign):
    foreign.organizations = [{"id": f"group-{n}", "name": f"Group {n}", "description": "x"} for n in range(3)]
    with canned(foreign.answer) as site:
        follow(ours, f"{site.url}/v3")
        assert run(ours).result == "8 new"
        del foreign.organizations[1]
        assert run(ours).result == "1 removed"


def test_a_service_that_moves_to_another_organisation_leaves_the_former(ours):
    foreign = Foreign([foreign_service("Bread", "Bakery"), foreign_service("Eggs", "Bakery")])
    with canned(foreign.answer) as site:
        follow(ours, f"{site.url}/v3")
        assert run(ours).result == "1 new"
        foreign.services[1] = foreign_service("Eggs", "Farm", last_modified="2026-05-03T09:00:00Z")
        assert run(ours).result == "1 new, 1 changed"
    assert sorted(names(ours)) == ["Bread", "Eggs"]


def test_a_feed_that_loses_more_than_half_is_not_believed_until_somebody_looked(ours):
    foreign = Foreign([foreign_service(f"Service {n:02}") for n in range(24)], per=50)
    with canned(foreign.answer) as site:
        follow(ours, f"{site.url}/v3")
        assert run(ours).result == "24 new"
        del foreign.services[5:]
        assert "19 services are gone, which is too many to be believed" in run(ours).result
        assert len(names(ours)) == 24
        assert "19 removed" in harvested(ours, "--removals")
        assert len(names(ours)) == 5


BROKEN = {
    "no JSON": b"<html>",
    "no page": b"[]",
    "no UTF-8": b'{"contents": ["\xff"]}',
    "deep": b"[" * 100_000,
    "another page": b'{"contents": [], "page_number": 7}',
}


@pytest.mark.parametrize("body", BROKEN.values(), ids=BROKEN)
def test_a_broken_answer_stops_the_harvest_and_takes_nothing_out(ours, foreign, body):
    with canned(foreign.answer) as site:
        follow(ours, f"{site.url}/v3")
        run(ours)
        site.answer = lambda _path: (200, {}, body)
        done = said(ours, "run")
        assert done.exit_code == 1
        assert "stopped at list, page 1" in done.output
        assert "stopped at list, page 1" in said(ours, "list").output
        assert job_names(ours, timedelta(minutes=9)) == []
        assert job_names(ours, timedelta(minutes=11)) == ["solihull"]
        site.answer = foreign.answer
        assert run(ours).result == "nothing new"
    assert len(names(ours)) == 5


def test_a_server_that_fails_halfway_publishes_nothing(ours, foreign):
    with canned(lambda path: (500, {}, b"") if "full" in path and "page=2" in path else foreign.answer(path)) as site:
        follow(ours, f"{site.url}/v3")
        assert run(ours).failed
        assert names(ours) == []
        site.answer = foreign.answer
        assert run(ours).result == "5 new"


def test_what_is_wrong_with_one_organisation_keeps_no_other(ours, foreign):
    foreign.services[0]["organization"]["name"] = ""
    foreign.services[1]["email"] = "nobody"
    with canned(foreign.answer) as site:
        follow(ours, f"{site.url}/v3")
        result = run(ours).result
    assert "4 new" in result
    assert "1 skipped" in result
    assert "faults" in result


def test_one_harvest_of_a_feed_at_a_time(ours, foreign):
    with canned(foreign.answer) as site:
        follow(ours, f"{site.url}/v3")
        get = fetcher_of(ours.extensions["directory"].settings).get
        seen: list[str] = []

        def meanwhile(url, **more):
            if not seen:
                seen.append("job")
                assert run(ours, take_over=False).result == "somebody is harvesting it"
                assert run(ours, take_over=True).result == "5 new"
            return get(url, **more)

        assert run(ours, get=meanwhile).result == "somebody else went on with it"


def test_a_request_that_fails_when_somebody_else_went_on_is_nobodys_failure(ours, foreign):
    with canned(foreign.answer) as site:
        follow(ours, f"{site.url}/v3")

        def too_late(_url, **_more):
            assert run(ours).result == "5 new"
            raise Unavailable("gone")

        assert run(ours, get=too_late).result == "somebody else went on with it"
        assert "5 new" in said(ours, "list").output


def test_a_run_that_takes_too_long_goes_on_next_time(ours, foreign):
    with canned(foreign.answer) as site:
        follow(ours, f"{site.url}/v3")
        ended = run(ours, longest_s=-1.0)
        assert ended.result == "goes on with list, page 1"
        assert site.asked == []
        assert run(ours, take_over=False).result == "5 new"


def test_an_etag_is_sent_back_and_304_ends_the_harvest(ours, foreign):
    foreign.per = 50
    headers = {"ETag": '"7"'}

    def answer(path):
        status, more, body = foreign.answer(path)
        return status, {**headers, **more}, body

    with canned(answer) as site:
        follow(ours, f"{site.url}/v3")
        run(ours)
        site.asked.clear()
        site.answer = lambda _path: (304, {}, b"")
        assert run(ours).result == "not modified"
        ((path, sent),) = site.asked
        assert "minimal" in path
        assert sent["If-None-Match"] == '"7"'


def test_an_address_that_is_not_everybodys_is_never_asked(databases, make_app, foreign):
    app = make_app(databases.copy_of(INSTALLED, "sqlite"), reads_a_minute="0")
    with canned(foreign.answer) as site:
        follow(app, f"{site.url}/v3")
        done = said(app, "run")
        assert site.asked == []
    assert done.exit_code == 1
    assert "DIRECTORY_FEEDS_ALLOW" in done.output
