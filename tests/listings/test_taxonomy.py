"""The taxonomies: what their files may say, what comes with the code, and what reaches the tables."""

import re
import shutil
import tomllib
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.core.errors import Invalid
from directory.core.text import fold
from directory.infra import versions
from directory.listings.models import TaxonomyTerm
from directory.listings.queries import term_ids
from directory.listings.rules.taxonomy import TAXONOMIES, Taxonomy, Term, Terms, parse_taxonomy
from directory.listings.service import taxonomy as service

FOOD = {"slug": "food", "name": "Food", "description": "You need something to eat."}
FILE = {"taxonomy": "need", "name": "Needs", "description": "What you need.", "terms": [FOOD]}
ICONS = Path(__file__).parents[2] / "static" / "src" / "icons.svg"
TERMS = service.load_terms()


def given(**term: object) -> Terms:
    """Needs with one term: food, changed so."""
    return Terms.of([parse_taxonomy({**FILE, "terms": [{**FOOD, **term}]}, "needs.toml")])


def test_a_term_without_an_icon_has_that_of_its_slug():
    assert given().needs["food"] == Term("need", "food", "Food", "You need something to eat.", (), "food", 0)


def test_terms_keep_the_order_of_their_file():
    terms = parse_taxonomy({**FILE, "terms": [{**FOOD, "slug": slug} for slug in ("z", "a", "m")]}, "x").terms
    assert [(term.slug, term.order) for term in terms.values()] == [("z", 0), ("a", 1), ("m", 2)]


def test_a_synonym_that_search_could_not_tell_from_another_is_left_out():
    terms = given(synonyms=["Food", "food bank", "FOOD-BANK", " food  bank", "pantry"])
    assert terms.needs["food"].words == ("Food", "food bank", "pantry")


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"taxonomy": "colour"}, "needs.toml: taxonomy: 'colour'"),
        ({"terms": []}, "needs.toml: terms"),
        ({"terms": ["food"]}, "needs.toml: term 1"),
        ({"terms": [{"name": "Food"}]}, "needs.toml: term 1: slug"),
        ({"terms": [{**FOOD, "slug": "Warm place"}]}, "small letters, digits and single hyphens"),
        ({"terms": [{**FOOD, "slug": "x" * 61}]}, "needs.toml"),
        ({"terms": [FOOD, FOOD]}, "a slug that no other term has"),
        ({"terms": [{**FOOD, "name": " "}]}, "needs.toml: food: name"),
        ({"terms": [{**FOOD, "synonyms": "skint"}]}, "needs.toml: food: synonyms"),
        ({"terms": [{**FOOD, "synonyms": ["!"]}]}, "needs.toml: food: synonyms"),
        ({"terms": [{**FOOD, "synonym": ["skint"]}]}, "needs.toml: food: synonym"),
        ({"colour": "red"}, "needs.toml: colour"),
    ],
)
def test_what_is_wrong_in_a_file_is_told_with_its_place(change, says):
    with pytest.raises(Invalid, match=re.escape(says)):
        parse_taxonomy({**FILE, **change}, "needs.toml")


def test_a_file_that_is_no_toml_or_is_missing_is_told_by_name(tmp_path):
    shutil.copytree(service.FOLDER, tmp_path, dirs_exist_ok=True)
    (tmp_path / "needs.toml").write_text("slug = ", encoding="utf-8")
    with pytest.raises(Invalid, match=r"needs\.toml"):
        service.load_terms(tmp_path)
    with pytest.raises(Invalid, match=r"needs\.toml"):
        service.load_terms(tmp_path / "nowhere")


def test_every_taxonomy_comes_with_the_code():
    assert list(TERMS.taxonomies) == list(TAXONOMIES)
    assert all(taxonomy.terms and taxonomy.description for taxonomy in TERMS.taxonomies.values())


def test_every_term_has_an_icon_that_is_drawn():
    drawn = set(re.findall(r'id="([a-z-]+)"', ICONS.read_text(encoding="utf-8")))
    shown = [*TERMS.needs.values(), *TERMS.hows.values(), *TERMS.access.values(), *TERMS.languages.values()]
    assert {term.slug for term in shown if term.icon not in drawn} == set()


def test_needs_speak_to_the_reader_and_know_everyday_words():
    for need in TERMS.needs.values():
        assert need.description.startswith("You "), need.slug
        assert need.description.count(".") == 1, need.slug
        assert 10 <= len(need.synonyms) <= 40, need.slug
    assert len(TERMS.needs) == 21


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("skint", "money"),
        ("leccy", "energy"),
        ("nappies", "children"),
        ("foodbank", "food"),
        ("someone to talk to", "mental-health"),
        ("english lessons", "english"),
        ("respite", "carers"),
        ("scared to go home", "safety"),
    ],
)
def test_what_residents_say_leads_to_the_need(said, meant):
    assert [need.slug for need in TERMS.needs.values() if fold(said) in map(fold, need.words)] == [meant]


def test_no_synonym_in_our_files_is_there_for_nothing():
    for file in service.term_files():
        data = tomllib.loads(file.read_text(encoding="utf-8"))
        for term in data["terms"]:
            kept = TERMS.taxonomies[data["taxonomy"]].terms[term["slug"]].synonyms
            assert list(kept) == term.get("synonyms", []), f"{file.name}: {term['slug']}"


def test_applying_twice_changes_nothing(session: Session):
    first = service.apply(session, TERMS)
    ids = term_ids(session)
    second = service.apply(session, TERMS)
    assert (first.new, first.retired) == (len(list(TERMS)), 0)
    assert (second.new, second.changed, second.same, bool(second)) == (0, 0, len(list(TERMS)), False)
    assert term_ids(session) == ids
    assert versions.current(session)["terms"] == 1


def test_an_edited_file_changes_its_term_and_keeps_its_identifier(session: Session):
    service.apply(session, given())
    before = session.scalars(sa.select(TaxonomyTerm.uuid)).one()
    applied = service.apply(session, given(name="Something to eat", synonyms=["scran"]))
    row = session.scalars(sa.select(TaxonomyTerm)).one()
    assert applied.changed == 1
    assert (row.uuid, row.name, row.extra["synonyms"]) == (before, "Something to eat", ["scran"])
    assert versions.current(session)["terms"] == 2


def test_a_term_that_is_gone_is_retired_and_may_come_back(session: Session):
    both = parse_taxonomy({**FILE, "terms": [FOOD, {**FOOD, "slug": "money", "name": "Money"}]}, "needs.toml")
    service.apply(session, Terms.of([both]))
    assert service.apply(session, given()).retired == 1
    assert service.apply(session, given()).retired == 0
    gone = sa.select(TaxonomyTerm.retired).where(TaxonomyTerm.code == "money")
    assert session.scalars(gone).one() is True
    back = service.apply(session, Terms.of([both]))
    assert (back.new, back.changed) == (0, 1)
    assert session.scalars(gone).one() is False


def test_a_renamed_taxonomy_counts_as_a_change(session: Session):
    service.apply(session, given())
    renamed = replace(given().taxonomies["need"], name="What you need")
    assert service.apply(session, Terms.of([renamed])).renamed == 1


def test_a_missing_taxonomy_has_no_terms():
    terms = Terms.of([Taxonomy("need", "Needs", "", MappingProxyType({}))])
    assert (dict(terms.kinds), terms.term("kind", "charity"), terms.term("colour", "red")) == ({}, None, None)
