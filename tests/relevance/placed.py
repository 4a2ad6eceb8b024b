"""The questions about the sample once more, by people who say where they are: at six places of the city."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import count
from typing import Final

from tests.relevance.corpora import Corpus
from tests.relevance.questions import Question
from tests.relevance.scores import BEST

PLACES: Final = ("B1 1BB", "B8 1BQ", "B11 1AA", "B29 6BD", "B31 2QD", "B44 9SH")


def placed(corpus: Corpus, asked: list[Question]) -> Iterator[Question]:
    """Each question from each place around which one of the best answers is; what is right is what is around it."""
    for near in PLACES:
        around = _around(corpus, near)
        for question in asked:
            right = {key: grade for key, grade in question.right.items() if key in around}
            if not question.near and BEST in right.values():
                yield replace(question, near=near, right=right, around=True)


def _around(corpus: Corpus, near: str) -> set[str]:
    """Every listing that a search for everything finds there."""
    found: set[str] = set()
    for page in count(1):
        more = corpus.answer(Question("", near, "", {}, around=True), page=page)
        if not more:
            return found
        found.update(more)
    raise AssertionError("pages do not end")
