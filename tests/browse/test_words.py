"""Distances, sources and places in words."""

from datetime import UTC, datetime

import pytest

from directory.browse.views import words
from directory.exchange.service.mappings import load_mapping, shipped

pytestmark = pytest.mark.usefixtures("speaking")
MILE = 1609.344


@pytest.mark.parametrize(
    ("metres", "unsure", "said"),
    [
        (0, 0, "under 100 yards"),
        (85, 0, "under 100 yards"),
        (160, 0, "0.1 miles"),
        (0.4 * MILE, 150, "0.4 miles"),
        (MILE, 0, "1 mile"),
        (1.26 * MILE, 0, "1.3 miles"),
        (12.4 * MILE, 0, "12 miles"),
        (0.6 * MILE, 500, "about 0.5 miles"),
        (0.1 * MILE, 500, "under 0.5 miles"),
        (1.1 * MILE, 500, "about 1 mile"),
        (2.3 * MILE, 500, "about 2.5 miles"),
        (2.3 * MILE, 3000, "about 2 miles"),
        (0.3 * MILE, 3000, "under 1 mile"),
    ],
)
def test_a_distance_is_no_more_exact_than_it_is_known(metres, unsure, said):
    assert words.miles(metres, unsure_m=unsure) == said


@pytest.mark.parametrize(
    ("visibility", "where", "line", "serves", "said"),
    [
        ("exact", "St Agatha's", "Stratford Road, B11 1AA", "", "St Agatha's, Stratford Road, B11 1AA"),
        ("exact", "", "Stratford Road, B11 1AA", "", "Stratford Road, B11 1AA"),
        ("approximate", "", "B11", "", "Near B11; exact address not shown"),
        ("approximate", "", "", "", "Exact address not shown"),
        ("hidden", "", "", "Balsall Heath", "Serves Balsall Heath; address not published"),
        ("hidden", "", "", "", "Address not published"),
        (None, "", "", "Birmingham", "Serves Birmingham"),
        (None, "", "", "", ""),
    ],
)
def test_a_place_is_told_as_openly_as_it_is_published(visibility, where, line, serves, said):
    assert words.place_words(visibility, where, line, serves) == said


@pytest.mark.parametrize(
    ("kind", "source", "assured", "stale", "said"),
    [
        (
            "register",
            "ccew",
            None,
            False,
            "From the Charity Commission register, not yet confirmed by the organisation.",
        ),
        ("feed", "Example Feed", None, False, "From Example Feed, not yet confirmed by the organisation."),
        ("self-listed", "", datetime(2026, 5, 3, tzinfo=UTC), False, "Confirmed by the organisation in May 2026."),
        (
            "self-listed",
            "",
            datetime(2025, 5, 3, tzinfo=UTC),
            True,
            "Not confirmed by the organisation since May 2025. Check before you travel.",
        ),
        ("sample", "sample", None, False, "Invented, to show how the directory works."),
    ],
)
def test_a_listing_says_where_it_comes_from_and_how_sure_it_is(kind, source, assured, stale, said):
    assert words.trust_words(kind, source, assured, stale=stale) == said


@pytest.mark.parametrize(("amount", "said"), [(2.5, "£2.50"), (2.0, "£2"), (1200.0, "£1,200")])
def test_an_amount_of_money_has_pence_when_it_needs_them(amount, said):
    assert words.money_words(amount, "GBP") == said


@pytest.mark.parametrize("mapping", shipped())
def test_the_source_of_every_mapping_that_comes_with_the_code_has_words(mapping):
    source = load_mapping(mapping).source_name
    assert words.source_words(source) != source


def test_a_listing_of_the_charity_registers_says_so():
    said = words.trust_words("register", load_mapping("ukcat").source_name, None, stale=False)
    assert said == "From the charity registers, not yet confirmed by the organisation."
