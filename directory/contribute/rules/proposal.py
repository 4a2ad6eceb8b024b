"""From answers to the record that is proposed. Nothing of the sender is in it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Final
from uuid import UUID

from directory.contribute.rules.answers import (
    EVERYWHERE,
    PARTS,
    WHOLE_PLACE,
    Address,
    Answers,
    Details,
    Doing,
    Group,
    Own,
    Reach,
    Register,
    Spot,
    Ways,
)
from directory.contribute.rules.hours import schedules
from directory.core.errors import Invalid
from directory.core.geo import Point
from directory.core.identifiers import charity_org_id, stable_uuid
from directory.listings.rules import record as r

BY_HAND_M: Final = 20.0  # how far off a pin may be that somebody put on the map
CHARITIES: Final = ("GB-CHC", "GB-SC", "GB-NIC")
COMPANIES: Final = "GB-COH"


@dataclass(frozen=True, slots=True)
class Named:
    """What codes are called: an area, and a language by its code; ``place``: this directory's."""

    place: str
    area: Callable[[str], str]
    language: Callable[[str], str]


def proposal(
    answers: Answers,
    addresses: Mapping[str, Address],
    *,
    subject: UUID,
    named: Named,
    base: r.Record | None = None,
) -> r.Record:
    """The record of organisation ``subject`` as ``answers`` tell it.

    ``addresses``: the address of each place by its key; an approximate or hidden one is told too, and the door takes it
    out. ``base``: the public record there is already: what the pages do not ask stays as it is. Raises Invalid
    when nobody said who they are.
    """
    if answers.group is None:
        raise Invalid("answers", "no name", "who they are")
    record = base or r.Record(id=subject, name=answers.group.name, source=r.Source(kind=r.SourceKind.SELF_LISTED))
    record = with_group(record, answers.group, subject)
    if answers.ways is not None:
        record = replace(record, locations=_locations(answers, addresses, subject, record))
    if answers.services:
        record = replace(
            record, services=tuple(_service(each, answers, subject, record, named) for each in answers.services)
        )
    if answers.reach is not None:
        record = _with_reach(record, answers.reach, subject)
    if answers.extras is not None:
        record = replace(record, wants=answers.extras.wants, supplies=answers.extras.supplies)
    return record


def identifier(group: Group, subject: UUID) -> r.Identifier | None:
    """The number that the group gave, as registers are told apart; None for none."""
    if group.register is Register.NONE or not group.number:
        return None
    if group.register is Register.COMPANY:
        scheme = COMPANIES
    else:
        whole = charity_org_id(group.number)
        scheme = next(each for each in CHARITIES if whole.startswith(each))
    return r.Identifier(id=stable_uuid(subject, scheme), scheme=scheme, value=group.number)


def place_id(subject: UUID, key: str) -> UUID:
    """The id of the location that place ``key`` becomes."""
    return stable_uuid(subject, "place", key)


def service_id(subject: UUID, doing: Doing) -> UUID:
    """The id of a service: the one it had, or one of its own."""
    return doing.known or stable_uuid(subject, "service", doing.key)


def with_group(record: r.Record, group: Group, subject: UUID) -> r.Record:
    """``record`` of a group that calls itself so, with the number that it gave."""
    own = identifier(group, subject)
    kept = tuple(each for each in record.identifiers if own is None or each.scheme != own.scheme)
    same = next(
        (each for each in record.identifiers if own and (each.scheme, each.value) == (own.scheme, own.value)), own
    )
    return replace(
        record,
        name=group.name,
        alternate_name=group.also,
        kind=group.kind,
        identifiers=(*kept, same) if same else kept,
    )


def _locations(
    answers: Answers, addresses: Mapping[str, Address], subject: UUID, record: r.Record
) -> tuple[r.Location, ...]:
    if answers.ways is None or not answers.ways.has_place:
        return ()
    details = answers.details or Details()
    before = {each.id: each for each in record.locations}
    return tuple(
        _location(spot, addresses.get(spot.key) or Address(), details, place_id(subject, spot.key), before)
        for spot in answers.spots
    )


def _location(
    spot: Spot, given: Address, details: Details, ident: UUID, before: Mapping[UUID, r.Location]
) -> r.Location:
    by_hand = given.lat is not None and given.lon is not None
    return replace(
        before.get(ident) or r.Location(id=ident),
        name=given.venue,
        visibility=spot.visibility,
        point=Point(given.lat, given.lon) if given.lat is not None and given.lon is not None else None,
        precision_m=BY_HAND_M if by_hand else None,
        found=r.Found.BY_HAND if by_hand else None,
        addresses=_addresses(given, ident),
        accessibility=details.access,
        accessibility_note=details.access_note,
    )


def _addresses(given: Address, ident: UUID) -> tuple[r.Address, ...]:
    if not (given.line_1 or given.line_2 or given.postcode):
        return ()
    return (
        r.Address(
            id=stable_uuid(ident, "address"),
            address_1=given.line_1,
            address_2=given.line_2,
            city=given.town,
            postal_code=given.postcode,
        ),
    )


def _service(doing: Doing, answers: Answers, subject: UUID, record: r.Record, named: Named) -> r.Service:
    ident, own = service_id(subject, doing), answers.said_of(doing.key)
    before = next((each for each in record.services if each.id == ident), None)
    made = replace(
        before or r.Service(id=ident, name=doing.name),
        name=doing.name,
        description=doing.about,
        needs=doing.needs,
        audiences=doing.audiences,
    )
    if answers.ways is not None:
        made = replace(
            made,
            how=own.how,
            service_areas=served(own, ident, named),
            offerings=_offerings(doing, answers, subject, ident),
        )
    usual = answers.hours_of(doing.key)
    if usual is not None:
        made = replace(made, schedules=schedules(usual))
    return _with_details(made, own, ident, named) if answers.details else made


def _offerings(doing: Doing, answers: Answers, subject: UUID, ident: UUID) -> tuple[r.Offering, ...]:
    """The service at each of its places, with hours of their own where those were given."""
    spots = answers.spots if answers.comes_to(doing.key) else ()
    held = [spot for spot in spots if not spot.services or doing.key in spot.services]
    found = []
    for spot in held:
        own = answers.hours_of(doing.key, spot.key)
        found.append(
            r.Offering(
                id=stable_uuid(ident, "at", spot.key),
                location_id=place_id(subject, spot.key),
                schedules=schedules(own) if own else (),
            )
        )
    return tuple(found) or (r.Offering(id=stable_uuid(ident, "offering")),)


def served(ways: Ways | Own, ident: UUID, named: Named) -> tuple[r.ServiceArea, ...]:
    """Whom service ``ident`` is for, by where they live."""
    if ways.served in {WHOLE_PLACE, EVERYWHERE}:
        codes: tuple[str, ...] = (ways.served,)
    else:
        codes = ways.parts if ways.served == PARTS else ()
    names = {WHOLE_PLACE: named.place, EVERYWHERE: "Everywhere"}
    return tuple(
        r.ServiceArea(id=stable_uuid(ident, "area", code), code=code, name=names.get(code) or named.area(code))
        for code in codes
    )


def _with_details(service: r.Service, own: Own, ident: UUID, named: Named) -> r.Service:
    told = {each.code: each for each in service.languages}
    languages = tuple(
        told.get(code) or r.Language(id=stable_uuid(ident, "language", code), code=code, name=named.language(code))
        for code in own.languages
    )
    return replace(service, free=own.free, fees=own.fees, languages=languages)


def _with_reach(record: r.Record, reach: Reach, subject: UUID) -> r.Record:
    """The role stands beside the number, or beside the e-mail address when there is no number."""
    phones = record.phones[1:]
    if reach.phone:
        first = record.phones[0].id if record.phones else stable_uuid(subject, "phone")
        phones = (r.Phone(id=first, number=reach.phone, description=reach.role), *phones)
    ident = stable_uuid(subject, "contact")
    contacts = tuple(each for each in record.contacts if each.id != ident)
    if reach.role and reach.email and not reach.phone:
        contacts = (*contacts, r.Contact(id=ident, title=reach.role, email=reach.email))
    return replace(record, phones=phones, email=reach.email, website=reach.website, contacts=contacts)
