"""Records to plain JSON values and back.

A field that equals its default is left out, so revisions and documents stay small; ``decode`` puts it back. The form is
kept in revisions for years: a new field needs a default, and a field is never given another meaning.
"""

from __future__ import annotations

import types
import typing
from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import date, time
from enum import StrEnum
from functools import cache
from operator import attrgetter
from typing import Any, Final, TypeVar
from uuid import UUID

from directory.core.geo import Point

Value = TypeVar("Value")
_NOTHING = object()
_PLAIN = frozenset({str, int, float, bool, types.NoneType})


def encode(value: Any) -> Any:
    """``value`` (a dataclass of the record, or a part of one) as what ``json.dumps`` takes."""
    return _ENCODERS[type(value)](value)


def decode(kind: type[Value], data: Any) -> Value:
    """The ``kind`` that ``data`` is the encoding of. Raises KeyError or ValueError for what is not one."""
    hint: Any = kind
    return typing.cast("Value", _decoder(hint)(data))


def filled(kind: Any, data: Mapping[str, Any]) -> dict[str, Any]:
    """``data``, the encoding of a ``kind``, with the fields that were left out, all the way down."""
    whole, nested = _defaults(kind)
    whole = {**whole, **data}
    for name, (inner, many) in nested.items():
        found = whole[name]
        if found is not None and found != []:
            whole[name] = [filled(inner, item) for item in found] if many else filled(inner, found)
    return whole


class _Encoders(dict[type[Any], Callable[[Any], Any]]):
    """How a value of each class is encoded, found when the first one is met."""

    def __missing__(self, kind: type[Any]) -> Callable[[Any], Any]:
        if is_dataclass(kind) and kind is not Point:
            way: Callable[[Any], Any] = _dataclass_encoder(kind)
        else:
            way = next((way for base, way in _WAYS if issubclass(kind, base)), _as_it_is)
        self[kind] = way
        return way


def _as_it_is(value: Any) -> Any:
    return value


def _each(items: tuple[Any, ...]) -> list[Any]:
    return [item if type(item) in _PLAIN else _ENCODERS[type(item)](item) for item in items]


_WAYS: tuple[tuple[type[Any], Callable[[Any], Any]], ...] = (
    (Point, lambda point: [point.lat, point.lon]),
    (tuple, _each),
    (time, lambda value: f"{value:%H:%M}"),
    (date, lambda value: value.isoformat()),  # a datetime is a date too
    (UUID, str),
    (StrEnum, str),
)
_ENCODERS: Final = _Encoders()


def _dataclass_encoder(kind: type[Any]) -> Callable[[Any], dict[str, Any]]:
    names = [field.name for field in fields(kind)]
    defaults = [_default(field) for field in fields(kind)]
    values_of = attrgetter(*names)  # twice as quick as one by one, and an import encodes a dozen parts a listing

    def encode_fields(value: Any) -> dict[str, Any]:
        return {
            name: item if type(item) in _PLAIN else _ENCODERS[type(item)](item)
            for name, default, item in zip(names, defaults, values_of(value), strict=True)
            if item is not default and (default is _NOTHING or item != default)
        }

    return encode_fields


def _default(field: Any) -> Any:
    if field.default is not MISSING:
        return field.default
    return field.default_factory() if field.default_factory is not MISSING else _NOTHING


@cache  # typed as cache is not: a class is hashable
def _decoder(hint: Any) -> Callable[[Any], Any]:
    origin = typing.get_origin(hint)
    if origin in (typing.Union, types.UnionType):
        (inner,) = (arg for arg in typing.get_args(hint) if arg is not types.NoneType)
        return lambda data: None if data is None else _decoder(inner)(data)
    if origin is tuple:
        each = _decoder(typing.get_args(hint)[0])
        return lambda data: tuple(map(each, data))
    if origin is not None or not isinstance(hint, type):
        return _as_it_is
    if is_dataclass(hint) and hint is not Point:
        return _dataclass_decoder(hint)
    return _plain_decoder(hint)


def _plain_decoder(kind: type[Any]) -> Callable[[Any], Any]:
    if kind is Point:
        return lambda data: Point(*data)
    if issubclass(kind, (date, time)):
        way: Callable[[Any], Any] = kind.fromisoformat
        return way
    return kind if issubclass(kind, (UUID, StrEnum)) else _as_it_is


def _dataclass_decoder(kind: type[Any]) -> Callable[[Any], Any]:
    hints = typing.get_type_hints(kind)
    return lambda data: kind(**{name: _decoder(hints[name])(item) for name, item in data.items()})


@cache  # typed as cache is not: a class is hashable
def _defaults(kind: type[Any]) -> tuple[dict[str, Any], dict[str, tuple[type[Any], bool]]]:
    """The encoded defaults of ``kind``, and which fields hold dataclasses: field -> (class, whether many)."""
    hints = typing.get_type_hints(kind)
    plain: dict[str, Any] = {}
    nested: dict[str, tuple[type[Any], bool]] = {}
    for field in fields(kind):
        default = _default(field)
        plain[field.name] = None if default is _NOTHING or default is None else encode(default)
        hint = hints[field.name]
        inner = next((arg for arg in typing.get_args(hint) if arg is not types.NoneType), hint)
        if is_dataclass(inner) and inner is not Point:
            nested[field.name] = (typing.cast("type[Any]", inner), typing.get_origin(hint) is tuple)
    return plain, nested
