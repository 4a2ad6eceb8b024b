"""Adding a group page by page, as somebody without JavaScript does."""

from __future__ import annotations

from itertools import pairwise

import pytest
import sqlalchemy as sa

from directory.infra.db import db, reading
from tests.contribute.conftest import NEIGHBOURS, VENUE
from tests.support.filling import Filler, form_of, values_of


def test_whoever_has_no_draft_reads_what_is_asked_and_gets_no_cookie(client):
    page = client.page("/add")
    assert page.links["Start now"] == "/add/who"
    assert "Set-Cookie" not in page.response.headers
    assert client.page("/add/check").response.request.path == "/add"


def test_answers_lead_from_page_to_page_and_then_to_all_of_them(filler, say):
    page = say(VENUE)
    assert page.h1 == "Check your answers"
    for words in ("Ladywood Lantern Larder", "1000009", "Every Tuesday, 10am to 1pm", "B11 1AA", "vera@example.org"):
        assert words in page.text
    assert filler.client.page("/add").links["Check and send"] == "/add/check"


def test_the_pages_may_be_answered_in_any_order(filler, say):
    say(_backwards(VENUE))
    assert "Answer what is marked" not in filler.client.page("/add/check").text


def _backwards(answers):
    """The last page first; but whether an address may be shown is asked before the address."""
    order = [*reversed(answers)]
    order.remove("/add/place")
    return {url: answers[url] for url in [*order, "/add/place"]}


def test_a_place_has_no_address_before_it_is_known_how_openly_it_may_be_shown(client):
    assert client.page("/add/place").response.request.path == "/add/where"
    assert client.page("/add/place/1/show").h1 == "May people see where this place is?"
    assert client.get("/add/place/2/show").status_code == 404


@pytest.mark.parametrize(("answers", "pages", "most"), [(VENUE, 9, 25), (NEIGHBOURS, 7, 15)])
def test_the_shortest_honest_path_is_short(answers, pages, most, filler, say):
    """Every tick, choice and typed field counts as an answer, and the check as a page."""
    page = say(answers)
    assert page.h1 == "Check your answers"
    assert [*filler.pages, "/add/check"] == [*answers, "/add/check"], "going on leads to just these pages"
    assert len(filler.pages) + 1 <= pages
    assert filler.answers <= most


@pytest.mark.parametrize("answers", [VENUE, NEIGHBOURS])
def test_going_on_leads_to_the_next_question_by_itself(answers, filler):
    urls = [*answers, "/add/check"]
    for url, following in pairwise(urls):
        page = filler.send(url, **answers[url])
        assert page.response.request.path == following


def test_it_is_sent_once_however_often_its_form_is(app, filler, say):
    say(VENUE)
    page = filler.client.page("/add/check")
    values = values_of(form_of(page.soup))
    first = filler.client.post("/add/check", data=values)
    second = filler.client.post("/add/check", data=values)
    assert first.headers["Location"] == second.headers["Location"] == "/add/sent"
    with app.app_context(), reading() as session:
        assert session.execute(sa.text("SELECT count(*) FROM suggestion")).scalar_one() == 1
        assert session.execute(sa.text("SELECT count(*) FROM outgoing_mail")).scalar_one() == 1
    receipt = filler.client.page("/add/sent")
    assert "Thank you" in receipt.h1
    with app.app_context(), reading() as session:
        reference = session.execute(sa.text("SELECT reference FROM suggestion")).scalar_one()
    assert reference in receipt.text


def test_what_was_sent_can_be_mended_and_sent_again(app, filler, say):
    say(NEIGHBOURS)
    filler.send("/add/check")
    assert filler.client.page("/add/who").response.request.path == "/add", "what was sent cannot be changed unseen"
    filler.send("/add")
    filler.send("/add/what", about="We shop and cook for each other.")
    filler.send("/add/check")
    with app.app_context(), reading() as session:
        rows = session.execute(sa.text("SELECT organization_uuid, record FROM suggestion ORDER BY sent_at")).all()
    assert len(rows) == 2
    assert rows[0].organization_uuid == rows[1].organization_uuid
    assert "cook" in rows[1].record


def test_a_draft_that_lacks_an_answer_cannot_be_sent(filler, say):
    say({url: VENUE[url] for url in list(VENUE)[:-1]})
    page = filler.client.page("/add/check")
    assert "This is needed before you can send it." in page.text
    assert not page.soup.select("main form")


def test_deleting_leaves_nothing(app, filler, say):
    say(VENUE)
    page = filler.send("/add/delete")
    assert "is deleted" in page.text
    with app.app_context(), reading() as session:
        for table in ("draft", "draft_address"):
            assert session.execute(sa.text(f"SELECT count(*) FROM {table}")).scalar_one() == 0
    assert "Start now" in filler.client.page("/add").links


def test_several_services_and_places_each_with_its_own_hours(filler, say):
    say({url: VENUE[url] for url in list(VENUE)[:4]})
    filler.send("/add/what/1", then="another")
    page = filler.send("/add/what/2", name="Debt advice", about="Bring your letters.", needs=["money"])
    assert page.response.request.path == "/add/when"
    filler.send("/add/place/1", then="another")
    filler.send("/add/place/2/show", visibility="approximate")
    filler.send("/add/place/2", line_1="9 Another Road", postcode="B12 9QR", services=["2"])
    filler.send("/add/when/1", opens_0="9am", closes_0="noon")
    filler.send("/add/when/2", way="appointment")
    filler.send("/add/when/2/2", opens_4="1pm", closes_4="3pm")
    rows = filler.client.page("/add/check/file").soup.select("table.file-row")
    told = [" ".join(row.get_text(" ").split()) for row in rows]
    assert [("Food bank" in row, "Debt advice" in row) for row in told] == [(True, False), (False, True), (False, True)]
    assert "9 Another Road" not in " ".join(told)
    assert "Mon 09:00-12:00" in told[0]
    assert "Fri 13:00-15:00" in told[2]
    assert "Remove this service" in filler.client.page("/add/what/2").text


def test_services_that_differ_in_cost_languages_and_for_whom_are_asked_each_for_its_own(filler, say):
    say({url: VENUE[url] for url in list(VENUE)[:4]})
    filler.send("/add/what/1", then="another")
    filler.send("/add/what/2", name="Debt advice", about="Bring your letters.", needs=["money"])
    say({url: VENUE[url] for url in ("/add/when", "/add/reach")})
    filler.send("/add/when/2", way="appointment")
    page = filler.send("/add/details", cost="free", languages="Urdu", differ="1")
    assert page.response.request.path == "/add/each/1"
    assert "Food bank" in page.soup.select_one("main .lead").get_text()
    page = filler.send("/add/each/1")
    assert page.response.request.path == "/add/each/2", "as it stands is as good an answer"
    assert filler.send("/add/each/2", languages="Elvish").h1 == "How, for whom and at what cost"
    page = filler.send("/add/each/2", cost="paid", fees="£5", languages="Polish", served="parts", parts="B11")
    assert page.response.request.path == "/add/you"
    parts = {
        part.h2.get_text(" ", strip=True): part.get_text(" ")
        for part in filler.client.page("/add/check").soup.select("section")
    }
    assert [words for name, words in parts.items() if "Debt advice" in name and "£5" in words and "Polish" in words]
    rows = [
        " ".join(row.get_text(" ").split())
        for row in filler.client.page("/add/check/file").soup.select("table.file-row")
    ]
    assert [("£5" in row, "Polish" in row, "Urdu" in row) for row in rows] == [
        (False, False, True),
        (True, True, False),
    ]
    filler.send("/add/details", differ=[])
    assert filler.client.get("/add/each/2").status_code == 404
    assert "£5" not in filler.client.page("/add/check/file").text


def test_services_that_people_get_in_different_ways_say_it_each(filler, say):
    say({url: VENUE[url] for url in list(VENUE)[:2]})
    filler.send("/add/what/1", then="another")
    filler.send("/add/what/2", name="Debt advice", about="Ring us.", needs=["money"])
    filler.send("/add/where", how=["in-person", "phone"], visibility="exact")
    say({url: VENUE[url] for url in list(VENUE)[3:6]})
    filler.send("/add/details", cost="free", differ="1")
    filler.send("/add/each/1", how=["in-person"])
    assert "Choose at least one way" in filler.send("/add/each/2", how=[]).text
    assert "Choose who it is for" in filler.send("/add/each/2", how=["phone"]).text, "nobody comes: they live somewhere"
    filler.send("/add/each/2", how=["phone"], served="*place")
    assert "You gave a place that people come to" in filler.send("/add/each/1", how=["phone"], served="*place").text
    assert not filler.client.page("/add/place/1").soup.select("[name=services]"), "one of them happens there"
    filler.send("/add/place/1")
    answers = filler.client.page("/add/check").text
    assert ("In person, By phone" in answers, "How people get it By phone" in answers) == (False, True)
    rows = [row.get_text(" ") for row in filler.client.page("/add/check/file").soup.select("table.file-row")]
    assert [("Debt advice" in row, "Lantern Hall" in row, "in-person" in row) for row in rows] == [
        (False, True, True),
        (True, False, False),
    ]
    filler.send("/add/where", how=["in-person", "phone", "online"])
    assert "How people get it By phone, Online" in filler.client.page("/add/check").text


def test_of_places_the_first_that_is_left_is_asked_about_with_the_ways(filler, say):
    say({url: VENUE[url] for url in list(VENUE)[:4]})
    filler.send("/add/place/1", then="another")
    filler.send("/add/place/2/show", visibility="approximate")
    page = filler.send("/add/place/2", line_1="9 Another Road", postcode="B12 9QR")
    form = filler.client.page("/add/place/1").soup.select_one('form[action$="/remove"]')
    filler.client.post(form["action"], data=values_of(form))
    page = filler.client.page("/add/where")
    assert page.soup.select_one("[name=visibility][checked]")["value"] == "approximate"
    filler.send("/add/where", how=["in-person", "phone"])
    page = filler.client.page("/add")
    assert [link for link in page.links.values() if link.startswith("/add/place")] == ["/add/place/2"]


def test_one_service_is_not_asked_whether_it_differs(filler, say):
    say({url: VENUE[url] for url in list(VENUE)[:4]})
    assert not filler.client.page("/add/details").soup.select("[name=differ]")
    assert filler.client.get("/add/each/1").status_code == 404


def test_a_draft_lives_in_the_browser_that_began_it_and_in_no_other(app, filler, say):
    say(VENUE)
    other = Filler(app.test_client())
    assert "Ladywood" not in other.client.page("/add").text
    assert other.client.page("/add/check").response.request.path == "/add"


@pytest.mark.parametrize("path", ["/add/what/7", "/add/what/x", "/add/when/7", "/add/when/1/3", "/add/place/7/show"])
def test_pages_about_what_is_not_there_are_not_there(path, client):
    assert client.get(path).status_code == 404


def test_a_hidden_address_is_in_one_table_and_on_its_own_page_alone(app, filler, say):
    say({url: VENUE[url] for url in list(VENUE)[:2]})
    page = filler.send("/add/where", how=["in-person"], visibility="hidden")
    assert page.response.request.path == "/add/when", "a hidden place is not asked for its address"
    filler.send("/add/place", line_1="7 Zebedee Mews", postcode="B13 9SA")
    for path in ("/add", "/add/check/page", "/add/check/file", "/add/check/data", "/add/where", "/add/when"):
        text = filler.client.page(path).text.lower()
        assert "zebedee" not in text
        assert "9sa" not in text
    assert filler.client.get("/add/place").headers["Cache-Control"] == "no-store"
    say({url: VENUE[url] for url in ("/add/reach", "/add/you")})
    filler.send("/add/check")
    with app.app_context(), db.engine.connect() as connection:
        names = sa.inspect(connection).get_table_names()
        holding = {
            name
            for name in names
            if "zebedee" in repr([tuple(row) for row in connection.execute(sa.text(f'SELECT * FROM "{name}"'))]).lower()
        }
    assert holding == {"draft_address", "suggestion_place"}
