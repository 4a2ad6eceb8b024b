"""Pages of a list: which there are, which to link to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

AROUND = 1  # how many neighbours of the current page get a link


@dataclass(frozen=True, slots=True)
class Item:
    """A link to one page; ``url`` of the current one too."""

    number: int
    url: str
    current: bool


@dataclass(frozen=True, slots=True)
class Pages:
    """What the pagination component shows. An item that is None is a gap."""

    number: int
    last: int
    total: int
    previous: str | None
    next: str | None
    items: tuple[Item | None, ...]


def pages(number: int, *, total: int, size: int, url: Callable[[int], str]) -> Pages:
    """The links of page ``number`` (from 1) of a list of ``total`` things, ``size`` on each page."""
    last = max(1, -(-total // size))
    shown = sorted({1, last, *range(max(1, number - AROUND), min(last, number + AROUND) + 1)})
    items: list[Item | None] = []
    for page in shown:
        if items and items[-1] is not None and items[-1].number < page - 1:
            items.append(None)
        items.append(Item(page, url(page), current=page == number))
    return Pages(
        number=number,
        last=last,
        total=total,
        previous=url(min(number - 1, last)) if number > 1 else None,  # also from beyond the end
        next=url(number + 1) if number < last else None,
        items=tuple(items) if last > 1 else (),
    )
