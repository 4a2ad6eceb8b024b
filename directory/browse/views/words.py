"""Short words that several pages share: how far, from whom, how sure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from functools import lru_cache
from typing import Any, Final

from babel.numbers import format_currency, format_decimal

from directory.browse.views.hours import month_words
from directory.core.geo import MILE_M
from directory.listings.rules.record import Provider, SourceKind, Visibility
from directory.listings.rules.taxonomy import Term
from directory.web.words import gettext as _
from directory.web.words import locale

YARDS_100_M: Final = 91.44
TENTH: Final = 0.1  # of a mile
ROUGH_M: Final = 400.0  # whoever is placed no better than this is told of half miles, not of tenths
VERY_ROUGH_M: Final = 1_500.0  # and beyond this of whole miles
APPROXIMATE_M: Final = 500.0  # about how far an approximate place may be from the centre of its sector


def miles(distance_m: float, *, unsure_m: float = 0.0) -> str:
    """How far, no more exact than it is known: "under 100 yards", "0.4 miles", "about 1.5 miles", "12 miles".

    ``unsure_m``: how far off either end may be, metres.
    """
    far, step = distance_m / MILE_M, _step(unsure_m)
    if step == TENTH and distance_m < YARDS_100_M:
        return _("under 100 yards")
    number = float(round(far)) if far >= 10 else round(far / step) * step
    return _miles(round(number, 1), step, _("%(number)s miles"), locale())


def _step(unsure_m: float) -> float:
    """The smallest part of a mile that is worth telling."""
    if unsure_m >= VERY_ROUGH_M:
        return 1.0
    return 0.5 if unsure_m >= ROUGH_M else TENTH


@lru_cache(maxsize=2048)  # there are few distances, and a page tells twenty; ``pattern`` also tells the language
def _miles(number: float, step: float, pattern: str, locale: str) -> str:
    rough = step > TENTH
    if number < step:
        return _("under %(number)s miles", number=_number(step, locale)) if step < 1 else _("under 1 mile")
    if number == 1.0:
        return _("about 1 mile") if rough else _("1 mile")
    told = _number(number, locale)
    return _("about %(number)s miles", number=told) if rough else pattern % {"number": told}


@lru_cache(maxsize=4096)
def _number(number: float, locale: str) -> str:
    return str(format_decimal(number, locale=locale))


def number_words(number: int) -> str:
    """A whole number with the separators of the page's language."""
    return _number(number, locale())


def numbers() -> Callable[[int], str]:
    """``number_words`` for a page that tells a hundred: it looks up the language once."""
    here = locale()
    return lambda number: _number(number, here)


def decimal_words(number: float) -> str:
    """A number as the page's language writes it: "0.5"."""
    return _number(number, locale())


def money_words(amount: float, currency: str) -> str:
    """An amount of money: "£2.50", and "£2" without pence."""
    pattern = None if amount % 1 else "¤#,##0"
    return str(format_currency(amount, currency, pattern, locale=locale(), currency_digits=bool(amount % 1)))


def term_words(terms: Mapping[str, Term], slug: str) -> str:
    """What a term is called; a slug that is no longer in its file as it is, readable."""
    found = terms.get(slug)
    return found.name if found else slug.replace("-", " ")


def source_words(name: str) -> str:
    """What a source is called, by its stable key; an unknown one by the key itself."""
    known = {
        "ccew": _("the Charity Commission register"),
        "uk-registers": _("the charity registers"),
        "template": _("a list that the people who run this directory were given"),
    }
    return known.get(name) or name or _("a public source")


def trust_words(
    kind: str, source: str, assured_at: datetime | None, *, stale: bool, provider: Provider | None = None
) -> str:
    """From whom a listing is, and when it was last confirmed: the sentence at its foot."""
    if assured_at is not None:
        when = month_words(assured_at.date())
        if stale:
            return _("Not confirmed by the organisation since %(when)s. Check before you travel.", when=when)
        return _("Confirmed by the organisation in %(when)s.", when=when)
    if kind == SourceKind.SAMPLE:
        return _("Invented, to show how the directory works.")
    if kind == SourceKind.SELF_LISTED:
        return _("Added by the organisation, and not confirmed since.")
    said = provider.title if provider else source_words(source)
    return _("From %(source)s, not yet confirmed by the organisation.", source=said)


def terms_words(provider: Provider | None) -> str:
    """Whose data a listing has, and on what terms; "" when it is from no feed."""
    if provider is None:
        return ""
    return _("Data from %(source)s. Licence: %(licence)s.", source=provider.title, licence=provider.licence)


def mark_words(kind: str, assured: bool, *, stale: bool) -> str:  # noqa: FBT001 - read from a card
    """The short form for a list: "" when there is nothing to warn of."""
    if stale:
        return _("Not confirmed for a long time")
    if not assured and kind in {SourceKind.REGISTER, SourceKind.FEED}:
        return _("Not yet confirmed by the organisation")
    return ""


def notice_words(notice: Mapping[str, Any] | None, today: date) -> str:
    """The text of a notice that still holds, or ""."""
    if not notice:
        return ""
    until = notice.get("until")
    if until and date.fromisoformat(until) < today:
        return ""
    return str(notice["text"])


def place_words(visibility: str | None, where: str, line: str, serves: str) -> str:
    """Where an offering is, as openly as its place is published, in one line."""
    if visibility == Visibility.HIDDEN:
        if serves:
            return _("Serves %(areas)s; address not published", areas=serves)
        return _("Address not published")
    if visibility == Visibility.APPROXIMATE:
        near = ", ".join(part for part in (where, line) if part)
        return _("Near %(place)s; exact address not shown", place=near) if near else _("Exact address not shown")
    if visibility is None:
        return _("Serves %(areas)s", areas=serves) if serves else ""
    return ", ".join(part for part in (where, line) if part)
