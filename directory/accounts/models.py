"""People, their rights and sign-ins, mailed links, what is counted, and what is remembered of their deeds."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from directory.infra.db import Base


class Person(Base):
    """Somebody who proved an e-mail address, or whom an operator gave rights. There is no password."""

    __tablename__ = "person"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(sa.String(254), unique=True)  # as ``rules.mail_address`` has it
    language: Mapped[str] = mapped_column(sa.String(35))  # to write to them in; "" is the place's own
    created_at: Mapped[datetime]
    disabled_at: Mapped[datetime | None]
    bounced_at: Mapped[datetime | None]  # when their mail was last refused for good
    fewer_mails: Mapped[bool]
    # The secret of their authenticator follows from this and the secret key: who has the database alone has it not.
    factor_salt: Mapped[str] = mapped_column(sa.String(32))  # "": they have none
    factor_step: Mapped[int] = mapped_column(sa.BigInteger)  # the last step a code was used of: none works twice


class PersonRole(Base):
    """A right that a person has."""

    __tablename__ = "person_role"
    __table_args__ = (
        sa.CheckConstraint("role IN ('moderator', 'exporter', 'administrator', 'confidential')", name="known_role"),
    )

    person_id: Mapped[UUID] = mapped_column(sa.ForeignKey("person.id", ondelete="CASCADE"), primary_key=True)
    role: Mapped[str] = mapped_column(sa.String(20), primary_key=True)


class RecoveryCode(Base):
    """A code that does instead of the authenticator, once. Only its digest is here."""

    __tablename__ = "recovery_code"

    person_id: Mapped[UUID] = mapped_column(sa.ForeignKey("person.id", ondelete="CASCADE"), primary_key=True)
    code_hash: Mapped[str] = mapped_column(sa.String(64), primary_key=True)


class SignIn(Base):
    """One browser in which somebody has signed in. Without its row a cookie is worth nothing."""

    __tablename__ = "sign_in"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    person_id: Mapped[UUID] = mapped_column(sa.ForeignKey("person.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]  # to about a minute
    second_factor_at: Mapped[datetime | None]
    browser: Mapped[str] = mapped_column(sa.String(60))  # "Firefox on Android"


class MailedLink(Base):
    """A secret link: used up by one UPDATE, ended by a newer one for the same thing."""

    __tablename__ = "mailed_link"
    __table_args__ = (
        sa.Index("ix_mailed_link_purpose_email_subject", "purpose", "email", "subject"),
        sa.Index("ix_mailed_link_expires_at", "expires_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    token_hash: Mapped[str | None] = mapped_column(sa.String(64), unique=True)  # once its mail was rendered
    purpose: Mapped[str] = mapped_column(sa.String(30))
    email: Mapped[str] = mapped_column(sa.String(254))
    subject: Mapped[str] = mapped_column(sa.String(64))  # digest of what it is about
    person_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("person.id", ondelete="CASCADE"), index=True)
    payload: Mapped[dict[str, Any]]
    lifetime_s: Mapped[int]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]  # ``lifetime_s`` after it was last mailed
    used_at: Mapped[datetime | None]  # or when a newer one ended it


class Counted(Base):
    """How often something was done in one stretch of time. Whoever did it is in the key, digested."""

    __tablename__ = "counted"
    __table_args__ = (sa.Index("ix_counted_window_start", "window_start"),)

    key_hash: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    window_start: Mapped[datetime] = mapped_column(primary_key=True)
    times: Mapped[int]


class SecurityEvent(Base):
    """What somebody did, by ids alone. ``log`` security: sign-ins and rights; audit: what staff read and decided."""

    __tablename__ = "security_event"
    __table_args__ = (
        sa.CheckConstraint("log IN ('security', 'audit')", name="known_log"),
        sa.Index("ix_security_event_at", "at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    log: Mapped[str] = mapped_column(sa.String(10))
    what: Mapped[str] = mapped_column(sa.String(60))
    person_id: Mapped[UUID | None]  # no key of another table: it outlives the person
    subject: Mapped[str] = mapped_column(sa.String(60))
