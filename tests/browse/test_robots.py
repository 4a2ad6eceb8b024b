"""What programs that read the whole web are told, and an installation without listings."""

from __future__ import annotations

from urllib.robotparser import RobotFileParser

import pytest


@pytest.fixture
def rules(client):
    answer = client.get("/robots.txt")
    assert answer.mimetype == "text/plain"
    parser = RobotFileParser()
    parser.parse(line for line in answer.text.splitlines() if "*" not in line.partition(":")[2] or "User" in line)
    return parser


# Not /search by itself: this parser drops the question mark from the end of "/search?".
@pytest.mark.parametrize("path", ["/", "/listings/sparkbrook-kitchen", "/needs/food", "/areas/B12", "/map"])
def test_listings_needs_and_areas_are_to_be_found(rules, path):
    assert rules.can_fetch("anyone", path)


@pytest.mark.parametrize("path", ["/search?q=food&page=2", "/search.csv", "/map/features?zoom=3", "/oruk/v3/services"])
def test_searches_and_files_are_for_people_who_ask(rules, path):
    assert not rules.can_fetch("anyone", path)


def test_without_a_listing_a_search_says_so_and_not_that_it_asked_too_much(client):
    page = client.page("/search")
    assert "Nothing is listed yet" in page.text
    assert "Nothing matches" not in page.text
    assert "Nothing matches" in client.page("/search?q=food").text
