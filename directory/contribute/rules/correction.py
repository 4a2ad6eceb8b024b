"""What a reader puts right in a listing: its public texts, by the names of the fields of the form, and back again.

Nothing but these texts is taken from what was typed: places, times and terms of the record stay as they are.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final
from uuid import UUID

from directory.contribute.rules.texts import items, kept
from directory.core.identifiers import stable_uuid
from directory.listings.rules.record import Notice, Phone, Record, Service

Texts = Mapping[str, str]
PLAIN: Final = ("name", "description", "website", "email")
OF_SERVICE: Final = ("name", "description")
MOST_SERVICES: Final = 40  # with fields of their own; of others people write in their own words


def service_field(service: UUID, name: str) -> str:
    """The name of a field of a service: it stays when services come and go."""
    return f"service_{service.hex}_{name}"


def asked_services(record: Record) -> tuple[Service, ...]:
    """The services that have fields."""
    return record.services[:MOST_SERVICES]


def texts_of(record: Record, today: date) -> dict[str, str]:
    """What the fields hold before anybody types. A notice that is over is not shown any more, and so is not here."""
    found = {name: str(getattr(record, name)) for name in PLAIN}
    found["phones"] = "\n".join(phone.number for phone in record.phones)
    found["notice"] = record.notice.text if record.notice and _lasts(record.notice, today) else ""
    for service in asked_services(record):
        found |= {service_field(service.id, name): str(getattr(service, name)) for name in OF_SERVICE}
    return found


def corrected(record: Record, typed: Texts, today: date) -> Record:
    """``record`` with the texts of ``typed``; what was left as it was stays to the byte."""
    shown = texts_of(record, today)
    new = {name: kept(text) for name, text in typed.items() if name in shown and not same(text, shown[name])}
    plain: dict[str, Any] = {name: new[name] for name in PLAIN if name in new}
    made = replace(record, **plain)
    if "phones" in new:
        made = replace(made, phones=tuple(_phones(record, items(new["phones"]))))
    if "notice" in new:
        until = record.notice.until if record.notice and shown["notice"] else None
        made = replace(made, notice=Notice(text=new["notice"], until=until) if new["notice"] else None)
    return replace(made, services=tuple(_service(each, new) for each in record.services))


def same(one: str, other: str) -> bool:
    """Whether two texts are the same once a form has carried them."""
    return kept(one) == kept(other)


@dataclass(frozen=True, slots=True)
class Carried:
    """What the fields hold after the listing was changed meanwhile. ``met``: fields that both changed, as typed."""

    texts: dict[str, str]
    met: tuple[str, ...]


def carried(before: Texts, typed: Texts, now: Texts) -> Carried:
    """What was typed into a form that showed ``before``, over what is published ``now``.

    What the person left alone is as it is now. Where ``before`` is not known, whatever differs was typed.
    """
    found, met = {}, []
    for name, text in now.items():
        was, mine = before.get(name), typed.get(name, text)
        if same(mine, text) or (was is not None and same(mine, was)):
            found[name] = text
            continue
        found[name] = mine
        if was is None or not same(was, text):
            met.append(name)
    return Carried(found, tuple(met))


def _lasts(notice: Notice, today: date) -> bool:
    return notice.until is None or notice.until >= today


def _service(service: Service, new: Texts) -> Service:
    changed: dict[str, Any] = {name: new[key] for name in OF_SERVICE if (key := service_field(service.id, name)) in new}
    return replace(service, **changed) if changed else service


def _phones(record: Record, numbers: tuple[str, ...]) -> Iterator[Phone]:
    """A number that is new takes the place of one that went, with what is said beside it."""
    gone = iter([phone for phone in record.phones if phone.number not in numbers])
    for number in numbers:
        known = [phone for phone in record.phones if phone.number == number]
        if known:
            yield from known
        elif former := next(gone, None):
            yield replace(former, number=number)
        else:
            yield Phone(id=stable_uuid(record.id, "phone", number), number=number)
