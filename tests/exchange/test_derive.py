"""Rows become proposals; what is wrong is told by row, column, value and remedy."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from directory.core.text import Named
from directory.exchange.rules.cells import BROKEN
from directory.exchange.rules.derive import Derived, Deriver
from directory.exchange.rules.mapping import LeaveOut, Mapping
from directory.exchange.service.mappings import load_mapping
from directory.listings.rules.record import Record, Visibility
from directory.listings.rules.taxonomy import Terms
from directory.listings.service.taxonomy import load_terms

NOW = datetime(2026, 5, 12, 12, tzinfo=UTC)
TERMS = load_terms()
CHARITY = {
    "org_id": "GB-CHC-1000003",
    "reg_number": "1000003",
    "name": "SOUTHERN AFRICA RESOURCES CENTRE",
    "postcode": "BS3 2BN",
    "active": "True",
    "date_registered": "1990-08-02",
    "activities": "To advance the education of the public.",
    "web": "",
    "company_number": "",
    "UKCAT": "",
}
GROUP = {"name": "Knit and natter", "venue": "St Agatha's Hall", "postcode": "B11 1AA", "service": "Knitting"}


def derive(*rows: dict[str, str], mapping: str = "template", visibility: Visibility | None = None) -> Derived:
    deriver = Deriver(load_mapping(mapping), TERMS, visibility=visibility, now=NOW)
    return deriver.derive(list(enumerate(rows, start=2)))


def record_of(derived: Derived) -> Record:
    assert derived.record is not None
    return derived.record


def problems(derived: Derived) -> list[tuple[int, str, bool]]:
    return [(problem.row, problem.column, problem.fatal) for problem in derived.problems]


def test_a_register_row_becomes_a_charity_with_an_approximate_place():
    record = derive(CHARITY, mapping="ukcat").record
    assert record is not None
    assert record.name == "Southern Africa Resources Centre"
    assert record.kind == "charity"
    assert record.locations[0].visibility is Visibility.APPROXIMATE
    assert [(item.scheme, item.value) for item in record.identifiers] == [("GB-CHC", "1000003")]
    assert record.year_incorporated == 1990
    assert record.source.id == "GB-CHC-1000003"


def test_contacts_of_a_register_are_kept_for_telling_and_never_published():
    row = {
        "organisation_number": "1",
        "charity_name": "A CHARITY",
        "charity_contact_email": "trustee@example.org",
        "charity_contact_phone": "0121 496 0000",
        "charity_registration_status": "Registered",
        "linked_charity_number": "0",
    }
    derived = derive(row, mapping="charity-commission")
    assert derived.record is not None
    assert "example.org" not in repr(derived.record)
    assert not derived.record.phones
    assert ("email", "trustee@example.org") in derived.private


def test_a_removed_charity_is_left_out_with_the_reason():
    row = {"charity_name": "A", "charity_registration_status": "Removed", "linked_charity_number": "0"}
    assert derive(row, mapping="charity-commission").left_out == "removed from the register"


def test_needs_come_from_words_where_a_source_has_no_codes():
    row = {
        "charity_name": "Sparkhill Food Bank",
        "charity_activities": "Debt advice for anyone",
        "charity_registration_status": "Registered",
        "linked_charity_number": "0",
    }
    record = derive(row, mapping="charity-commission").record
    assert record is not None
    assert {"food", "money"} <= set(record.services[0].needs)


def test_rows_of_one_organisation_are_its_services_and_places():
    second = {**GROUP, "service": "Crochet", "venue": "The Library", "postcode": "B12 9QH"}
    record = derive(GROUP, second).record
    assert record is not None
    assert [service.name for service in record.services] == ["Knitting", "Crochet"]
    assert [place.name for place in record.locations] == ["St Agatha's Hall", "The Library"]


@pytest.mark.parametrize(
    ("changes", "column", "fatal"),
    [
        ({"name": " "}, "name", True),
        ({"latitude": "999", "longitude": "1"}, "latitude", True),
        ({"latitude": "52.4"}, "latitude", True),
        ({"latitude": "-1.9", "longitude": "52.4"}, "latitude", True),
        ({"name": "B11 1AA", "postcode": "B11 1AA"}, "name", True),
        ({"name": "lanterns@example.org"}, "name", True),
        ({BROKEN: "9 cells where the header has 7"}, "the row", True),
        ({"postcode": "Sparkhill"}, "postcode", False),
        ({"name": "NUL\x00"}, "name", True),
        ({"what it does": "x" * 3_000_000}, "what it does", True),
        ({"needs": "food; wings"}, "needs", False),
        ({"kind": "wizards"}, "kind", False),
        ({"email": "not an address"}, "email", False),
        ({"website": "javascript:alert(1)"}, "website", False),
        ({"hours": "whenever"}, "hours", False),
        ({"show the place": "perhaps"}, "show the place", True),
        ({"free": "maybe"}, "free", False),
    ],
)
def test_what_is_wrong_with_a_cell_is_told(changes, column, fatal):
    derived = derive({**GROUP, **changes})
    assert problems(derived) == [(2, column, fatal)]
    assert (derived.record is None) is fatal
    assert len(str(derived.problems[0])) < 400


@pytest.mark.parametrize("name", ["N56 INF", "Group 1", "24/7", "B11 Singers", "£5 @ the door"])
def test_a_name_that_only_resembles_something_else_is_a_name(name):
    assert record_of(derive({**GROUP, "name": name})).name == name


def test_a_broken_second_row_is_told_by_its_own_number():
    derived = derive(GROUP, {**GROUP, "hours": "never"})
    assert problems(derived) == [(3, "hours", False)]
    assert problems(derive(GROUP, {**GROUP, BROKEN: "too many cells"})) == [(3, "the row", True)]


def test_a_row_may_hide_more_than_the_operator_asked_but_never_less():
    assert record_of(derive({**GROUP, "show the place": "hidden"})).locations[0].visibility is Visibility.HIDDEN
    shown = derive({**GROUP, "show the place": "exact"}, visibility=Visibility.APPROXIMATE)
    assert record_of(shown).locations[0].visibility is Visibility.APPROXIMATE


def test_the_same_rows_have_the_same_digest_and_a_changed_one_another():
    assert derive(GROUP).digest == derive(GROUP).digest
    assert derive(GROUP).digest != derive({**GROUP, "phone": "0121 496 0000"}).digest


def test_places_keep_their_capitals_in_what_was_written_in_capitals():
    row = {**CHARITY, "name": "KINGS HEATH PLAYERS", "activities": "PLAYS IN ALUM ROCK AND ELSEWHERE."}
    places = Named.of(["Alum Rock", "Kings Heath"])
    deriver = Deriver(load_mapping("ukcat"), TERMS, now=NOW, places=places)
    record = record_of(deriver.derive([(2, row)]))
    assert record.name == "Kings Heath Players"
    assert record.description.startswith("Plays in Alum Rock and elsewhere.")


def test_an_organisation_keeps_its_id_when_its_row_changes():
    renamed = derive({**CHARITY, "name": "New"}, mapping="ukcat")
    assert record_of(derive(CHARITY, mapping="ukcat")).id == record_of(renamed).id


def digest(mapping: Mapping, terms: Terms = TERMS, places: Named | None = None) -> str:
    return Deriver(mapping, terms, now=NOW, places=places).derive([(2, CHARITY)]).digest


def test_the_same_row_read_another_way_is_another_saying():
    mapping = load_mapping("ukcat")
    terms = load_terms()
    food = replace(terms.needs["food"], synonyms=("soup",))
    needs = terms.taxonomies["need"]
    other_terms = Terms.of([*terms.taxonomies.values(), replace(needs, terms={**needs.terms, "food": food})])
    ways = [
        digest(mapping),
        digest(replace(mapping, kind="community-group")),
        digest(replace(mapping, contacts=True)),
        digest(replace(mapping, code_needs={**(mapping.code_needs or {}), "AR": ("health",)})),
        digest(replace(mapping, leave_out=())),
        digest(mapping, other_terms),
        digest(mapping, places=Named.of(["Alum Rock"])),
    ]
    assert len(set(ways)) == len(ways)
    assert digest(load_mapping("ukcat"), load_terms()) == ways[0]


def test_how_rows_are_read_is_the_same_in_every_process():
    rule = LeaveOut("active", frozenset({"no", "never", "not now", "closed", "gone"}), unless=False, why="")
    other = replace(rule, values=frozenset(["gone", "closed", "not now", "never", "no"]))
    mapping = load_mapping("ukcat")
    assert digest(replace(mapping, leave_out=(rule,))) == digest(replace(mapping, leave_out=(other,)))


@pytest.mark.parametrize(
    ("name", "codes", "kind"),
    [
        ("HALL", "XX1; FA107;HO101", "community-group"),
        ("ST AGATHA'S CHURCH", "FA107", "faith-group"),  # what it calls itself comes first
        ("HALL", "HO101", "charity"),
        ("HALL", "", "charity"),
    ],
)
def test_a_code_says_the_kind_where_the_name_does_not(name, codes, kind):
    assert record_of(derive({**CHARITY, "name": name, "UKCAT": codes}, mapping="ukcat")).kind == kind
