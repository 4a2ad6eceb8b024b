"""Who there is, and what rights they have."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from directory.accounts.models import Person, PersonRole, RecoveryCode, SignIn
from directory.accounts.rules import Role, mail_address
from directory.accounts.service import audit, links
from directory.core.errors import NotFound


@dataclass(frozen=True, slots=True)
class Known:
    """A person as lists show them."""

    id: UUID
    email: str
    language: str
    roles: frozenset[Role]
    created_at: datetime
    disabled_at: datetime | None
    bounced_at: datetime | None
    fewer_mails: bool
    has_factor: bool


def person_for(session: Session, email: str, now: datetime, *, language: str = "") -> UUID:
    """The id of the person with that address, made if there is none. Raises Invalid for what is no address."""
    address = mail_address(email)
    row = {
        "id": uuid4(),
        "email": address,
        "language": language,
        "created_at": now,
        "fewer_mails": False,
        "factor_salt": "",
        "factor_step": 0,
    }
    sqlite_one = session.get_bind().dialect.name == "sqlite"
    insert: Any = sqlite.insert(Person) if sqlite_one else postgresql.insert(Person)
    session.execute(insert.values(row).on_conflict_do_nothing(index_elements=["email"]))
    return session.scalars(sa.select(Person.id).where(Person.email == address)).one()


def known(session: Session, *, email: str = "", person_id: UUID | None = None) -> Known | None:
    """The person with that address (as ``mail_address`` has it) or id; None when there is none. One statement."""
    wanted = Person.id == person_id if person_id is not None else Person.email == email
    found = list(_people(session, wanted))
    return found[0] if found else None


def everybody(session: Session, *, staff: bool = False) -> list[Known]:
    """Everybody, or whoever has rights, by their addresses. One statement."""
    wanted = Person.id.in_(sa.select(PersonRole.person_id)) if staff else sa.true()
    return list(_people(session, wanted))


def add(session: Session, email: str, roles: Iterable[Role], now: datetime) -> UUID:
    """Give the person with that address rights, beside those they have; one who was disabled is let in again."""
    person_id = person_for(session, email, now)
    session.execute(sa.update(Person).where(Person.id == person_id).values(disabled_at=None))
    for role in sorted(set(roles)):
        session.merge(PersonRole(person_id=person_id, role=role))
        audit.security(session, f"given {role}", person_id=None, subject=person_id, now=now)
    session.flush()
    return person_id


def remove_roles(session: Session, person_id: UUID, roles: Iterable[Role], now: datetime) -> None:
    """Take rights away, at once."""
    for role in sorted(set(roles)):
        gone = (PersonRole.person_id == person_id, PersonRole.role == role)
        session.execute(sa.delete(PersonRole).where(*gone))
        audit.security(session, f"taken {role}", person_id=None, subject=person_id, now=now)


def disable(session: Session, email: str, now: datetime) -> UUID:
    """Keep somebody out: their sign-ins and links end now. Raises NotFound."""
    person_id = required(session, email)
    session.execute(sa.update(Person).where(Person.id == person_id).values(disabled_at=now))
    session.execute(sa.delete(SignIn).where(SignIn.person_id == person_id))
    links.end_all(session, person_id, now)
    audit.security(session, "disabled", person_id=None, subject=person_id, now=now)
    return person_id


def reset_factor(session: Session, email: str, now: datetime) -> UUID:
    """Let somebody set up their second factor anew; their sign-ins end. Raises NotFound."""
    person_id = required(session, email)
    empty = {"factor_salt": "", "factor_step": 0}
    session.execute(sa.update(Person).where(Person.id == person_id).values(empty))
    session.execute(sa.delete(RecoveryCode).where(RecoveryCode.person_id == person_id))
    session.execute(sa.delete(SignIn).where(SignIn.person_id == person_id))
    audit.security(session, "second factor reset", person_id=None, subject=person_id, now=now)
    return person_id


def note_bounce(session: Session, email: str, now: datetime) -> None:
    """Remember that mail for an address was refused for good."""
    session.execute(sa.update(Person).where(Person.email == email).values(bounced_at=now))


def reached(session: Session, person_id: UUID) -> None:
    """Forget that mail was refused: a person has a link that was mailed to them."""
    session.execute(
        sa.update(Person).where(Person.id == person_id, Person.bounced_at.is_not(None)).values(bounced_at=None)
    )


def set_fewer_mails(session: Session, person_id: UUID, *, fewer: bool) -> None:
    """Note whether a person wants only the mails that they must have."""
    session.execute(sa.update(Person).where(Person.id == person_id).values(fewer_mails=fewer))


def required(session: Session, email: str) -> UUID:
    """The id of the person with that address. Raises NotFound."""
    found = session.scalar(sa.select(Person.id).where(Person.email == mail_address(email)))
    if found is None:
        raise NotFound("nobody has that address (directory people list --all)")
    return found


def _people(session: Session, wanted: sa.ColumnElement[bool]) -> Iterable[Known]:
    statement = (
        sa.select(Person, PersonRole.role)
        .outerjoin(PersonRole, PersonRole.person_id == Person.id)
        .where(wanted)
        .order_by(Person.email, PersonRole.role)
    )
    people: dict[UUID, tuple[Person, set[Role]]] = {}
    for person, role in session.execute(statement, execution_options={"populate_existing": True}):
        _, roles = people.setdefault(person.id, (person, set()))
        if role:
            roles.add(Role(role))
    for person, roles in people.values():
        yield Known(
            person.id,
            person.email,
            person.language,
            frozenset(roles),
            person.created_at,
            person.disabled_at,
            person.bounced_at,
            person.fewer_mails,
            bool(person.factor_salt),
        )
