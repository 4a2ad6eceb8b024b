"""Rows of a list: what a search found, as its cards say it. Drawn twenty times a page, so nothing is asked twice."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import Any, Final, NamedTuple, TypeAlias
from urllib.parse import quote, urlencode

from flask import get_template_attribute
from markupsafe import Markup

from directory.browse.rules import is_stale
from directory.browse.views import hours, words
from directory.browse.views.carried import Toggles, carry
from directory.core.hours import Calendar, Schedule
from directory.geocoding.rules import Located
from directory.infra.db import Reader
from directory.infra.kept import Kept
from directory.listings.rules.codec import decode
from directory.listings.rules.codes import code_of
from directory.listings.rules.document import CARD_SCHEDULES
from directory.listings.rules.record import Visibility
from directory.listings.rules.taxonomy import Term, Terms
from directory.search.rules.query import Row
from directory.search.rules.when import Moment
from directory.search.service import SearchPage
from directory.web.addresses import address, language
from directory.web.assets import asset
from directory.web.words import gettext as _
from directory.web.words import ngettext

MOST_OFFERINGS = 3  # of one organisation on a card; the rest are counted
MOST_LINES = 2  # of opening times of one offering
_dumps: Final = json.JSONEncoder(check_circular=False).encode


class Label(NamedTuple):
    """A need as a small label."""

    name: str
    icon: str
    url: None = None


# Tuples, because a page makes fifty of these and a frozen dataclass takes four times as long.
class OfferingLine(NamedTuple):
    """One offering that matched."""

    name: str
    where: str
    when: str
    tags: Markup


class CardRow(NamedTuple):
    """One organisation; see ``components/result_card.html``."""

    id: str
    url: str
    name: str
    kind: str
    where: str
    distance: str
    notice: str
    mark: str
    offerings: list[OfferingLine]
    more: str
    keep_url: str
    keep: str


class _Offering(NamedTuple):
    """One offering of a card: its line with and without its place."""

    place: str
    placed: OfferingLine
    bare: OfferingLine
    approximate: bool


class _Told(NamedTuple):
    """What a card says whatever was searched for, in one language on one day."""

    id: str
    path: str
    name: str
    kind: str
    notice: str
    source: str
    assured: datetime | None
    offerings: tuple[_Offering, ...]


_Key: TypeAlias = tuple[int, bool, str, date]  # the organisation, whether its row says that it serves, language, day
MOST_KEPT: Final = 4_096  # cards that a process has said lately: 10 MB
_kept: Final = Kept[_Key, _Told](MOST_KEPT)


class Cards:
    """Makes the cards of one page: what they have in common is looked up once, what they said before is kept.

    ``session`` is what the cards were read in. With ``states`` they say how things stand at ``moment``: whoever asks
    for what is open asks until when. Those are true for a minute, and not kept.
    """

    def __init__(
        self,
        terms: Terms,
        session: Reader,
        *,
        near: Located | None,
        asked_near: str,
        moment: Moment,
        states: bool,
        toggles: Toggles | None = None,
    ) -> None:
        self._needs = terms.needs
        self._kinds = terms.kinds
        self._near = near
        self._prefix = address("browse.listing", slug="-").removesuffix("-")
        self._suffix = carry(f"?{urlencode({'near': asked_near})}" if near else "")
        self._toggles = toggles
        self._add, self._remove = _("Add to shortlist"), _("Remove from shortlist")
        self._sheet = asset("icons.svg")
        self._language = language()
        self._now = moment.wall
        self._today = moment.today
        self._moment = moment if states else None
        self._known: dict[_Key, _Told] = {} if states else _kept.of(session)

    def row(self, found: Row, card: Mapping[str, Any]) -> CardRow:
        """The card of one organisation with the offerings that matched."""
        told = self._told(found, card)
        matched = [told.offerings[n] for n in found.offerings if n < len(told.offerings)]
        shown = matched[:MOST_OFFERINGS]
        one_place = shown[0].place if len({offering.place for offering in shown}) == 1 else ""
        stale = told.assured is not None and is_stale(told.assured, self._now)
        return CardRow(
            id=told.id,
            url=f"{self._prefix}{told.path}{self._suffix}",
            name=told.name,
            kind=told.kind,
            where=one_place,
            distance=self._distance(found, matched),
            notice=told.notice,
            mark=words.mark_words(told.source, told.assured is not None, stale=stale),
            offerings=[offering.bare if one_place else offering.placed for offering in shown],
            more=_more(len(matched) - len(shown)),
            keep_url=self._toggles.url(told.id) if self._toggles else "",
            keep=self._remove if self._toggles and self._toggles.has(told.id) else self._add,
        )

    def first(self, page: SearchPage) -> CardRow:
        """The card of the first that a search found."""
        return self.row(*page.rows[0])

    def _told(self, found: Row, card: Mapping[str, Any]) -> _Told:
        key = (found.organization_id, found.serves, self._language, self._today)
        told = self._known.get(key)
        if told is None:
            assured = card["assured_at"]
            told = _Told(
                id=code_of(card["id"]),
                path=quote(card["slug"]),
                name=card["name"],
                kind=words.term_words(self._kinds, card["kind"]),
                notice=words.notice_words(card["notice"], self._today),
                source=card["source"],
                assured=datetime.fromisoformat(assured) if assured is not None else None,
                offerings=tuple(self._offering(each, card, serves=found.serves) for each in card["offerings"]),
            )
            _kept.keep(self._known, {key: told})
        return told

    def _offering(self, offering: Mapping[str, Any], card: Mapping[str, Any], *, serves: bool) -> _Offering:
        place = self._place(offering, serves=serves)
        placed = OfferingLine(
            name=offering["service"] if offering["service"] != card["name"] else card["summary"],
            where=place,
            when=self._when(offering["schedules"]),
            tags=self._tags(offering["needs"]),
        )
        return _Offering(place, placed, placed._replace(where=""), offering["visibility"] == Visibility.APPROXIMATE)

    def _place(self, offering: Mapping[str, Any], *, serves: bool) -> str:
        place = words.place_words(
            offering["visibility"], offering["where"], offering["line"], hours.listed(offering["serves"])
        )
        if serves and offering["lat"] is None:
            return _("Serves your area") if not place else _("%(place)s (serves your area)", place=place)
        return place

    def _distance(self, found: Row, matched: Sequence[_Offering]) -> str:
        if found.distance_m is None or self._near is None:
            return ""
        unsure = any(offering.approximate for offering in matched)
        off = words.APPROXIMATE_M if unsure else 0.0
        return words.miles(found.distance_m, unsure_m=max(off, self._near.precision_m))

    def _when(self, schedules: list[dict[str, Any]]) -> str:
        if not schedules:
            return ""
        told, said = _dumps(schedules), ""
        if self._moment and len(schedules) < CARD_SCHEDULES:  # else there may be exceptions that the card does not have
            minute = self._moment.wall.replace(second=0, microsecond=0)
            said = _state(told, self._language, minute, self._moment.calendar)
        return " · ".join(filter(None, (said, _when(told, self._language, self._today))))

    def _tags(self, needs: Sequence[str]) -> Markup:
        labels = tuple(_label(self._needs[slug]) for slug in needs if slug in self._needs)
        return _tags(labels, self._sheet) if labels else Markup("")


# Many groups keep the same hours and answer the same needs, and a day has many readers: both are said once.


@lru_cache(maxsize=8192)
def _when(schedules: str, _language: str, today: date) -> str:
    """Opening times in one line; ``schedules`` is a list of them as JSON."""
    lines = hours.lines([decode(Schedule, each) for each in json.loads(schedules)], today)
    said = "; ".join(str(line) for line in lines[:MOST_LINES])
    return _("%(times)s, and other times", times=said) if len(lines) > MOST_LINES else said


@lru_cache(maxsize=1024)
def _state(schedules: str, _language: str, wall: datetime, calendar: Calendar) -> str:
    """How things stand in a minute: "Open now until 3pm"."""
    return hours.state([decode(Schedule, each) for each in json.loads(schedules)], wall, calendar).text


@lru_cache(maxsize=4096)
def _tags(labels: tuple[Label, ...], sheet: str) -> Markup:
    return Markup(get_template_attribute("components/tags.html", "tags")(labels, sheet))  # noqa: S704 - a template's


def _label(term: Term) -> Label:
    return Label(term.name, term.icon)


def _more(number: int) -> str:
    return ngettext("and %(num)s more service", "and %(num)s more services", number) if number > 0 else ""
