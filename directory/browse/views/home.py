"""The needs of the home page."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from directory.listings.rules.taxonomy import Term
from directory.web.addresses import address


@dataclass(frozen=True, slots=True)
class NeedCard:
    """A need as a card that is one link."""

    url: str
    name: str
    icon: str
    text: str


def need_cards(needs: Iterable[Term]) -> list[NeedCard]:
    """The needs in their order."""
    prefix = address("browse.need", slug="-").removesuffix("-")
    return [NeedCard(f"{prefix}{need.slug}", need.name, need.icon, need.description) for need in needs]
