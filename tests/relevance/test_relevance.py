"""The questions are about listings that exist, and answers are scored as they should be."""

from __future__ import annotations

import csv
from math import log2

import pytest

from directory.exchange.service import sample
from directory.infra.place import load_place
from directory.listings.service.taxonomy import load_terms
from tests.relevance.corpora import CHARITIES
from tests.relevance.questions import HELD_OUT, SETS, questions
from tests.relevance.scores import is_soon, ndcg
from tests.support.records import NOON

ASKED = {name: questions(name) for name in SETS}


def test_there_are_enough_questions_and_many_of_them_are_held_out():
    every = [question for asked in ASKED.values() for question in asked]
    assert len(every) >= 580
    assert sum(question.kept == HELD_OUT for question in every) >= 229
    assert all(question.right for question in every)
    for asked in ASKED.values():
        assert len({(question.q, question.near) for question in asked}) == len(asked)


def test_what_is_right_for_a_question_is_in_the_sample():
    names = {record.name for record in sample.records(load_place("birmingham"), load_terms(), now=NOON)}
    assert {name for question in ASKED["sample"] for name in question.right} <= names


def test_what_is_right_for_a_question_is_a_charity():
    assert CHARITIES.is_file(), f"{CHARITIES} is missing: the tests read it from the folder beside the project"
    with CHARITIES.open(encoding="utf-8", newline="") as file:
        numbers = {row["reg_number"] for row in csv.DictReader(file)}
    assert {number for question in ASKED["charities"] for number in question.right} <= numbers


@pytest.mark.parametrize(
    ("answer", "score"),
    [
        ("ab", 1.0),
        ("ba", (3 / log2(2) + 7 / log2(3)) / (7 / log2(2) + 3 / log2(3))),
        ("xa", (7 / log2(3)) / (7 / log2(2) + 3 / log2(3))),
        ("xxxxxxxxxxab", 0.0),
        ("", 0.0),
    ],
)
def test_an_answer_is_as_good_as_what_comes_first_in_it(answer, score):
    assert ndcg(answer, {"a": 3, "b": 2}) == pytest.approx(score)


def test_the_right_one_is_among_the_first_three_or_is_not():
    assert is_soon("xxa", {"a": 3})
    assert not is_soon("xxxa", {"a": 3})
    assert not is_soon("b", {"a": 3, "b": 2})
