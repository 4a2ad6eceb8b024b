"""What differs between two records, field by field; in long texts, word by word."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, Literal

from rapidfuzz.distance import LCSseq

from directory.listings.rules.codec import encode, filled
from directory.listings.rules.record import Location, Record

Sign = Literal["same", "gone", "new"]
MOST_WORDS: Final = 4_000  # of either text: beyond it both are shown whole
# Parts that have a page of their own, and so a heading; others are told beneath the part they stand in.
NAMED: Final = {"services": "service", "locations": "location", "contacts": "contact", "offerings": "offering"}
PARTS: Final = frozenset({*NAMED, "addresses"})
UNTOLD: Final = frozenset({"id", "precision_m", "found", "source"})  # no words for people; they follow from others
_WORDS: Final = re.compile(r"\s+|\w+|[^\w\s]")

Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of words of a text that is in both, in the former alone, or in the new one alone."""

    sign: Sign
    text: str


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field that differs.

    ``path``: names of fields and ids of parts, from the record down. ``part`` is what the field belongs to
    ("organisation", "service", "location" ...), ``of`` that part's name. ``before`` and ``after`` are encoded values,
    None where there is none; ``pieces`` the words of both, for texts.
    """

    path: tuple[str, ...]
    part: str
    of: str
    field: str
    before: Any
    after: Any
    pieces: tuple[Piece, ...] = ()


def differences(before: Record | None, after: Record | None) -> list[FieldChange]:
    """Every field in which two public records differ, in the order of the record. None: there is none."""
    found = list(_of_parts(_whole(before), _whole(after), (), "organisation", ""))
    places = {str(place.id): _called(place) for record in (before, after) if record for place in record.locations}
    return [_with_place(change, places) if change.field == "location_id" else change for change in found]


def _called(place: Location) -> str:
    """What people call a place."""
    return place.name or next((line for address in place.addresses for line in address.lines()), "") or place.visibility


def _with_place(change: FieldChange, places: Mapping[str, str]) -> FieldChange:
    """A change of where something is, with names instead of ids."""
    before, after = (places.get(value or "", value) for value in (change.before, change.after))
    return replace(change, before=before, after=after, pieces=())


def pieces(before: str, after: str) -> tuple[Piece, ...]:
    """The words of two texts, each marked. Put together, "same" and "gone" are ``before``; "same" and "new" ``after``.

    >>> pieces("open on Monday", "open on Friday")[1:]
    (Piece(sign='gone', text='Monday'), Piece(sign='new', text='Friday'))
    """
    former, latter = _WORDS.findall(before), _WORDS.findall(after)
    if max(len(former), len(latter)) > MOST_WORDS:
        return tuple(Piece(sign, text) for sign, text in _both(before, after) if text)
    found: list[Piece] = []
    gone: list[str] = []
    new: list[str] = []
    for step in LCSseq.opcodes(former, latter):
        if step.tag == "equal":
            _add(found, gone, new, former[step.src_start : step.src_end])
            gone, new = [], []
        else:
            gone += former[step.src_start : step.src_end]
            new += latter[step.dest_start : step.dest_end]
    _add(found, gone, new, [])
    return tuple(found)


def _both(before: str, after: str) -> tuple[tuple[Sign, str], ...]:
    return ("gone", before), ("new", after)


def _add(found: list[Piece], gone: Sequence[str], new: Sequence[str], same: Sequence[str]) -> None:
    """What went, what came in its place, and what follows in both."""
    signed: tuple[tuple[Sign, Sequence[str]], ...] = (("gone", gone), ("new", new), ("same", same))
    found += [Piece(sign, "".join(words)) for sign, words in signed if words]


def _whole(record: Record | None) -> Json:
    return filled(Record, encode(record)) if record else {}


def _of_parts(before: Json, after: Json, path: tuple[str, ...], part: str, of: str) -> Iterator[FieldChange]:
    """The fields of one part, before or after which may be nothing."""
    for name in after or before:
        if name in UNTOLD:
            continue
        old, new = before.get(name), after.get(name)
        if name in PARTS:
            yield from _listed(old or [], new or [], (*path, name), name, of)
        elif not _alike(old, new):
            text = isinstance(old or "", str) and isinstance(new or "", str)
            marked = pieces(old or "", new or "") if text else ()
            yield FieldChange((*path, name), part, of, name, _shown(old), _shown(new), marked)


def _listed(old: list[Any], new: list[Any], path: tuple[str, ...], name: str, of: str) -> Iterator[FieldChange]:
    """Parts of a list, each by its id: those that were there first, in their order."""
    former = {part["id"]: part for part in old}
    latter = {part["id"]: part for part in new}
    for number in [*former, *(each for each in latter if each not in former)]:
        was, now = former.get(number, {}), latter.get(number, {})
        yield from _of_parts(was, now, (*path, number), NAMED.get(name, name), _name(now or was) or of)


def _name(part: Json) -> str:
    return str(part.get("name") or "")


def _alike(old: Any, new: Any) -> bool:
    """Whether two values say the same to a reader: what is not there, empty or 0 long is nothing."""
    return bool(_bare(old) == _bare(new))


def _bare(value: Any) -> Any:
    """``value`` without ids: a telephone number that was typed again is the same number."""
    if isinstance(value, Mapping):
        return {name: _bare(item) for name, item in value.items() if name != "id"}
    if isinstance(value, list):
        return [_bare(item) for item in value] or None
    return None if value == "" else value


def _shown(value: Any) -> Any:
    return None if value in ("", []) else value
