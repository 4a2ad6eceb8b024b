"""Areas in words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from directory.areas.rules import DISTRICT, AreaInfo
from directory.web.addresses import address
from directory.web.words import gettext as _


@dataclass(frozen=True, slots=True)
class AreaLink:
    """A way into the directory by where people live: ``label`` is short, ``names`` what people call it, or ""."""

    url: str
    label: str
    names: str


@dataclass(frozen=True, slots=True)
class Group:
    """Areas of one kind, with what they are called together."""

    title: str
    areas: tuple[AreaLink, ...]


def links(known: Iterable[AreaInfo]) -> tuple[AreaLink, ...]:
    """Links to the pages of areas, in the order given."""
    prefix = address("browse.area", code="-").removesuffix("-")
    return tuple(
        AreaLink(f"{prefix}{area.code}", area.label, area.name.removeprefix(area.label).strip()) for area in known
    )


def districts(known: Iterable[AreaInfo]) -> tuple[AreaLink, ...]:
    """Links to the postcode districts alone."""
    return links(area for area in known if area.kind == DISTRICT)


def groups(known: Iterable[AreaInfo]) -> list[Group]:
    """The areas by kind, districts first."""
    by_kind: dict[str, list[AreaInfo]] = {}
    for area in known:
        by_kind.setdefault(area.kind, []).append(area)
    ordered = sorted(by_kind.items(), key=lambda each: each[0] != DISTRICT)
    return [Group(kind_words(kind), links(found)) for kind, found in ordered]


def kind_words(kind: str) -> str:
    """What areas of a kind are called."""
    known = {DISTRICT: _("Postcode districts"), "ward": _("Wards"), "neighbourhood": _("Neighbourhoods")}
    return known.get(kind, kind.replace("-", " ").capitalize())
