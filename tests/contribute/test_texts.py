"""Whatever is typed stays as it was typed, or is refused with its reason beside it."""

from __future__ import annotations

import pytest

from tests.contribute.conftest import VENUE
from tests.contribute.naughty import SEEN, UNSEEN

FREE = {  # every field that takes any text, by its page
    "/add/who": ("name", "also"),
    "/add/what": ("name", "about"),
    "/add/place": ("venue", "line_1", "line_2", "town"),
    "/add/when": ("exceptions",),
    "/add/reach": ("role",),
    "/add/details": ("access_note",),
    "/add/more": ("wants", "supplies"),
}
MARKUP = set("<{=\u202e")  # texts with one of these are looked at in every view too
VIEWS = ("/add", "/add/check", "/add/check/page", "/add/check/file", "/add/check/data")
MEANT = {  # fields whose text must mean something
    "/add/who": ("charity",),
    "/add/where": ("parts",),
    "/add/place": ("postcode", "lat"),
    "/add/when": ("opens_0", "opens_o0", "start_o0"),
    "/add/reach": ("phone", "email", "website"),
    "/add/details": ("languages",),
    "/add/you": ("email",),
}


def value_of(page, name):
    field = page.soup.select_one(f'[name="{name}"]')
    return field.get_text().removeprefix("\n") if field.name == "textarea" else field["value"]


@pytest.fixture
def answered(say):
    say(VENUE)


@pytest.mark.usefixtures("answered")
@pytest.mark.parametrize("url", FREE)
def test_what_can_be_seen_comes_back_as_it_was_typed(url, filler):
    for text in SEEN:
        page = filler.send(url, **dict.fromkeys(FREE[url], text))
        if page.response.request.path == "/add/same":
            page = filler.send(page.response.request.full_path)
        assert not page.soup.select(".govuk-error-summary"), text
        again = filler.client.page(url)
        assert [value_of(again, name) for name in FREE[url]] == [text.strip()] * len(FREE[url])
        if MARKUP.intersection(text):
            for view in VIEWS:
                assert filler.client.page(view).status == 200


@pytest.mark.usefixtures("answered")
@pytest.mark.parametrize("url", FREE)
def test_what_nobody_can_see_is_refused_and_stays_to_be_mended(url, filler):
    for text in UNSEEN:
        for name in FREE[url][:2]:
            page = filler.send(url, **{name: text})
            assert page.response.request.path == url, repr(text)
            told = page.soup.select_one(".govuk-error-summary a")
            assert "invisible characters" in told.get_text()
            assert told["href"] == f"#{page.soup.select_one(f'[name={name}]')['id']}"


@pytest.mark.usefixtures("answered")
@pytest.mark.parametrize("url", FREE)
def test_what_is_too_long_is_refused_with_how_long_it_is(url, filler):
    for name in FREE[url]:
        page = filler.send(url, **{name: "x" * 6_000})
        assert "Use at most" in page.soup.select_one(".govuk-error-summary").get_text()
        assert value_of(page, name) == "x" * 6_000, "the text is kept, to be shortened"


@pytest.mark.usefixtures("answered")
@pytest.mark.parametrize("url", MEANT)
def test_no_text_is_an_error_of_ours(url, filler):
    for text in (*SEEN[::3], *UNSEEN, "x" * 6_000):
        page = filler.send(url, **dict.fromkeys(MEANT[url], text))
        assert page.status == 200
