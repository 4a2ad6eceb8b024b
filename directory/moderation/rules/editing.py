"""What a moderator puts right in a proposal before it is accepted: texts, and how openly a place is shown."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from directory.core.contact import tidy_email, tidy_phone, tidy_website
from directory.core.errors import Invalid
from directory.core.postcode import Postcode
from directory.core.text import clean
from directory.listings.rules.codec import decode, encode, filled
from directory.listings.rules.record import Record, Visibility

Json = Mapping[str, Any]
LONG: Final = frozenset({"description", "eligibility", "fees", "application_process", "transportation"})
ORGANISATION: Final = ("name", "alternate_name", "description", "email", "website")
SERVICE: Final = ("name", "description", "eligibility", "fees", "application_process", "url", "email")
LOCATION: Final = ("name", "description", "transportation")
ADDRESS: Final = ("address_1", "address_2", "city", "postal_code")
LONGEST: Final = 20_000  # characters of what has room for more than a line
LONGEST_LINE: Final = 300
# What must mean something, as where it is typed first: its written form. A function that raises Invalid.
WRITTEN: Final[Mapping[str, Callable[[str], str]]] = {
    "website": tidy_website,
    "url": tidy_website,
    "email": tidy_email,
    "number": tidy_phone,
    "postal_code": lambda text: str(Postcode.parse(text)),
}
REQUIRED: Final = frozenset({"name"})


@dataclass(frozen=True, slots=True)
class Editable:
    """A text that can be put right. ``path`` is its name in the form; ``part`` and ``of`` as in ``FieldChange``."""

    path: str
    part: str
    of: str
    field: str
    value: str

    @property
    def is_long(self) -> bool:
        """Whether it has room for more than a line."""
        return self.field in LONG

    @property
    def is_required(self) -> bool:
        """Whether it cannot be empty."""
        return self.part in {"organisation", "service"} and self.field in REQUIRED


def editable(record: Record) -> list[Editable]:
    """Every text of a public record that a moderator may put right, in the order of the record.

    An address that is not shown whole is none of them: it is not in the record.
    """
    return list(_all(filled(Record, encode(record))))


def edited(record: Record, given: Mapping[str, str]) -> Record:
    """``record`` with the texts of ``given`` (by path); those it does not name stay. Raises Invalid."""
    whole = filled(Record, encode(record))
    for field in _all(whole):
        typed = given.get(field.path)
        if typed is None or typed == field.value:
            continue
        _put(whole, field.path.split("."), _text(field, typed))
    return decode(Record, whole)


def _text(field: Editable, typed: str) -> str:
    """What was typed, as it is kept. Raises Invalid with the path of the field."""
    text, most = clean(typed).strip(), LONGEST if field.is_long else LONGEST_LINE
    if len(text) > most or (field.is_required and not text):
        raise Invalid(field.path, typed, f"1 to {most} characters")
    if field.field == "visibility" and text not in set(Visibility):
        raise Invalid(field.path, typed, "exact, approximate or hidden")
    if not text or field.field not in WRITTEN:
        return text
    try:
        return WRITTEN[field.field](text)
    except Invalid as invalid:
        raise Invalid(field.path, typed, invalid.wanted) from None


def _all(whole: Json) -> Iterator[Editable]:
    yield from _texts(whole, ORGANISATION, "", "organisation", "")
    yield from _phones(whole, "phones", "organisation", "")
    for n, service in enumerate(whole["services"]):
        yield from _texts(service, SERVICE, f"services.{n}.", "service", service["name"])
        yield from _phones(service, f"services.{n}.phones", "service", service["name"])
    for n, place in enumerate(whole["locations"]):
        path = f"locations.{n}."
        yield Editable(f"{path}visibility", "location", place["name"], "visibility", place["visibility"])
        if place["visibility"] != Visibility.EXACT:
            continue
        yield from _texts(place, LOCATION, path, "location", place["name"])
        for m, address in enumerate(place["addresses"]):
            yield from _texts(address, ADDRESS, f"{path}addresses.{m}.", "location", place["name"])


def _texts(part: Json, names: tuple[str, ...], path: str, kind: str, of: str) -> Iterator[Editable]:
    return (Editable(f"{path}{name}", kind, of, name, part[name] or "") for name in names)


def _phones(part: Json, path: str, kind: str, of: str) -> Iterator[Editable]:
    return (
        Editable(f"{path}.{n}.number", kind, of, "number", phone["number"]) for n, phone in enumerate(part["phones"])
    )


def _put(whole: Any, path: list[str], text: str) -> None:
    *way, last = path
    for step in way:
        whole = whole[int(step)] if isinstance(whole, list) else whole[step]
    whole[last] = text
