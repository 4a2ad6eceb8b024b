"""A second directory harvests the first over real HTTP, and again after changes: both then say the same."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.exchange.feed_site import follow, harvested, served
from tests.exchange.oruk_site import NOW, put, take
from tests.exchange.test_hsds_round_trip import comparable, package
from tests.support.apps import INSTALLED, SAMPLED
from tests.support.databases import KINDS
from tests.support.records import given_location, given_record

LATER = NOW + timedelta(days=1)


@pytest.fixture(params=KINDS)
def kind(request):
    return request.param


@pytest.fixture(autouse=True)
def _no_pauses(monkeypatch):
    monkeypatch.setattr("directory.exchange.service.harvest.PAUSE_S", 0)


@pytest.fixture
def ours(kind, databases, make_app):
    return make_app(databases.copy_of(INSTALLED, kind), reads_a_minute="0", feeds_allow="127.0.0.1")


@pytest.fixture
def theirs(kind, databases, make_app):
    return make_app(databases.copy_of(INSTALLED, kind, also="-theirs"), reads_a_minute="0")


def test_the_sample_is_harvested_and_both_packages_are_the_same(kind, databases, make_app, ours):
    theirs = make_app(databases.copy_of(SAMPLED, kind), reads_a_minute="0")
    with served(theirs) as url:
        follow(ours, url)
        assert "151 new" in harvested(ours)
        assert comparable(package(ours)) == comparable(package(theirs))
        assert "not modified" in harvested(ours) or "nothing new" in harvested(ours)


def test_changes_and_removals_arrive(ours, theirs):
    first = [given_record(f"Group {n}", given_location(f"Hall {n}")) for n in range(5)]
    bare = replace(given_record("Nothing yet"), services=())
    put(theirs, *first, bare)
    with served(theirs) as url:
        follow(ours, url)
        assert "6 new" in harvested(ours)
        assert comparable(package(ours)) == comparable(package(theirs))
        changed = replace(first[0], name="Group zero", services=(replace(first[0].services[0], name="Soup"),))
        put(theirs, changed, given_record("Newcomer"), now=LATER)
        take(theirs, first[1], bare, now=LATER)
        assert "1 new, 1 changed, 2 removed" in harvested(ours)
        assert comparable(package(ours)) == comparable(package(theirs))
