"""People with browsers of their own: each has an address on the network and a cookie, fills in forms and sends them."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from itertools import count
from threading import Lock
from typing import Final
from urllib.parse import urlencode

from bs4 import BeautifulSoup

from directory.web.forms import QUICKEST_S
from tests.support.filling import Typed, form_of, names_of, values_of

PATIENCE_S: Final = 40.0
PAUSE_S: Final = 0.1
DECENT_S: Final = QUICKEST_S + 1.1  # between a page with a form and its sending; the server counts whole seconds
FORM: Final = "application/x-www-form-urlencoded"
LOST: Final = (OSError, HTTPException)  # what a browser says of a server that is not there, or was killed meanwhile

_numbers, _lock = count(1), Lock()


def anybody() -> str:
    """An address that nobody had before, of those that are kept for documentation."""
    with _lock:
        number = next(_numbers)
    return f"198.51.{number // 250 % 250}.{number % 250 + 1}"


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server answered. ``seconds``: from asking until the last byte."""

    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)
    seconds: float

    @property
    def text(self) -> str:
        """The body as text."""
        return self.body.decode("utf-8", "replace")

    @property
    def leads_to(self) -> str:
        """Where a redirect leads."""
        return self.headers.get("Location", "")


@dataclass(frozen=True, slots=True)
class Filled:
    """A form that is filled in: the same however often it is sent."""

    path: str
    body: bytes = field(repr=False)


class Visitor:
    """Somebody at the server on ``port``, which trusts one proxy (``trusted_proxies="1"``) to say who it is."""

    def __init__(self, port: int, *, cookies: Mapping[str, str] | None = None) -> None:
        self.address = anybody()
        self.cookies = dict(cookies or {})
        self._port = port

    def get(self, path: str, *, timeout: float = 60) -> Answer:
        """Ask for a page. Raises one of LOST."""
        return self._ask("GET", path, None, timeout)

    def send(self, filled: Filled, *, timeout: float = 60) -> Answer:
        """Send a form. Raises one of LOST."""
        return self._ask("POST", filled.path, filled.body, timeout)

    def fill(self, path: str, typed: Mapping[str, Typed], *, sent_to: str = "") -> Filled:
        """The form of a page, filled in; the page is opened again until it is there.

        ``sent_to``: how the address ends that it is sent to, where a page has several.
        """
        shown = self.get_at_last(path)
        assert shown.status == 200, f"{path} answered {shown.status}: {shown.text[:500]}"
        soup = BeautifulSoup(shown.text, "html.parser")
        form = soup.select_one(f'main form[action$="{sent_to}"]') if sent_to else form_of(soup)
        assert form is not None, f"{path} has no form for {sent_to}"
        missing = typed.keys() - names_of(form)
        assert not missing, f"{path} has no {missing}"
        values = values_of(form) | dict(typed)
        return Filled(str(form.get("action") or path), urlencode(values, doseq=True).encode())

    def get_at_last(self, path: str) -> Answer:
        """A page, asked for again and again until the server has something better to say than 503."""
        return next(iter(self._tries("GET", path, None)))

    def send_at_last(self, filled: Filled) -> Answer:
        """A form, sent again and again until the server has something better to say than 503."""
        return next(iter(self._tries("POST", filled.path, filled.body)))

    def _tries(self, method: str, path: str, body: bytes | None) -> Iterator[Answer]:
        deadline = time.monotonic() + PATIENCE_S
        while time.monotonic() < deadline:
            try:
                answer = self._ask(method, path, body, 60)
            except LOST:
                time.sleep(PAUSE_S)
                continue
            if answer.status == 503:
                time.sleep(PAUSE_S)
                continue
            yield answer
            return
        raise AssertionError(f"{method} {path} was not answered for {PATIENCE_S:.0f} s")

    def _ask(self, method: str, path: str, body: bytes | None, timeout: float) -> Answer:
        headers = {"X-Forwarded-For": self.address, "Connection": "close"}
        if self.cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        if body is not None:
            headers["Content-Type"] = FORM
        began = time.perf_counter()
        connection = HTTPConnection("127.0.0.1", self._port, timeout=timeout)
        try:
            connection.request(method, path, body, headers)
            response = connection.getresponse()
            content = response.read()
        finally:
            connection.close()
        self._keep(response.headers.get_all("Set-Cookie") or [])
        return Answer(response.status, dict(response.headers.items()), content, time.perf_counter() - began)

    def _keep(self, given: list[str]) -> None:
        for each in given:
            name, _, value = each.partition(";")[0].partition("=")
            self.cookies[name] = value


def report(visitor: Visitor, slug: str, words: str) -> Filled:
    """A report about a listing, filled in as slowly as people do."""
    filled = visitor.fill(f"/listings/{slug}/report", {"kind": "wrong", "words": words})
    time.sleep(DECENT_S)
    return filled


def reports(port: int, slug: str, words: Sequence[str]) -> list[tuple[Visitor, Filled]]:
    """Reports of as many people, all filled in before the first is sent."""
    found = []
    for each in words:
        visitor = Visitor(port)
        found.append((visitor, visitor.fill(f"/listings/{slug}/report", {"kind": "wrong", "words": each})))
    time.sleep(DECENT_S)
    return found


def add_group(visitor: Visitor, answers: Mapping[str, Mapping[str, Typed]], name: str) -> Filled:
    """A group that is added page by page, each sent until it is taken; the form that sends all of it."""
    for path, typed in answers.items():
        first = path == "/add/who"
        filled = visitor.fill(path, {**typed, "name": name} if first else typed)
        time.sleep(DECENT_S if first else 0)
        answer = visitor.send_at_last(filled)
        assert answer.status == 303, f"{path} answered {answer.status}: {complaint(answer)}"
    filled = visitor.fill("/add/check", {})
    time.sleep(DECENT_S)
    return filled


def complaint(answer: Answer) -> str:
    """What a page says is wrong with a form."""
    found = BeautifulSoup(answer.text, "html.parser").select_one(".govuk-error-summary, main")
    return " ".join(found.get_text(" ").split())[:300] if found else answer.text[:300]
