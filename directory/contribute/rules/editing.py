"""From answers that were changed to the record that is proposed: what was left as it was stays to the byte.

Each function takes what a page held before and what it holds now, and puts the difference alone into a record, by the
ids of its parts. So the same change can be made to what is published and to what waits for a moderator.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import partial
from uuid import UUID

from directory.contribute.rules.answers import (
    IN_PERSON,
    Answers,
    Details,
    Doing,
    Group,
    Hours,
    Own,
    Reach,
    Ways,
    how_now,
)
from directory.contribute.rules.hours import schedules
from directory.contribute.rules.placing import at_each, placed, spots_changed
from directory.contribute.rules.proposal import Named, served, with_group
from directory.core.identifiers import stable_uuid
from directory.listings.rules import record as r


def edited(record: r.Record, before: Answers, after: Answers, named: Named) -> r.Record:
    """``record`` with what differs between two answers of its pages; addresses are ``placing.readdressed``'s."""
    made = record
    if after.group is not None and before.group != after.group:
        made = _grouped(made, before.group, after.group)
    for doing in after.services:
        if doing != before.service(doing.key):
            made = _doing(made, doing)
    if after.ways is not None and before.ways is not None and before.ways != after.ways:
        made = _got_by_all(made, before, after.ways)
        made = _ways(made, before.ways, after.ways, named)
    made = spots_changed(made, before, after)
    for given in after.hours:
        if given.hours != before.hours_of(given.service, given.place):
            made = _hours(made, after, given.service, given.place, given.hours)
    if after.reach is not None and before.reach is not None and before.reach != after.reach:
        made = _reach(made, before.reach, after.reach)
    if after.details is not None and before.details is not None and before.details != after.details:
        made = _details(made, before.details, after.details, named)
    made = _owned(made, before, after, named)
    if after.extras is not None and before.extras != after.extras:
        made = replace(made, wants=after.extras.wants, supplies=after.extras.supplies)
    return made


def without_service(record: r.Record, service: UUID) -> r.Record:
    """``record`` without one of its services; the last one stays."""
    left = tuple(each for each in record.services if each.id != service)
    return replace(record, services=left) if left else record


def without_place(record: r.Record, location: UUID) -> r.Record:
    """``record`` without one of its places; what was held there alone is offered without a place."""
    left = tuple(each for each in record.locations if each.id != location)
    services = tuple(
        placed(each, tuple(offering for offering in each.offerings if offering.location_id != location))
        for each in record.services
    )
    return replace(record, locations=left, services=services)


def _grouped(record: r.Record, before: Group | None, after: Group) -> r.Record:
    made = with_group(record, after, record.id)
    numbered = before is None or (before.register, before.number) != (after.register, after.number)
    return made if numbered else replace(made, identifiers=record.identifiers)


def _each(record: r.Record, change: Callable[[r.Service], r.Service], ids: Iterable[UUID] | None = None) -> r.Record:
    chosen = None if ids is None else set(ids)
    services = (change(each) if chosen is None or each.id in chosen else each for each in record.services)
    return replace(record, services=tuple(services))


def _doing(record: r.Record, doing: Doing) -> r.Record:
    if doing.known is None:
        return _added(record, doing)
    return _each(
        record,
        lambda each: replace(
            each, name=doing.name, description=doing.about, needs=doing.needs, audiences=doing.audiences
        ),
        [doing.known],
    )


def _added(record: r.Record, doing: Doing) -> r.Record:
    """A service more: got as the first is, at every place."""
    taken = {each.id for each in record.services}
    numbers = (stable_uuid(record.id, "service", f"{doing.key}.{at}") for at in range(len(taken) + 1))
    ident = next(each for each in numbers if each not in taken)
    first = record.services[0] if record.services else None
    areas = tuple(
        replace(each, id=stable_uuid(ident, "area", each.code)) for each in (first.service_areas if first else ())
    )
    made = r.Service(
        id=ident,
        name=doing.name,
        description=doing.about,
        needs=doing.needs,
        audiences=doing.audiences,
        how=first.how if first else (),
        service_areas=areas,
    )
    return replace(
        record, services=(*record.services, placed(made, at_each((each.id for each in record.locations), ident)))
    )


def _ways(record: r.Record, before: Ways, after: Ways, named: Named) -> r.Record:
    """Whom it is for; without a place of its own nothing is held at one."""
    made = record
    if (before.served, before.parts) != (after.served, after.parts):
        made = _each(made, lambda each: replace(each, service_areas=served(after, each.id, named)))
    if before.has_place and not after.has_place:
        made = _each(replace(made, locations=()), lambda each: placed(each, ()))
    return made


def _got_by_all(record: r.Record, before: Answers, after: Ways) -> r.Record:
    """How people are helped: what is new among the ways is new for each service, and what is gone is for none."""
    ways = before.ways or Ways(how=())
    had = {doing.known: before.own_of(doing.key).how for doing in before.services}
    if set(ways.how) == set(after.how):
        return record
    return _each(record, lambda each: replace(each, how=how_now(had.get(each.id, each.how), ways.how, after.how)))


def _hours(record: r.Record, answers: Answers, service: str, place: str, hours: Hours) -> r.Record:
    doing, spot = answers.service(service), answers.spot(place)
    if doing is None or doing.known is None or (place and (spot is None or spot.known is None)):
        return record
    made = schedules(hours)

    def change(each: r.Service) -> r.Service:
        if not place:
            return replace(each, schedules=made)
        return replace(
            each,
            offerings=tuple(
                replace(offering, schedules=made) if spot and offering.location_id == spot.known else offering
                for offering in each.offerings
            ),
        )

    return _each(record, change, [doing.known])


def _reach(record: r.Record, before: Reach, after: Reach) -> r.Record:
    made = record
    if before.email != after.email:
        made = replace(made, email=after.email)
    if before.website != after.website:
        made = replace(made, website=after.website)
    if (before.phone, before.role) == (after.phone, after.role):
        return made
    phones = made.phones[1:]
    if after.phone:
        first = made.phones[0] if made.phones else r.Phone(id=stable_uuid(made.id, "phone"), number="")
        phones = (replace(first, number=after.phone, description=after.role), *phones)
    own = stable_uuid(made.id, "contact")
    contacts = tuple(each for each in made.contacts if each.id != own)
    if after.role and after.email and not after.phone:
        contacts = (*contacts, r.Contact(id=own, title=after.role, email=after.email))
    return replace(made, phones=phones, contacts=contacts)


def _details(record: r.Record, before: Details, after: Details, named: Named) -> r.Record:
    def change(each: r.Service) -> r.Service:
        if before.free != after.free:
            each = replace(each, free=after.free)
        if before.fees != after.fees:
            each = replace(each, fees=after.fees)
        if before.languages != after.languages:
            each = replace(each, languages=_languages(each, before, after, named))
        return each

    def there(each: r.Location) -> r.Location:
        if before.access != after.access:
            each = replace(each, accessibility=_among(each.accessibility, before.access, after.access))
        if before.access_note != after.access_note:
            each = replace(each, accessibility_note=after.access_note)
        return each

    return replace(_each(record, change), locations=tuple(there(each) for each in record.locations))


def _owned(record: r.Record, before: Answers, after: Answers, named: Named) -> r.Record:
    """What is single services' own, where it differs from before."""
    made = record
    for given in after.own:
        doing, own, was = after.service(given.service), after.own_of(given.service), before.own_of(given.service)
        if doing is not None and doing.known is not None and own != was:
            made = _own(made, doing.known, was, own, named)
            if set(own.how) != set(was.how):
                made = _each(made, partial(_got, record=made, before=was, after=own), [doing.known])
    return made


def _got(service: r.Service, *, record: r.Record, before: Own, after: Own) -> r.Service:
    """A service that people get in other ways. Who begins to come for it comes to every place, unless one is known."""
    made, was, now = replace(service, how=after.how), IN_PERSON in before.how, IN_PERSON in after.how
    if was and not now:
        return placed(made, ())
    if was == now or any(each.location_id for each in service.offerings):
        return made
    there = (each.id for each in record.locations if each.location_type == "physical")
    return placed(made, at_each(there, service.id))


def _own(record: r.Record, service: UUID, before: Own, after: Own, named: Named) -> r.Record:
    """What is one service's own; the others stay."""

    def change(each: r.Service) -> r.Service:
        if (before.free, before.fees) != (after.free, after.fees):
            each = replace(each, free=after.free, fees=after.fees)
        if before.languages != after.languages:
            each = replace(each, languages=_languages(each, before, after, named))
        if (before.served, before.parts) != (after.served, after.parts):
            each = replace(each, service_areas=served(after, each.id, named))
        return each

    return _each(record, change, [service])


def _languages(service: r.Service, before: Details | Own, after: Details | Own, named: Named) -> tuple[r.Language, ...]:
    known = {each.code: each for each in service.languages}
    codes = _among(tuple(known), before.languages, after.languages)
    return tuple(
        known.get(code)
        or r.Language(id=stable_uuid(service.id, "language", code), code=code, name=named.language(code))
        for code in codes
    )


def _among(has: tuple[str, ...], before: tuple[str, ...], after: tuple[str, ...]) -> tuple[str, ...]:
    """What one part ``has``, without what was taken away from all, and with what was added to all."""
    gone, new = set(before) - set(after), [each for each in after if each not in before]
    return (*(each for each in has if each not in gone), *(each for each in new if each not in has))
