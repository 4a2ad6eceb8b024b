"""A person who fills in forms: what a page holds stays, what is typed is put over it, and all of it is sent."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlsplit

from bs4 import BeautifulSoup, Tag

from tests.support.pages import Page, PageClient, soup_of

UNSENT: Final = {"submit", "button", "image", "reset", "file"}
Typed = str | list[str]


@dataclass
class Filler:
    """Whoever fills in. ``pages`` and ``answers`` count what was asked and what was typed, ticked or chosen."""

    client: PageClient
    pages: list[str] = field(default_factory=list)
    answers: int = 0

    def send(self, url: str, *, then: str = "", **typed: Typed) -> Page:
        """Fill in the form of ``url`` and press its button, or the one with the value ``then``; the page that follows.

        A list is several checkboxes. Raises AssertionError for a field that the page has not.
        """
        page = self.client.page(url)
        form = form_of(page.soup)
        values = values_of(form)
        missing = typed.keys() - names_of(form)
        assert not missing, f"{url} has no {missing}"
        values.update(typed)
        if then:
            values |= chosen(form, then)
        self.pages.append(urlsplit(url).path)
        self.answers += sum(len(each) if isinstance(each, list) else 1 for each in typed.values())
        target = str(form.get("action") or url)
        response = self.client.post(target, data=values, follow_redirects=True)
        return Page(response, soup_of(response))


def form_of(soup: BeautifulSoup) -> Tag:
    """The form of a page that is sent by POST; the first of several."""
    found = soup.select_one("main form[method=post]")
    assert found is not None, "there is no form to fill in"
    return found


def names_of(form: Tag) -> set[str]:
    """The names of what can be filled in."""
    return {str(each["name"]) for each in form.select("input[name], select[name], textarea[name]")}


def values_of(form: Tag) -> dict[str, Typed]:
    """What a browser would send of a form as it stands, but for its buttons."""
    found: dict[str, Typed] = {}
    for each in form.select("input[name], select[name], textarea[name]"):
        name, kind = str(each["name"]), str(each.get("type", "text"))
        if each.name == "textarea":
            found[name] = each.get_text().removeprefix("\n")
        elif each.name == "select":
            chosen_one = each.select_one("option[selected]") or each.select_one("option")
            found[name] = str(chosen_one["value"]) if chosen_one else ""
        elif kind in {"radio", "checkbox"}:
            if each.has_attr("checked"):
                before = found.get(name, [])
                found[name] = [*(before if isinstance(before, list) else [before]), str(each.get("value", "on"))]
        elif kind not in UNSENT:
            found[name] = str(each.get("value", ""))
    return found


def chosen(form: Tag, value: str) -> dict[str, Typed]:
    """What the button with ``value`` adds to what is sent."""
    button = form.select_one(f'button[value="{value}"]')
    assert button is not None, f"there is no button {value}"
    return {str(button["name"]): value}
