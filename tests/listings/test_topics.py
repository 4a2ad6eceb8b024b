"""The files of what people say: read strictly, and known to who edits the words."""

from __future__ import annotations

import pytest

from directory.core.errors import Invalid
from directory.listings.rules.overlay import Overlay, laid_over, with_synonym, without_synonym
from directory.listings.rules.taxonomy import TOPIC
from directory.listings.rules.topics import digest, parse_topics
from directory.listings.service.taxonomy import load_terms

TERMS = load_terms()
GIVEN = {"slug": "smoking", "says": "fags, stop  smoking,", "finds": ["smoking"], "needs": ["addiction"], "weight": 1.4}


def parsed(**changed):
    return parse_topics({"a.toml": {"topics": [{**GIVEN, **changed}]}}, TERMS)


def test_a_topic_is_read():
    topic = parsed().topics["smoking"]
    assert (topic.synonyms, topic.finds, topic.needs, topic.weight) == (
        ("fags", "stop smoking"),
        ("smoking",),
        ("addiction",),
        1.4,
    )


@pytest.mark.parametrize(
    "wrong",
    [
        {"slug": ""},
        {"says": 3},
        {"says": ["!"]},
        {"says": "x" * 81},
        {"needs": ["smoke"]},
        {"for": "smokers"},
        {"weight": 0},
        {"weight": "much"},
        {"finds": [f"word{n}" for n in range(25)]},
        {"extra": 1},
    ],
)
def test_a_slip_is_named(wrong):
    with pytest.raises(Invalid, match=r"a\.toml"):
        parsed(**wrong)


def test_slugs_and_classes_are_given_once_and_classes_are_in_capitals():
    twice = {"classes": {"KIN": "mum"}, "alike": {"KIN": "mum"}}
    slips = (
        {"topics": [GIVEN, GIVEN]},
        {"classes": {"kin": "mum"}},
        {"alike": {"a": "b"}},
        {"fillers": ["a"]},
        {"several": 1},
        {"foreign": "yes"},
        twice,
    )
    for file in slips:
        with pytest.raises(Invalid, match=r"a\.toml"):
            parse_topics({"a.toml": file}, TERMS)
    with pytest.raises(Invalid, match=r"b\.toml"):
        parse_topics({name: {"classes": {"KIN": "mum"}} for name in ("a.toml", "b.toml")}, TERMS)


def test_another_word_is_another_digest():
    assert digest(parsed()) == digest(parsed())
    assert digest(parsed()) != digest(parsed(says="fags"))
    assert digest(parse_topics({"a.toml": {"alike": {"BAD": "broken"}}}, TERMS)) != digest(parse_topics({}, TERMS))


def test_an_installation_may_add_and_remove_what_is_said():
    own = with_synonym(Overlay(), TERMS, (TOPIC, "smoking"), "tabbies")
    assert "tabbies" in laid_over(TERMS, own).said.topics["smoking"].synonyms
    own = without_synonym(own, TERMS, (TOPIC, "smoking"), "fags")
    assert "fags" not in laid_over(TERMS, own).said.topics["smoking"].synonyms
    assert laid_over(TERMS, own).said.classes == TERMS.said.classes
