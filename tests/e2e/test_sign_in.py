"""Signing in as people do it: from the form to the mailbox and back, by keyboard, at 320 pixels, without JavaScript."""

from __future__ import annotations

import re
import time
from email import message_from_bytes
from email.policy import default
from typing import Any

import pyotp
import pytest
from playwright.sync_api import expect

from tests.e2e import site
from tests.support.apps import INSTALLED, put_instance
from tests.support.browsers import axe, run_directory, serving
from tests.support.people import there

WHO = "moderator@example.org"
WAYS: dict[str, dict[str, Any]] = {
    "wide": {"viewport": {"width": 1280, "height": 800}},
    "narrow without JavaScript": {"viewport": {"width": 320, "height": 640}, "java_script_enabled": False},
}


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """A directory whose jobs run, so that its mail comes by itself."""
    instance = put_instance(tmp_path_factory.mktemp("people") / "instance", INSTALLED)
    with serving(instance) as running:
        yield running


def newest_link(server, to, seen):
    """The link in the next mail to somebody; ``seen`` are the files that were there before."""
    deadline = time.monotonic() + 90
    while time.monotonic() < deadline:
        for file in sorted((server.instance / "outbox").glob("*T??????.??????-sign-in-*.eml")):
            mail = message_from_bytes(file.read_bytes(), policy=default)
            if file.name not in seen and mail["To"] == to:
                seen.add(file.name)
                text = there(mail.get_body(("plain",))).get_content()
                return there(re.search(r"http://\S+/sign-in/\S+", text))[0]
        time.sleep(0.2)
    pytest.fail("no mail came")


def reach(page, name):
    """Go by Tab to the control called ``name``."""
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.locator(":focus").count() and page.locator(":focus").evaluate(
            "(it, name) => (it.labels?.[0]?.textContent ?? it.textContent).trim() === name", name
        ):
            return
    pytest.fail(f"Tab does not reach {name!r}")


def look(page, title, *, script):
    """A page on the way: its title, and what must be so of every page."""
    expect(page).to_have_title(re.compile(re.escape(title)))  # waits for the page that is on its way
    if script:
        assert site.sideways(page) <= page.viewport_size["width"]
        assert site.small_targets(page) == []
        axe(page)


def send(page, label, words):
    reach(page, label)
    page.keyboard.type(words)
    page.keyboard.press("Enter")


def ask_for_link(page, email, *, script):
    """The form, first with what is no address; the page that says where to look."""
    page.goto("/sign-in")
    look(page, "Sign in", script=script)
    reach(page, "What is your e-mail address?")
    page.keyboard.type("not an address")
    page.keyboard.press("Enter")
    look(page, "Error: Sign in", script=script)
    assert page.get_by_label("What is your e-mail address?").input_value() == "not an address"
    page.get_by_label("What is your e-mail address?").fill("")
    send(page, "What is your e-mail address?", email)
    look(page, "Check your e-mail", script=script)


def set_up(page, *, script):
    """The second factor, first with a wrong code; the first of the codes on paper."""
    look(page, "Set up your second factor", script=script)
    app = pyotp.TOTP(page.locator(".code-key").inner_text().replace(" ", ""))
    send(page, "Which code does the app show?", "000000")
    look(page, "Error: Set up", script=script)
    page.get_by_label("Which code does the app show?").fill("")
    send(page, "Which code does the app show?", app.now())
    look(page, "Your recovery codes", script=script)
    assert page.locator(".codes code").count() == 10
    return page.locator(".codes code").first.inner_text()


@pytest.mark.parametrize("way", WAYS)
def test_a_moderator_signs_in_for_the_first_time_by_keyboard_alone(way, server, open_page):
    script = WAYS[way].get("java_script_enabled", True)
    email = f"{len(way)}.{WHO}"
    added = run_directory(server.instance, "people", "add", email, "--role", "moderator", tiles_url="")
    assert added.returncode == 0, added.stderr
    page, seen = open_page(server=server, **WAYS[way]), set[str]()
    ask_for_link(page, email, script=script)
    page.goto(newest_link(server, email, seen))
    look(page, "Press to sign in", script=script)
    reach(page, "Sign in")  # the link in the header, first
    reach(page, "Sign in")
    page.keyboard.press("Enter")
    code = set_up(page, script=script)
    page.goto("/account")
    look(page, "Your account", script=script)
    reach(page, "Sign out")
    page.keyboard.press("Enter")
    look(page, "You have signed out", script=script)
    page.goto("/account")
    look(page, "Sign in", script=script)
    send(page, "What is your e-mail address?", email)
    look(page, "Check your e-mail", script=script)
    page.goto(newest_link(server, email, seen))
    page.get_by_role("button", name="Sign in").press("Enter")
    look(page, "Enter your code", script=script)
    send(page, "What is the code?", code)
    look(page, "Your account", script=script)
    assert "You have 9 recovery codes left" in page.locator("main").inner_text()
