"""Taken up in another browser: what was begun before the first one was lost, and what a moderator refused."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count

import pytest
from playwright.sync_api import Page, expect

from directory.web import forms
from tests.contribute.conftest import NEIGHBOURS
from tests.e2e.desk import Desk, heading, opened_desk, press
from tests.e2e.site import NARROW, WIDE
from tests.e2e.somebody import PEOPLE, READ_MS, look
from tests.support.filling import Filler

NUMBERS = count(1)
SENDER = "otto@example.org"
QUESTION = "Who does the shopping, and for whom?"


@pytest.fixture(scope="module")
def desk(tmp_path_factory) -> Iterator[Desk]:
    with opened_desk(tmp_path_factory.mktemp("mending") / "instance", jobs="0") as found:
        yield found


@pytest.fixture
def name(desk, monkeypatch) -> str:
    """What a group is called that was sent from a browser which is lost, by somebody who has shown their address."""
    monkeypatch.setattr(forms, "QUICKEST_S", 0)
    called = f"Lane {next(NUMBERS)} Neighbours"
    client = desk.app.test_client()
    client.reader = False
    filler = Filler(client)
    for url, typed in NEIGHBOURS.items():
        filler.send(url, **(typed | ({"name": called} if url == "/add/who" else {})))
    filler.send("/add/check")
    filler.send(desk.mailed_link(SENDER, "/prove/"))
    return called


@pytest.fixture
def moderator(desk, open_page):
    return desk.enter(open_page(desk.server, **WIDE))


@pytest.fixture(params=PEOPLE)
def sender(request, open_page, desk):
    """Whoever sent it, in a browser that has never been here."""
    return open_page(desk.server, **PEOPLE[request.param])


def refuse(moderator: Page, name: str) -> None:
    moderator.goto("/moderate")
    moderator.get_by_role("link", name=name).click()
    heading(moderator, name)
    moderator.get_by_label("Too little is said to know what it is").check()
    moderator.get_by_role("textbox", name="In your own words").fill(QUESTION)
    moderator.wait_for_timeout(READ_MS)
    press(moderator, "Refuse it")
    expect(moderator.get_by_role("status").first).to_contain_text("Refused")


def mend(sender: Page, link: str) -> None:
    sender.goto(link)
    heading(sender, "Change what you sent")
    expect(sender.locator("main")).to_contain_text(QUESTION)
    press(sender, "Change it and send it again")
    heading(sender, "Add your group")
    expect(sender.locator(".notice--problem")).to_contain_text("Too little was said to know what it is.")
    expect(sender.locator(".notice--problem")).to_contain_text(QUESTION)
    sender.get_by_role("link", name="What you do, and for whom").click()
    heading(sender, "What you do, and for whom")
    sender.get_by_label("What happens, in your own words").fill("Twelve volunteers shop for whoever cannot go out.")
    press(sender, "Save and continue")
    heading(sender, "Check your answers")
    sender.wait_for_timeout(READ_MS)
    press(sender, "Send it")
    heading(sender, "Thank you: it is sent")


def test_what_was_refused_is_mended_by_its_link_and_sent_again(sender, moderator, name, desk):
    refuse(moderator, name)
    mend(sender, desk.mailed_link(SENDER, "/add/mend/"))
    expect(sender.locator("main")).not_to_contain_text("press the link in it")
    moderator.goto("/moderate")
    look(moderator)
    expect(moderator.locator(".queue__row").filter(has_text=name)).to_contain_text("sent again after a refusal")
    moderator.get_by_role("link", name=name).click()
    heading(moderator, name)
    again = moderator.locator(".govuk-inset-text").filter(has_text="Sent again after a refusal")
    expect(again).to_contain_text(QUESTION)
    expect(moderator.locator(".sheet__main")).to_contain_text("Twelve volunteers")
    press(moderator, "Accept")
    expect(moderator.get_by_role("status").first).to_contain_text("Accepted")
    sender.goto(desk.mailed_link(SENDER, "/listings/"))
    heading(sender, name)


def test_what_was_begun_is_gone_on_with_after_the_browser_is_lost(sender, open_page, desk):
    lost = open_page(desk.server, **NARROW)
    lost.goto("/add/who")
    lost.get_by_label("No, it is not registered").check()
    lost.get_by_label("What is your group called?").fill("Forgotten Phone Fixers")
    lost.get_by_label("Community group", exact=True).check()
    lost.wait_for_timeout(READ_MS)
    press(lost, "Save and continue")
    heading(lost, "What you do, and for whom")
    lost.goto("/add/later")
    lost.get_by_label("Your e-mail address").fill("fay@example.org")
    press(lost, "Send me the link")
    heading(lost, "The link is on its way")
    lost.context.close()
    sender.goto("/add")
    expect(sender.get_by_role("button", name="Start now")).to_be_visible()
    sender.goto(desk.mailed_link("fay@example.org", "/add/resume/"))
    heading(sender, "Go on with what you began")
    press(sender, "Go on")
    heading(sender, "Add your group")
    expect(sender.locator("main")).to_contain_text("1 of 5 needed pages are done.")
    sender.get_by_role("link", name="Who you are").click()
    expect(sender.get_by_label("What is your group called?")).to_have_value("Forgotten Phone Fixers")
    expect(sender.get_by_label("Community group", exact=True)).to_be_checked()
    sender.wait_for_timeout(READ_MS)
    press(sender, "Save and continue")
    heading(sender, "What you do, and for whom")
