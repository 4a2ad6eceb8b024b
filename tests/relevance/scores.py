"""How good one answer is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import log2
from typing import Final

DEPTH: Final = 10  # results that count: half a page
FIRST: Final = 3
BEST: Final = 3  # the grade of what the person came for


def ndcg(answer: Sequence[str], right: Mapping[str, int]) -> float:
    """Normalised discounted cumulative gain of the first DEPTH: 1 for the best order there is, 0 for nothing right."""
    best = _gain(sorted(right.values(), reverse=True))
    return _gain([right.get(key, 0) for key in answer]) / best if best else 0.0


def is_soon(answer: Sequence[str], right: Mapping[str, int]) -> bool:
    """Whether one of those that the person came for is among the first FIRST."""
    return any(right.get(key, 0) >= BEST for key in answer[:FIRST])


def _gain(grades: Sequence[int]) -> float:
    return float(sum((2**grade - 1) / log2(place + 2) for place, grade in enumerate(grades[:DEPTH])))
