"""A database whose schema moves while the site is read: pages that need what is not there are told to come later."""

from __future__ import annotations

import pytest

from directory.infra import schema
from tests.e2e.site import PAGES
from tests.support.apps import SAMPLED
from tests.support.databases import KINDS


@pytest.mark.parametrize("kind", KINDS)
def test_while_the_schema_is_older_every_page_is_there_or_says_when_to_come_again(kind, databases, make_app):
    database = databases.copy_of(SAMPLED, kind)
    client = make_app(database, reads_a_minute="0").test_client()
    client.get("/search?q=food")
    schema.downgrade(database.url, "0001")
    answers = {name: client.get(path) for name, path in PAGES.items() if name not in {"not found", "embed of a map"}}
    broken = {name: answer.status for name, answer in answers.items() if answer.status_code not in {200, 303, 503}}
    assert broken == {}
    late = [answer for answer in answers.values() if answer.status_code == 503]
    assert late
    assert all(answer.headers["Retry-After"] for answer in late)
    schema.upgrade(database.url)
    assert client.get("/search?q=food").status_code == 200
