"""What the search box is told."""

from __future__ import annotations

import pytest


def offered(client, typed):
    answer = client.get("/suggest", query_string={"q": typed})
    assert answer.status_code == 200
    assert answer.mimetype == "application/json"
    return answer.json["suggestions"]


def test_each_suggestion_says_what_it_is_and_what_to_look_for(client):
    assert {"text": "Food", "kind": "Need", "q": "Food"} in offered(client, "foo")
    assert {"text": "leccy: Energy bills", "kind": "Need", "q": "Energy bills"} in offered(client, "lecc")
    assert {"text": "Sparkbrook", "kind": "Place", "near": "Sparkbrook"} in offered(client, "sparkb")


@pytest.mark.parametrize("typed", ["", "f", "\x00", "🍞", "é" * 10_000, "'; --"])
def test_whatever_is_typed_gets_an_answer(client, typed):
    assert isinstance(offered(client, typed), list)


@pytest.mark.parametrize("path", ["/", "/search?q=food"])
def test_the_box_says_where_to_ask_and_is_a_plain_field_without_the_script(client, path):
    box = client.page(path).soup.select_one("#q")
    assert box["data-suggest"] == "/suggest"
    assert box["data-label"]
    assert "{n}" in box["data-found"]
    assert not box.has_attr("role")
