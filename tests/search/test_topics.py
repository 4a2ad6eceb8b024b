"""What a sentence is about: phrases found in it, and what is found for them, on both databases."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.core.text import fold
from directory.infra.db import reading
from directory.listings.rules.taxonomy import TOPIC, Terms, Topic, Topics
from directory.listings.service.taxonomy import load_terms
from directory.search.rules.request import SearchRequest
from directory.search.rules.sentence import words_of, words_of_name
from directory.search.rules.stems import stem
from directory.search.rules.topics import GAP, Spotter, spotter_of
from directory.search.service import search
from directory.search.service.explain import explained
from directory.search.service.moment import moment_at
from tests.search.test_search import put
from tests.support.records import NOON, given_location, given_record

OURS = load_terms()


def topic(slug, says, finds="", **more):
    return Topic(TOPIC, slug, slug, "", tuple(says.split(", ")), "", 0, finds=tuple(finds.split(", ")), **more)


SAID = Topics(
    {
        "smoking": topic("smoking", "fags, quit smoking", "smoking", needs=("addiction",)),
        "boiler": topic("boiler", "boiler, fix boiler, BROKEN boiler", "heating"),
        "alone": topic("alone", "on my own, cant get out", "company"),
        "user": topic("user", "KIN drinks", "families"),
        "outings": topic("outings", "outing, days out", "trips"),
        "autism": topic("autism", "autistic", "sensory", tells=("beige", "spins", "fix")),
        "fishing": topic("fishing", "angling", "lake", tells=("tench", "spins", "fix", "innings")),
        "cats": topic("cats", "cat", "cats", tells=("fix",)),
        "harm": topic("harm", "HITS me, HITS my phone", "refuge"),
        "lawyer": topic("lawyer", "speak up", "solicitor"),
        "hens": topic("hens", "lays", "poultry"),
    },
    {"KIN": ("dad", "old man")},
    frozenset({"now"}),
    {"BROKEN": ("broken", "packed up", "cracked"), "HITS": ("hits", "lays into")},
)
TERMS = Terms.of(OURS.taxonomies.values(), SAID)
SPOTTER = Spotter(TERMS)
MIXED = tuple("i cant get my dad drinks the boiler old man fags on own now out fix packed up hits".split())  # noqa: SIM905


def spotted(text):
    words = text.split()
    return {each.topic.slug: [words[at] for at in each.at] for each in SPOTTER.spot(words)}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("fags", {"smoking": ["fags"]}),
        ("i want to quit the smoking", {"smoking": ["quit", "smoking"]}),
        ("he wont fix my boiler", {"boiler": ["fix", "boiler"]}),
        ("the boiler fixed at last", {"boiler": ["boiler", "fixed"]}),
        ("fix one two the boiler", {"boiler": ["fix", "boiler"]}),
        ("fix one two three boiler", {"boiler": ["boiler"]}),
        ("my dad drinks", {"user": ["dad", "drinks"]}),
        ("the old man still drinks", {"user": ["old", "man", "drinks"]}),
        ("drinks with dad", {}),  # of whom it is said stands first
        ("im on my own", {"alone": ["on", "own"]}),
        ("boiler is cracking", {"boiler": ["boiler", "cracking"]}),
        ("crack boiler", {"boiler": ["boiler"]}),  # what is cracked is no crack
        ("speak up for me", {"lawyer": ["speak", "up"]}),
        ("grew up speaking gaelic", {}),  # a small word that is turned round is another's
        ("the boiler packed up", {"boiler": ["boiler", "packed", "up"]}),
        ("broken old boiler", {"boiler": ["broken", "boiler"]}),
        ("packed the boiler up", {"boiler": ["boiler"]}),
        ("my own home", {}),
        ("never get out", {"alone": ["never", "out"]}),
        ("get out", {}),
        ("two outings", {"outings": ["outings"]}),
        ("days out", {"outings": ["days", "out"]}),
        ("he lays into the phone", {"harm": ["lays", "into", "phone"]}),
        ("he lays into the fags", {"smoking": ["fags"]}),  # no word of hens
        ("lays into them", {"hens": ["lays"]}),  # unless there is nothing else
        ("he hits me and then lays into my phone", {"harm": ["hits", "me", "lays", "into", "phone"]}),
    ],
)
def test_the_words_of_a_phrase_stand_in_their_order_whatever_their_endings(text, found):
    assert spotted(text) == found


def test_there_is_a_limit_to_what_stands_between():
    words = ["fix", *["new"] * GAP, "boiler"]
    assert spotted(" ".join(words)) == {"boiler": ["fix", "boiler"]}
    assert spotted(" ".join(["fix", "new", *words[1:]])) == {"boiler": ["boiler"]}


def test_a_topic_is_a_word_that_finds_what_it_looks_for_what_was_typed_and_the_need():
    (word,) = words_of("cheap fags now", TERMS)[1:]
    assert (word.text, word.anywhere) == ("fag", ("fag", "smok", "n=addiction"))
    assert [each.weight for each in words_of("cheap fags", TERMS)] == [0.0, 1.0]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("only eats beige food", [("beig", ("sensory",))]),
        ("tench or beige spins", [("tench spin", ("lake",)), ("beig spin", ("sensory",))]),
        ("beige spins and more", [("beig spin", ("sensory",))]),  # the other is half as likely
        ("we live in a shed", []),  # no innings
        ("second innings for her", [("in", ("lake",))]),
        ("beige food", []),  # too short to be a sentence
        ("fix it for tomorrow", []),  # tells of too many
        ("beige and autistic food", [("autistic", ("sensory",))]),  # it is said
        ('only "beige" food here', []),
    ],
)
def test_where_nothing_is_said_words_tell_what_it_may_be(text, told):
    words = [word for word in words_of(text, TERMS) if word.weight]
    assert [(word.text, word.finds) for word in words] == told
    assert all(word.weight < 1 for word in words) or "autistic" in text


def test_what_is_guessed_takes_no_word_away():
    plain = [word for word in words_of("only eats beige food", TERMS) if not word.weight]
    assert [word.text for word in plain] == ["only", "eat", "beig", "food"]


def test_a_word_that_means_other_things_too_says_less_alone():
    said = replace(SAID, several=frozenset({"boiler"}))
    terms = Terms.of(OURS.taxonomies.values(), said)
    weights = [[word.weight for word in words_of(text, terms)] for text in ("boiler", "broken boiler", "fags")]
    assert weights == [[0.75], [1.0], [1.0]]


def test_quotes_and_names_are_about_nothing():
    assert [word.weight for word in words_of('"fags"', TERMS)] == [0.0]
    assert [word.weight for word in words_of_name("fags", TERMS)] == [0.0]


def spelt_out(text):
    """A phrase of ours as somebody says it: the first word of each class for its name."""
    classes = {**OURS.said.classes, **OURS.said.alike}
    return fold(" ".join(classes.get(word, (word,))[0] for word in text.split()))


def test_every_phrase_of_ours_is_found_in_itself_and_few_topics_are_not_to_be_found():
    spotter = spotter_of(OURS)
    said = [(each.slug, text) for each in OURS.said.topics.values() for text in each.synonyms]
    assert [each for each in said if not spotter.spot(spelt_out(each[1]).split())] == []


@pytest.mark.parametrize(
    ("text", "need"),
    [
        ("طعام", "food"),
        ("الطَّعام", "food"),
        ("خبراء القانون محامي", "legal"),
        ("کھانا", "food"),
        ("খাবার", "food"),
        ("ਖਾਣਾ", "food"),
        ("खाना", "food"),
        ("食物銀行", "food"),
        ("Potrzebuję JEDZENIA dla rodziny", "food"),
        ("zywnosc", "food"),
        ("mancare", "food"),
        ("потрібна їжа", "food"),
        ("انگلش", "english"),
        ("język angielski", "english"),
        ("шукаю роботу", "work"),
        ("گھریلو تشدد", "safety"),
    ],
)
def test_the_plainest_words_of_other_languages_are_understood(text, need):
    assert f"n={need}" in {each for word in words_of(text, OURS) for each in word.needs}


def test_words_of_other_languages_are_none_of_english():
    """Whoever asks in English is not understood otherwise for them."""
    foreign = [each for each in OURS.said.topics.values() if each.foreign]
    spoken = {stem(word) for each in foreign for text in each.synonyms for word in fold(text).split()}
    english = {
        stem(word)
        for each in OURS.said.topics.values()
        for text in (*(() if each.foreign else each.synonyms), *each.finds, *each.tells)
        for word in fold(text).split()
    }
    assert len(spoken) > 250
    assert spoken & english == set()


@pytest.mark.parametrize("word", ["جامعة", "عملات", "مسكنات", "prawns", "وحيد"])
def test_what_is_only_like_a_word_of_another_language_is_about_nothing(word):
    assert spotter_of(OURS).spot([fold(word)]) == []


@pytest.mark.parametrize(
    ("text", "who"),
    [
        ("my girl only eats beige", ["girl"]),
        ("girl choir", []),  # nobody says a sentence of two words
    ],
)
def test_words_for_whom_a_sentence_is_are_no_wish(text, who):
    words = words_of(text, OURS)
    assert [word.text for word in words if word.who] == who


@given(st.lists(st.sampled_from(MIXED)))
def test_no_place_is_taken_for_two_things(words):
    spans = [each.at for each in SPOTTER.spot(words)]
    assert all(set(at) <= set(range(len(words))) for at in spans)
    assert all(one == other or not set(one) & set(other) for one in spans for other in spans)


@pytest.fixture
def asking(engine, around):
    put(
        engine,
        around,
        given_record("Patches", given_location(), service="Stop smoking", needs=("addiction",)),
        given_record("Last Bet", given_location("Room"), service="Gambling group", needs=("addiction",)),
        given_record("Saheli Choir", given_location("Hall"), service="Choir", needs=("company",)),
    )
    put(
        engine,
        around,
        given_record("Signs", given_location("Club"), service="Deaf club", needs=("disability",)),
        given_record("Ladies' Choir", given_location("Stage"), service="Girls' football", needs=("company",)),
    )
    with reading(engine) as session:
        kept = {"index": around.index, "geocoding": around.geocoding, "areas": around.areas, "terms": around.terms}
        kept["moment"] = moment_at(NOON, around.place)
        yield session, kept


def test_who_says_what_helps_stands_before_who_only_meets_the_need(asking):
    session, kept = asking
    for q in ("fags", "how do i pack in the fags", "stop smokin tobaco"):
        page = search(session, SearchRequest(q=q), **kept)
        assert [card["name"] for _, card in page.rows] == ["Patches", "Last Bet"], q


def test_what_is_wrong_counts_more_than_with_whom(asking):
    session, kept = asking
    page = search(session, SearchRequest(q="my girl cant hear a thing"), **kept)
    assert page.rows[0][1]["name"] == "Signs"


def test_it_is_explained_what_a_topic_found(asking):
    session, kept = asking
    told = "\n".join(explained(session, SearchRequest(q="give up the fags please hello choir"), **kept))
    assert "1. Patches" in told
    assert "says smok" in told
    assert "is not there (+" in told
    looked_up = told.splitlines()[0]
    assert " or stop smok or " in looked_up
    assert not re.search(r"\b2:", looked_up)  # the token of a phrase, which nobody can read


def test_it_is_explained_that_a_place_which_nobody_knows_is_left_out(asking):
    session, kept = asking
    told = explained(session, SearchRequest(q="choir", near="Narnia"), **kept)
    assert "the place 'Narnia' is left out: it is not one that this directory covers or knows" in told
