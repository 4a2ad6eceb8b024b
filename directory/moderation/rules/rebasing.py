"""A suggestion and what was published since it was made: both changes, when they do not meet in one field."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from directory.listings.rules.codec import decode, encode, filled
from directory.listings.rules.record import Record

Json = Mapping[str, Any]
BY_ID: Final = frozenset({"services", "locations", "offerings", "contacts", "addresses", "phones", "identifiers"})


@dataclass(slots=True)
class _Met:
    paths: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Rebased:
    """The record with both changes. ``met``: where both changed the same field; there the suggestion's value stands."""

    record: Record
    met: tuple[str, ...]


def rebased(base: Record | None, proposal: Record, current: Record) -> Rebased:
    """``proposal``, made from ``base``, as a change of ``current``, which was published since.

    What the proposal left alone is as in ``current``. Without a base the proposal stands as it is.
    """
    if base is None or base == current:
        return Rebased(proposal, ())
    met = _Met()
    whole = _three(_filled(base), _filled(proposal), _filled(current), "", met)
    return Rebased(decode(Record, whole), tuple(met.paths))


def _filled(record: Record) -> Json:
    return filled(Record, encode(record))


def _three(base: Json, mine: Json, theirs: Json, path: str, met: _Met) -> dict[str, Any]:
    return {name: _one(name, base.get(name), mine.get(name), theirs.get(name), f"{path}{name}", met) for name in mine}


def _one(name: str, base: Any, mine: Any, theirs: Any, path: str, met: _Met) -> Any:
    if mine in (base, theirs):
        return theirs
    if theirs == base:
        return mine
    if name in BY_ID:
        return _by_id(base or [], mine or [], theirs or [], path, met)
    met.paths.append(path)
    return mine


def _by_id(base: list[Any], mine: list[Any], theirs: list[Any], path: str, met: _Met) -> list[Any]:
    """A list whose parts have ids: those that either side added or changed, without those that either took away."""
    of_base, of_theirs = ({part["id"]: part for part in parts} for parts in (base, theirs))
    found = []
    for part in mine:
        number = part["id"]
        was, now = of_base.get(number), of_theirs.get(number)
        if was is None or now is None:
            if was is None or part != was:  # new here, or changed here and taken away there
                found.append(now or part)
                if was is not None:
                    met.paths.append(f"{path}/{number}")
        else:
            found.append(_three(was, part, now, f"{path}/{number}/", met))
    here = {part["id"] for part in mine}
    return [*found, *(part for part in theirs if part["id"] not in here and part["id"] not in of_base)]
