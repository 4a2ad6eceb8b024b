"""Whoever speaks for a listing at work in a real browser: on a phone, with and without JavaScript, looked at by axe."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from itertools import count

import pytest
from playwright.sync_api import Locator, Page, expect

from directory.accounts.service import people
from directory.infra import clock
from directory.infra.db import transaction
from directory.listings.rules.record import Phone, Record
from directory.moderation.service import keeping
from tests.e2e import site
from tests.e2e.desk import Desk, heading, opened_desk, press
from tests.e2e.somebody import PEOPLE, READ_MS, look
from tests.support.people import address_of
from tests.support.records import an_id, given_location, given_record

NUMBERS = count(1)


@pytest.fixture(scope="module")
def desk(tmp_path_factory) -> Iterator[Desk]:
    with opened_desk(tmp_path_factory.mktemp("manage") / "instance", jobs="0") as found:
        yield found


@pytest.fixture
def listing(desk) -> Record:
    """A listing of the test's own, which the steward confirmed a month ago."""
    name = f"Kitchen {next(NUMBERS)}"
    phone = Phone(id=an_id("phone", name), number="0121 496 0010")
    made = given_record(name, given_location(f"Hall of {name}"), email="kitchen@example.org", phones=(phone,))
    made = replace(made, assured_at=clock.now() - timedelta(days=30))
    desk.listed(made)
    desk.looked_after(made, "steward")
    return made


@pytest.fixture(params=PEOPLE)
def anybody(request, open_page, desk):
    """Somebody without an account."""
    return open_page(desk.server, **PEOPLE[request.param])


@pytest.fixture
def steward(anybody, desk):
    return desk.enter(anybody, "steward")


def public(listing: Record) -> str:
    return f"/listings/{listing.name.lower().replace(' ', '-')}"


def follow(page: Page, name: str) -> None:
    page.get_by_role("link", name=name, exact=name.startswith("Kitchen")).first.click()


def told(page: Page, words: str) -> None:
    expect(page.get_by_role("status")).to_contain_text(words)


def test_a_steward_changes_a_number_at_once_and_a_name_when_a_moderator_agrees(steward, listing):
    steward.goto("/manage")
    heading(steward, "Your listings")
    follow(steward, listing.name)
    heading(steward, listing.name)
    follow(steward, "How to reach you")
    heading(steward, "How to reach you")
    steward.get_by_label("Public phone number").fill("0121 496 0099")
    press(steward, "Save")
    told(steward, "Published")
    steward.get_by_role("link", name="Who you are").click()
    heading(steward, "Who you are")
    steward.get_by_label("What is your group called?").fill("")
    press(steward, "Save")
    expect(steward.locator(".govuk-error-summary")).to_contain_text("name")
    look(steward)
    steward.get_by_label("What is your group called?").fill("The Kitchen")
    steward.wait_for_timeout(READ_MS)  # the page is guarded where anybody adds a group
    press(steward, "Save")
    told(steward, "A moderator looks at it")
    look(steward)
    follow(steward, "See the public page")
    heading(steward, listing.name)
    expect(steward.locator("main")).to_contain_text("0121 496 0099")


def test_a_steward_says_how_it_is_today_and_puts_up_a_notice(steward, listing):
    steward.goto(f"/manage/{listing.id}")
    follow(steward, "Say how it is today")
    heading(steward, "Today")
    steward.get_by_label("Closed today").check()
    press(steward, "Save")
    told(steward, "Published")
    follow(steward, "Put up a short notice")
    heading(steward, "A short notice")
    steward.get_by_label("What should people know?").fill("The lift is broken.")
    press(steward, "Save")
    told(steward, "Published")
    follow(steward, "See the public page")
    expect(steward.locator("main")).to_contain_text("Closed today")
    expect(steward.locator("main")).to_contain_text("The lift is broken.")
    look(steward)


def test_a_steward_pauses_a_listing_and_puts_it_back(steward, listing):
    steward.goto(f"/manage/{listing.id}")
    follow(steward, "Pause it for a while")
    heading(steward, "Pause this listing?")
    press(steward, "Yes, pause it")
    told(steward, "It is off the list")
    heading(steward, listing.name)
    steward.goto("/manage")
    expect(steward.locator("main")).to_contain_text("Paused")
    look(steward)
    follow(steward, listing.name)
    press(steward, "Put it back on the list")
    told(steward, "It is on the list again")
    steward.goto(public(listing))
    heading(steward, listing.name)


@pytest.fixture
def refused(desk, listing) -> Iterator[None]:
    """The mailbox of whoever looks after the listing refuses mail."""
    del listing  # it makes the steward known
    desk.bounced("steward")
    yield
    with desk.app.app_context(), transaction() as session:
        people.reached(session, people.person_for(session, address_of("steward"), clock.now()))


@pytest.mark.usefixtures("refused")
def test_whose_mail_is_refused_is_told_and_adds_a_colleague_by_a_mailed_link(steward, listing, desk):
    steward.goto("/manage")
    heading(steward, "Your listings")
    expect(steward.locator(".notice")).to_contain_text("We could not reach you at steward@example.org")
    follow(steward, listing.name)
    heading(steward, listing.name)
    expect(steward.locator(".notice")).to_contain_text("We could not reach you at steward@example.org")
    follow(steward, "Give another address")
    heading(steward, "Add a colleague")
    steward.get_by_label("Their e-mail address").fill("other-steward@example.org")
    press(steward, "Send them the link")
    told(steward, "We have sent them a mail")
    steward.goto(desk.mailed_link("other-steward@example.org", "/invite/"))
    heading(steward, "Do you want to look after this listing?")
    press(steward, "Yes, I look after it")
    heading(steward, "That is done")
    steward.goto(f"/manage/{listing.id}")
    expect(steward.locator("main")).to_contain_text("other-steward@example.org")
    look(steward)


def test_a_listing_is_handed_over_and_the_one_who_did_it_sees_it_no_more(steward, listing, desk):
    steward.goto(f"/manage/{listing.id}")
    follow(steward, "Hand it over to somebody else")
    heading(steward, "Hand it over to somebody else")
    steward.get_by_label("Their e-mail address").fill("vera at example.org")
    press(steward, "Send them the link")
    expect(steward.locator(".govuk-error-summary")).to_contain_text("e-mail")
    expect(steward.get_by_label("Their e-mail address")).to_have_value("vera at example.org")
    look(steward)
    steward.get_by_label("Their e-mail address").fill("vera@example.org")
    press(steward, "Send them the link")
    told(steward, "We have sent them a mail")
    steward.goto(desk.mailed_link("vera@example.org", "/hand-over/"))
    heading(steward, "Do you want to look after this listing?")
    press(steward, "Yes, I look after it")
    heading(steward, "That is done")
    steward.goto("/manage")
    expect(steward.get_by_role("link", name=listing.name, exact=True)).to_have_count(0)


def test_a_steward_keeps_a_listing_right_by_keyboard_alone_on_a_narrow_screen(open_page, desk, listing):
    page = desk.enter(open_page(desk.server, **site.NARROW), "steward")
    page.goto("/manage")

    def enter(place: Locator) -> None:
        site.tab_to(page, place)
        page.keyboard.press("Enter")

    enter(page.get_by_role("link", name=listing.name, exact=True))
    enter(page.get_by_role("link", name="How to reach you"))
    site.tab_to(page, page.get_by_label("Public phone number"))
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type("ring the bell")
    enter(page.get_by_role("button", name="Save"))
    expect(page.locator(".govuk-error-summary")).to_be_focused()
    enter(page.locator(".govuk-error-summary a"))
    expect(page.get_by_label("Public phone number")).to_be_focused()
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type("0121 496 0077")
    enter(page.get_by_role("button", name="Save"))
    told(page, "Published")
    enter(page.get_by_role("link", name="Pause it for a while"))
    enter(page.get_by_role("button", name="Yes, pause it"))
    told(page, "It is off the list")
    enter(page.get_by_role("button", name="Put it back on the list"))
    told(page, "It is on the list again")
    page.goto(public(listing))
    expect(page.locator("main")).to_contain_text("0121 496 0077")


def test_a_group_is_claimed_by_a_link_to_its_own_address(anybody, listing, desk):
    anybody.goto(public(listing))
    assert anybody.context.cookies() == []
    follow(anybody, "Is this your group?")
    heading(anybody, "Is this your group?")
    press(anybody, "Send it")
    expect(anybody.locator(".govuk-error-summary")).to_contain_text("Enter your own e-mail address")
    look(anybody)
    anybody.get_by_label("Your own e-mail address").fill("vera@example.org")
    anybody.get_by_label("I can read mail sent to kitchen@example.org").check()
    anybody.wait_for_timeout(READ_MS)
    press(anybody, "Send it")
    heading(anybody, "We have sent a mail")
    link = desk.mailed_link("kitchen@example.org", "/claim/")
    anybody.goto(link)
    heading(anybody, "May they look after your listing?")
    expect(anybody.locator("main")).to_contain_text("vera@example.org")
    press(anybody, "Yes, they speak for the group")
    heading(anybody, "That is done")


def test_a_listing_is_confirmed_by_a_mail_without_signing_in(anybody, listing, desk):
    desk.listed(replace(listing, assured_at=clock.now() - timedelta(days=200), review_due_at=clock.now()))
    with desk.app.app_context(), transaction() as session:
        assert keeping.ask(session, clock.now(), limit=9).listings == 1
    anybody.goto(desk.mailed_link("steward@example.org", "/still-right/"))
    heading(anybody, "Is it still right?")
    press(anybody, "Still right")
    heading(anybody, "Thank you")
    anybody.goto(public(listing))
    expect(anybody.locator("main")).to_contain_text("Confirmed by the organisation")
    with desk.app.app_context(), transaction() as session:
        assert keeping.ask(session, clock.now(), limit=9).listings == 0
