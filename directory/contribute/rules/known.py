"""What a listing that is there already answers, so that nobody types it again."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from directory.contribute.rules.answers import (
    MOST_SERVICES,
    Answers,
    Doing,
    Group,
    Reach,
    Register,
)
from directory.contribute.rules.proposal import CHARITIES, COMPANIES
from directory.core.errors import Invalid
from directory.core.identifiers import charity_number, company_number
from directory.listings.rules.record import Record

REGISTERS: Final = {**dict.fromkeys(CHARITIES, Register.CHARITY), COMPANIES: Register.COMPANY}


def known(record: Record, before: Answers | None = None) -> Answers:
    """``before`` (nothing, if none) with what ``record`` tells of pages that were not answered yet.

    What a register says of places, hours and cost is too vague to stand as an answer: that is asked.
    """
    answers = before or Answers()
    return replace(
        answers,
        group=group_of(record),
        services=answers.services or _services(record),
        reach=answers.reach or _reach(record),
    )


def group_of(record: Record) -> Group:
    """Who a listing is of, as the first page asks it."""
    found = ((REGISTERS[each.scheme], each.value) for each in record.identifiers if each.scheme in REGISTERS)
    register, value = next(filter(_can_be_typed, found), (Register.NONE, ""))
    return Group(register=register, number=value, name=record.name, also=record.alternate_name, kind=record.kind)


def _can_be_typed(number: tuple[Register, str]) -> bool:
    """Whether the page takes the number as its register wrote it: a feed may have sent anything."""
    register, value = number
    try:
        return (charity_number if register is Register.CHARITY else company_number)(value) == value
    except Invalid:
        return False


def _services(record: Record) -> tuple[Doing, ...]:
    return tuple(
        Doing(
            key=str(at),
            name=each.name,
            about=each.description or (record.description if at == 1 else ""),
            needs=each.needs,
            audiences=each.audiences,
            known=each.id,
        )
        for at, each in enumerate(record.services[:MOST_SERVICES], start=1)
    )


def _reach(record: Record) -> Reach | None:
    phone = record.phones[0] if record.phones else None
    if not (phone or record.email):
        return None
    return Reach(
        phone=phone.number if phone else "",
        role=phone.description if phone else "",
        email=record.email,
        website=record.website,
    )
