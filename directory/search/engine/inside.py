"""A list of an area: what is in it, then what only serves it. One way for an index and for a board."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from directory.search.rules.arrange import MOST_LISTED
from directory.search.rules.numbers import LAST_ORDINAL, ORDINAL_BITS, organization_in
from directory.search.rules.query import Found, Query, Row


def inside_first(query: Query, numbers: Iterable[int], inside: Collection[int]) -> Found:
    """The page of ``query`` from the ``numbers`` of all offerings that it finds, and of those ``inside`` its area.

    Organisations with one of these come first; among equals in the order of the numbers. Of each the offerings inside
    come first, so that its card says what is there.
    """
    by_base: dict[int, list[int]] = {}
    for number in sorted(numbers):
        by_base.setdefault(number >> ORDINAL_BITS, []).append(number)
    there = {number >> ORDINAL_BITS for number in inside}
    order = [base for base in by_base if base in there] + [base for base in by_base if base not in there]
    rows = (Row(organization_in(base), _ordinals(by_base[base], inside)) for base in order[query.offset : query.last])
    return Found(len(order), tuple(rows), inside=len(there))


def _ordinals(numbers: list[int], inside: Collection[int]) -> tuple[int, ...]:
    return tuple(number & LAST_ORDINAL for number in sorted(numbers, key=lambda each: each not in inside)[:MOST_LISTED])
