"""The scores as tables in docs/relevance.md."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import mean
from typing import Final

from directory.infra import files
from tests.relevance.questions import CHECKED, HELD_OUT, TUNED, Question
from tests.relevance.scores import FIRST, is_soon, ndcg

PAGE: Final = files.PACKAGE.parent / "docs" / "relevance.md"
BEGIN: Final = "<!-- make relevance writes from here -->"
END: Final = "<!-- to here -->"
POOR: Final = 0.5  # nDCG of a question that is listed as one that fails
SHOWN: Final = 3


@dataclass(frozen=True, slots=True)
class Asked:
    """A question about one set of listings, and what each engine answered."""

    listings: str
    question: Question
    answers: Mapping[str, Sequence[str]]


def text(asked: Sequence[Asked]) -> str:
    """The table of all engines, and the questions that fail."""
    placeless = [each for each in asked if not each.question.around]
    fails = ["## Where it fails", "", *_failures(placeless)]
    return "\n".join([*_table(placeless), "", *_around(asked), "", *fails, ""])


def keep(asked: Sequence[Asked]) -> None:
    """Write the tables into the page."""
    before, _, rest = PAGE.read_text(encoding="utf-8").partition(BEGIN)
    _, _, after = rest.partition(END)
    PAGE.write_text(f"{before}{BEGIN}\n\n{text(asked)}\n{END}{after}", encoding="utf-8")


def _table(asked: Sequence[Asked]) -> Iterator[str]:
    yield f"| listings | questions | engine | nDCG@10 | right one in the first {FIRST} |"
    yield "|---|---|---|---:|---:|"
    for listings in (*dict.fromkeys(each.listings for each in asked), "both"):
        for kept in (TUNED, CHECKED, HELD_OUT):
            part = [each for each in asked if listings in {each.listings, "both"}]
            part = [each for each in part if each.question.kept == kept]
            for engine in part[0].answers if part else ():
                score, soon = scores(part, engine)
                yield f"| {listings} | {len(part)} {kept} | {engine} | {score:.3f} | {soon:.0%} |"


def _around(asked: Sequence[Asked]) -> Iterator[str]:
    """Of those who say where they are also how often what comes first is nothing that is right."""
    head = f"nDCG@10 | right one in the first {FIRST} | wrong one first"
    yield f"| questions, by who says where they are | engine | {head} |"
    yield "|---|---|---:|---:|---:|"
    for kept in (TUNED, HELD_OUT):
        part = [each for each in asked if each.question.around and each.question.kept == kept]
        for engine in part[0].answers if part else ():
            score, soon = scores(part, engine)
            wrong = mean(not any(key in each.question.right for key in each.answers[engine][:1]) for each in part)
            yield f"| {len(part)} {kept} | {engine} | {score:.3f} | {soon:.0%} | {wrong:.0%} |"


def scores(asked: Sequence[Asked], engine: str) -> tuple[float, float]:
    """Mean nDCG, and the share of questions with the right one in the first FIRST."""
    return (
        mean(ndcg(each.answers[engine], each.question.right) for each in asked),
        mean(is_soon(each.answers[engine], each.question.right) for each in asked),
    )


def _failures(asked: Sequence[Asked]) -> Iterator[str]:
    """Those that may be tuned on by name; of the others the number alone, or nobody who reads it may tune."""
    yield "| question | nDCG@10 | came first |"
    yield "|---|---:|---|"
    untold = 0
    for each in asked:
        answer = next(iter(each.answers.values()))
        score = ndcg(answer, each.question.right)
        if score >= POOR and is_soon(answer, each.question.right):
            continue
        if each.question.kept != TUNED:
            untold += 1
            continue
        first = "; ".join(answer[:SHOWN]) or "nothing"
        near = f", near {each.question.near}" if each.question.near else ""
        yield f"| {each.question.q}{near} | {score:.2f} | {first} |"
    yield f"| {untold} that are checked or held out, and not told | | |"
