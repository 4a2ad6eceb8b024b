"""A moderator asks, goes back to an older version, merges and parts: on a phone, with and without JavaScript."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import count

import pytest
from playwright.sync_api import Page, expect

from directory.listings.rules.record import Record
from tests.e2e.desk import Desk, heading, opened_desk, press
from tests.e2e.somebody import PEOPLE, READ_MS, look
from tests.moderation.cast import ORGANISER
from tests.support.records import given_location, given_record

NUMBERS = count(1)
SOUP = "Soup and bread for whoever comes."
STEW = "Stew, and no bread any more."


@pytest.fixture(scope="module")
def desk(tmp_path_factory) -> Iterator[Desk]:
    with opened_desk(tmp_path_factory.mktemp("deciding") / "instance", jobs="0") as found:
        yield found


@pytest.fixture(params=PEOPLE)
def way(request):
    return PEOPLE[request.param]


@pytest.fixture
def moderator(way, open_page, desk):
    return desk.enter(open_page(desk.server, **way))


def kitchen(**given: object) -> Record:
    """A group that no other test has."""
    name = f"Kitchen {next(NUMBERS)}"
    return given_record(name, given_location(f"Hall of {name}"), **given)


def public(record: Record) -> str:
    return f"/listings/{record.name.lower().replace(' ', '-')}"


def told(page: Page, words: str) -> None:
    expect(page.get_by_role("status").first).to_contain_text(words)


def test_a_question_is_asked_and_the_answer_comes_back_into_the_queue(way, moderator, desk, open_page, complaints):
    record = kitchen()
    moderator.goto(desk.sent(record))
    heading(moderator, record.name)
    moderator.get_by_label("What do you want to know?").fill("Which door is it?")
    press(moderator, "Send the question")
    told(moderator, "Asked about")
    moderator.goto("/moderate?state=asked")
    look(moderator)
    expect(moderator.get_by_role("link", name=record.name, exact=True)).to_be_visible()
    sender = open_page(desk.server, **way)
    link = desk.mailed_link(ORGANISER, "/answer/")
    sender.goto(link)
    heading(sender, "A moderator asks you")
    expect(sender.locator("main")).to_contain_text("Which door is it?")
    sender.wait_for_timeout(READ_MS)
    press(sender, "Send the answer")
    expect(sender.locator(".govuk-error-summary")).to_contain_text("Enter your answer")
    look(sender)
    sender.get_by_label("Your answer").fill("The blue one, beside the church.")
    sender.wait_for_timeout(READ_MS)
    press(sender, "Send the answer")
    heading(sender, "Thank you")
    sender.goto(link)
    heading(sender, "This link does not work any more")
    moderator.goto("/moderate")
    moderator.get_by_role("link", name=record.name, exact=True).click()
    heading(moderator, record.name)
    expect(moderator.locator("aside")).to_contain_text("The blue one, beside the church.")
    press(moderator, "Accept")
    told(moderator, "Accepted")
    complaints[:] = [said for said in complaints if "status of 4" not in said]  # of no answer, and of the used link


def test_a_listing_goes_back_to_an_older_version(moderator, desk):
    record = kitchen(description=SOUP)
    desk.listed(record)
    desk.listed(replace(record, description=STEW))
    moderator.goto(f"/moderate/listings/{record.id}/history")
    heading(moderator, f"History of {record.name}")
    expect(moderator.locator(".diff")).to_contain_text("Stew")
    moderator.get_by_label("From", exact=True).select_option("0")
    moderator.get_by_label("To", exact=True).select_option("1")
    press(moderator, "Compare")
    expect(moderator.locator("main")).to_contain_text("From version 0 to 1")
    expect(moderator.locator(".diff").first).not_to_contain_text("Stew")
    look(moderator)
    press(moderator, "Go back to version 1")
    told(moderator, "It is the newest version below.")
    look(moderator)
    expect(moderator.get_by_role("button", name="Go back to version 2")).to_be_visible()
    moderator.goto(public(record))
    expect(moderator.locator("main")).to_contain_text(SOUP)
    expect(moderator.locator("main")).not_to_contain_text(STEW)


def test_two_listings_are_merged_field_by_field_and_parted_again(moderator, desk):
    stays, goes = kitchen(description=SOUP, email=""), kitchen(description=STEW, email="stew@example.org")
    desk.listed(stays, goes)
    moderator.goto("/moderate/merge")
    heading(moderator, "Merge two listings")
    moderator.get_by_label("Which one stays?").fill(public(stays))
    moderator.get_by_label("Which one becomes a part of it?").fill("nowhere")
    press(moderator, "Go on")
    expect(moderator.locator(".govuk-error-summary")).to_contain_text("There is no listing at nowhere")
    look(moderator)
    moderator.get_by_label("Which one becomes a part of it?").fill(public(goes))
    press(moderator, "Go on")
    heading(moderator, f"Merge {goes.name} into {stays.name}")
    moderator.get_by_role("group", name="Description").get_by_label("Of the other").check()
    press(moderator, "Merge them")
    told(moderator, "Done.")
    heading(moderator, f"History of {stays.name}")
    moderator.goto(public(goes))
    heading(moderator, stays.name)
    for words in (STEW, "stew@example.org"):
        expect(moderator.locator("main")).to_contain_text(words)
    moderator.goto(f"/moderate/listings/{stays.id}/history")
    press(moderator, "Part them again")
    told(moderator, "Done.")
    look(moderator)
    for record, words in ((stays, SOUP), (goes, STEW)):
        moderator.goto(public(record))
        heading(moderator, record.name)
        expect(moderator.locator("main")).to_contain_text(words)
