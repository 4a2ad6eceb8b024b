"""The pages under /moderate: what waits is decided there, and the second of two is told."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from directory.accounts.service import people
from directory.core.geo import Point
from directory.infra import clock
from directory.infra.db import db, reading, transaction
from directory.listings.rules.record import Identifier, Today, Visibility
from directory.moderation.queries import queue
from directory.moderation.rules.states import Kind
from directory.moderation.rules.values import ReportKind, Telling
from directory.moderation.service import reports, stewards
from directory.moderation.service.suggest import suggest
from directory.publishing import queries as published
from directory.publishing.service import publish
from tests.moderation.cast import PERSON, STEWARD, sending
from tests.support.pages import Page, soup_of
from tests.support.records import NOON, an_id, given_location, given_record

KITCHEN = given_record(
    "Kitchen", given_location(), description="Soup every Monday in the hall, and some bread to take home with you."
)
OTHER = given_record("Larder", given_location("Other hall"), email="larder@example.org")


@pytest.fixture
def desk(app):
    """The running application's data, and ways to put things there."""
    around = app.extensions["directory"].around

    class Desk:
        def listed(self, *records):
            with app.app_context(), transaction() as session:
                publish(session, records, actor=PERSON, around=around, now=NOON)

        def sent(self, record, kind=Kind.NEW, **given):
            given.setdefault("once", f"{kind} {record.name}")
            with app.app_context(), transaction() as session:
                way = sending(kind, **given)
                return suggest(session, record, way, acting=STEWARD, around=around, now=clock.now())

        def reported(self, record, times=1):
            with app.app_context(), transaction() as session:
                for number in range(times):
                    telling = Telling(kind=ReportKind.CLOSED, words="Shut", email="", language="en", once=f"r{number}")
                    reports.report(session, record.id, telling, now=clock.now())

        def current(self, record):
            with app.app_context(), reading() as session:
                return published.current(session, record.id)

    return Desk()


def press(client, page, action, **values):
    """Send the form of a page whose action ends so, with what it holds and ``values``; the page that follows."""
    form = next(
        form
        for form in page.soup.select("form[method=post i]")
        if str(form.get("action") or page.response.request.path).endswith(action)
    )
    data = {
        str(field["name"]): str(field.get("value", ""))
        for field in form.select("input[name]")
        if field.get("type") not in {"radio", "checkbox"} or field.has_attr("checked")
    }
    data |= {str(field["name"]): field.get_text() for field in form.select("textarea[name]")}
    for field in form.select("select[name]"):
        chosen = field.select_one("option[selected]") or field.select_one("option")
        data[str(field["name"])] = str(chosen["value"])
    url = str(form.get("action") or page.response.request.path)
    answer = client.post(url, data=data | values, follow_redirects=True)
    return Page(answer, soup_of(answer))


def test_visitors_and_stewards_see_no_queue(as_person, desk):
    receipt = desk.sent(KITCHEN)
    for path in ("/moderate", f"/moderate/{receipt.id}", "/moderate/reports", "/moderate/merge", "/moderate/jobs"):
        for name in ("visitor", "steward", "exporter"):
            assert as_person(name).get(path).status_code in {303, 404}, (name, path)


def test_a_moderator_accepts_and_goes_on_with_the_next(as_person, desk):
    desk.sent(KITCHEN)
    desk.sent(OTHER)
    moderator = as_person("moderator")
    page = moderator.page("/moderate")
    assert "All waiting 2" in page.text
    first = moderator.page(page.links["Kitchen"])
    assert "12 Example Road" in first.text
    assert "Nothing like it was found" in first.text
    following = press(moderator, first, "/accept")
    assert following.h1 == "Larder"
    assert "Accepted" in following.text
    assert desk.current(KITCHEN).version == 1
    last = press(moderator, following, "/accept")
    assert last.h1 == "What waits for a moderator"
    assert "Nothing is here" in last.text


def test_words_of_long_texts_are_marked(as_person, desk):
    desk.listed(KITCHEN)
    changed = replace(KITCHEN, description=KITCHEN.description.replace("Monday", "Friday"))
    receipt = desk.sent(changed, Kind.CHANGE)
    page = as_person("moderator").page(f"/moderate/{receipt.id}")
    assert [tag.get_text() for tag in page.soup.select(".diff__text del")] == ["Taken out: Monday"]
    assert [tag.get_text() for tag in page.soup.select(".diff__text ins")] == ["Put in: Friday"]


def test_a_place_that_moves_is_told_in_words_and_on_the_map(as_person, desk):
    desk.listed(KITCHEN)
    moved = replace(KITCHEN.locations[0], point=Point(52.4583, -1.8716))
    receipt = desk.sent(replace(KITCHEN, locations=(moved,)), Kind.CHANGE)
    page = as_person("moderator").page(f"/moderate/{receipt.id}")
    assert "moved by 111 metres" in page.text
    assert "As proposed" in page.soup.select_one("#directory_map")["data-features"]


def test_a_place_that_stays_is_told_and_shown_once(as_person, desk):
    desk.listed(KITCHEN)
    receipt = desk.sent(replace(KITCHEN, description="Soup."), Kind.CHANGE)
    page = as_person("moderator").page(f"/moderate/{receipt.id}")
    assert "Stays where it is" in page.soup.select_one(".places").get_text()
    assert "As proposed" not in page.text
    assert page.soup.select_one("#directory_map")["data-features"].count('"Feature"') == 1


def test_what_is_put_right_stands_in_the_order_of_the_record(as_person, desk):
    receipt = desk.sent(KITCHEN)
    page = as_person("moderator").page(f"/moderate/{receipt.id}/change")
    assert [part.get_text(strip=True) for part in page.soup.select("legend")] == ["Organisation", "Service", "Place"]


def test_what_its_sender_sent_before_and_its_entry_in_a_register_are_shown(as_person, desk):
    first = desk.sent(given_record("Choir"))
    number = Identifier(id=an_id("chc"), scheme="GB-CHC", value="1000009")
    receipt = desk.sent(replace(KITCHEN, identifiers=(number,)))
    page = as_person("moderator").page(f"/moderate/{receipt.id}")
    assert page.links["Choir"] == f"/moderate/{first.id}"
    (entry,) = [url for words, url in page.links.items() if "1000009" in words]
    assert entry.startswith("https://register-of-charities.charitycommission.gov.uk/")


def test_a_duplicate_is_shown(as_person, desk):
    desk.listed(KITCHEN)
    receipt = desk.sent(given_record("The Kitchen", given_location("Kitchen hall")))
    page = as_person("moderator").page(f"/moderate/{receipt.id}")
    assert "Is it one of these?" in page.text
    assert page.links["Kitchen"] == "/listings/kitchen"


def test_the_second_moderator_gets_409_and_sees_what_the_first_decided(as_person, desk):
    receipt = desk.sent(KITCHEN)
    first, second = as_person("moderator"), as_person("other-moderator")
    pages = [client.page(f"/moderate/{receipt.id}") for client in (first, second)]
    words = "Send it to Leeds, please."
    press(first, pages[0], "/refuse", **{"refuse-reason": "not-here", "refuse-words": words})
    late = press(second, pages[1], "/ask", **{"ask-words": "Where is it?"})
    assert late.status == 409
    assert "Refused" in late.text
    assert "moderator@example.org" in late.text
    assert words in late.text
    assert "Where is it?" in late.text  # what was typed is given back
    assert desk.current(KITCHEN) is None


def test_a_refusal_without_a_reason_says_so_and_keeps_the_words(as_person, desk):
    receipt = desk.sent(KITCHEN)
    moderator = as_person("moderator")
    page = moderator.page(f"/moderate/{receipt.id}")
    wrong = press(moderator, page, "/refuse", **{"refuse-words": "Kept"})
    assert wrong.status == 400
    assert "Choose a reason" in wrong.text
    assert "Kept" in wrong.soup.select_one("#refuse-words").get_text()
    own = press(moderator, page, "/refuse", **{"refuse-reason": "other", "refuse-words": ""})
    assert "Say it in your own words" in own.text


def test_a_moderator_changes_something_and_accepts(as_person, desk):
    receipt = desk.sent(KITCHEN)
    moderator = as_person("moderator")
    page = moderator.page(f"/moderate/{receipt.id}/change")
    empty = press(moderator, page, "/change", name=" ")
    assert empty.status == 400
    for field, text, says in (
        ("website", "javascript:alert(1)", "Enter a web address"),
        ("email", "kitchen", "Enter an e-mail address"),
        ("locations.0.addresses.0.postal_code", "B11", "Enter a whole postcode"),
        ("services.0.name", "x" * 301, "at most 300 characters"),
    ):
        wrong = press(moderator, page, "/change", **{field: text})
        assert (wrong.status, says in wrong.text) == (400, True), field
        assert wrong.soup.select_one(f'[name="{field}"]')["value"] == text
        assert wrong.soup.select_one(f'[name="{field}"]')["aria-describedby"] == "wrong"
    press(moderator, page, "/change", **{"name": "Kitchen of Sparkbrook", "locations.0.visibility": "approximate"})
    record = desk.current(KITCHEN).record
    assert record.name == "Kitchen of Sparkbrook"
    assert record.locations[0].visibility is Visibility.APPROXIMATE
    assert [address.postal_code for address in record.locations[0].addresses] == ["B11"]


def test_what_is_put_off_leaves_the_queue_and_is_found_under_its_filter(as_person, desk):
    receipt = desk.sent(KITCHEN)
    moderator = as_person("moderator")
    page = press(moderator, moderator.page(f"/moderate/{receipt.id}"), "/later", **{"later-days": "7"})
    assert "Nothing is here" in page.text
    assert "Kitchen" in moderator.page("/moderate?state=later").text
    assert moderator.page("/moderate?state=nonsense&kind=nonsense&page=99").status == 200


def test_the_history_compares_goes_back_and_merges(as_person, desk):
    desk.listed(KITCHEN, OTHER)
    desk.listed(replace(KITCHEN, description="Spam."))
    moderator = as_person("moderator")
    page = moderator.page(f"/moderate/listings/{KITCHEN.id}/history")
    assert "Spam." in page.text
    back = press(moderator, page, "/back/1")
    assert "Done." in back.text
    assert desk.current(KITCHEN).record.description == KITCHEN.description
    assert press(moderator, page, "/back/1").status == 409  # the page is old by now
    merging = moderator.page("/moderate/merge?keep=/listings/kitchen&lose=http://localhost/listings/larder?near=B11")
    done = press(moderator, merging, "/merge", services="both")
    assert "Part them again" in done.text
    assert moderator.get("/listings/larder").headers["Location"] == "/listings/kitchen"
    press(moderator, done, "/undo")
    assert desk.current(OTHER).slug == "larder"
    assert "There is no listing at nowhere" in moderator.page("/moderate/merge?keep=kitchen&lose=nowhere").text
    assert "two different" in moderator.page("/moderate/merge?keep=kitchen&lose=kitchen").text


def test_the_history_says_instants_by_the_clocks_of_the_place(as_person, desk):
    today = Today(status="full", until=NOON + timedelta(days=1))
    desk.listed(replace(KITCHEN, assured_at=NOON, review_due_at=NOON + timedelta(days=30), today=today))
    text = as_person("moderator").page(f"/moderate/listings/{KITCHEN.id}/history").text
    for said in ("12 May 2026, 13:00", "11 June 2026, 13:00", "full, until 13 May 2026, 13:00"):
        assert said in text
    assert "+00:00" not in text


def test_deleting_for_good_asks_for_the_name(as_person, desk, app):
    desk.listed(KITCHEN)
    moderator = as_person("moderator")
    page = moderator.page(f"/moderate/listings/{KITCHEN.id}/delete")
    assert press(moderator, page, "/delete", name="Larder", sure="1").status == 400
    assert press(moderator, page, "/delete", name="kitchen").status == 400
    done = press(moderator, page, "/delete", name="kitchen", sure="1")
    assert "No byte of it is left" in done.text
    assert moderator.get(f"/moderate/listings/{KITCHEN.id}/history").status_code == 404
    assert moderator.get("/listings/kitchen").status_code == 404


def test_reports_are_closed_with_an_answer(as_person, desk):
    desk.listed(KITCHEN)
    desk.reported(KITCHEN, 3)
    moderator = as_person("moderator")
    assert "Three or more people say these have closed" in moderator.page("/moderate").text
    page = moderator.page(moderator.page("/moderate/reports").links["Kitchen"])
    number = re.findall(r"/reports/([0-9a-f-]{36})", str(page.soup))[0]
    assert press(moderator, page, number).status == 400
    left = press(moderator, page, number, **{f"{number.replace('-', '')}-how": "done"})
    assert len(left.soup.select("section form")) == 2


def test_a_batch_is_accepted_at_once_but_for_what_changed(as_person, desk):
    groups = [given_record(f"Group {number}") for number in range(4)]
    desk.listed(groups[3])
    for number, group in enumerate(groups):
        kind = Kind.CHANGE if number == 3 else Kind.NEW
        desk.sent(replace(group, description="Import"), kind, batch="import 7", once=f"b{number}", email="")
    desk.listed(replace(groups[3], email="since@example.org"))
    moderator = as_person("moderator")
    assert "All waiting 0" in moderator.page("/moderate").text
    page = moderator.page(moderator.page("/moderate").links["import 7"])
    ticked = [str(box["value"]) for box in page.soup.select("input[name=accept]")]
    done = press(moderator, page, "import 7", accept=ticked)
    assert done.status == 409
    assert "1 could not be accepted" in done.text
    assert [desk.current(group).record.description for group in groups[:3]] == ["Import"] * 3


def test_reading_a_confidential_address_needs_its_own_right(as_person, desk):
    hidden = replace(KITCHEN, locations=(replace(KITCHEN.locations[0], visibility=Visibility.HIDDEN),))
    receipt = desk.sent(hidden)
    for name in ("moderator", "keeper"):
        client = as_person(name)
        page = client.page(f"/moderate/{receipt.id}")
        assert "12 Example Road" not in page.text
        assert ("Read the address" in page.text) == (name == "keeper")
    shown = press(client, page, "/places")
    assert "12 Example Road" in shown.text
    assert as_person("moderator").post(f"/moderate/{receipt.id}/places").status_code in {400, 404}


@pytest.mark.parametrize("how_many", [1, 40])
def test_the_queue_and_a_suggestion_take_as_many_statements_however_many_wait(as_person, desk, statements, how_many):
    for number in range(how_many):
        receipt = desk.sent(given_record(f"Group {number}"), once=f"f{number}")
    moderator = as_person("moderator")
    moderator.page("/moderate")
    with statements() as seen:
        moderator.page("/moderate")
    assert len(seen) == 7, seen  # who asks, counts of two kinds, rows, raised reports, batches, the unreachable
    moderator.page(f"/moderate/{receipt.id}")
    with statements() as seen:
        moderator.page(f"/moderate/{receipt.id}")
    assert len(seen) <= 22, seen


def test_a_listing_nobody_of_which_can_be_reached_is_told_in_the_queue(as_person, desk, app):
    desk.listed(KITCHEN)
    with app.app_context(), transaction() as session:
        for name in ("ann", "ben"):
            known = people.person_for(session, f"{name}@example.org", clock.now())
            stewards.appoint(session, known, KITCHEN.id, how="claimed", now=clock.now())
        people.note_bounce(session, "ann@example.org", clock.now())
    moderator = as_person("moderator")
    assert "can be reached" not in moderator.page("/moderate").text
    with app.app_context(), transaction() as session:
        people.note_bounce(session, "ben@example.org", clock.now())
    page = moderator.page("/moderate")
    assert "Nobody who speaks for these can be reached" in page.text
    assert page.links["Kitchen"] == f"/moderate/listings/{KITCHEN.id}/history"


def test_jobs_and_people_are_listed(as_person, app):
    assert as_person("moderator").page("/moderate/jobs").h1
    administrator = as_person("administrator")
    assert "administrator@example.org" in administrator.page("/moderate/people").text
    assert as_person("moderator").get("/moderate/people").status_code == 404


def test_nobody_keeps_a_page_of_staff(as_person, desk):
    receipt = desk.sent(KITCHEN)
    answer = as_person("moderator").get(f"/moderate/{receipt.id}")
    assert answer.headers["Cache-Control"] == "no-store"
    with as_person("moderator").application.app_context(), reading() as session:
        assert db.engine.dialect.name == "sqlite"
        assert len(queue.waiting(session, now=clock.now())) == 1
