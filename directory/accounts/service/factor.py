"""The second factor: six digits that change every half minute, or one of ten codes on paper."""

from __future__ import annotations

import hmac
import secrets
from base64 import b32encode
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import pyotp
import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.accounts.models import Person, RecoveryCode
from directory.accounts.service import audit

STEP_S: Final = 30
CODES: Final = 10
_SALT_BYTES: Final = 16
_LETTERS: Final = "abcdefghjkmnpqrstuvwxyz23456789"  # none that is taken for another; ten are 49 bits
_HALF: Final = 5


def new_salt() -> str:
    """What a new factor is made from, 32 characters. It is no secret without the secret key."""
    return secrets.token_hex(_SALT_BYTES)


def secret_of(person_id: UUID, salt: str, *, secret: str) -> str:
    """What the authenticator is told, in base 32: 160 bits."""
    made = hmac.digest(secret.encode(), b"factor " + person_id.bytes + salt.encode(), "sha256")
    return b32encode(made[:20]).decode()


def uri(person_id: UUID, salt: str, *, email: str, issuer: str, secret: str) -> str:
    """What the picture for the authenticator says."""
    return str(pyotp.TOTP(secret_of(person_id, salt, secret=secret)).provisioning_uri(name=email, issuer_name=issuer))


def set_up(session: Session, person_id: UUID, salt: str, code: str, *, secret: str, now: datetime) -> list[str]:
    """Begin with a new factor, if ``code`` shows that the authenticator has it. Ten codes on paper; none if not."""
    step = _step_of(secret_of(person_id, salt, secret=secret), code, now)
    if step is None:
        return []
    begun = sa.update(Person).where(Person.id == person_id).values(factor_salt=salt, factor_step=step)
    session.execute(begun)
    audit.security(session, "second factor set up", person_id=person_id, now=now)
    return new_codes(session, person_id, secret=secret)


def new_codes(session: Session, person_id: UUID, *, secret: str) -> list[str]:
    """Ten new codes on paper, shown now and never again; the old ones are worth nothing."""
    codes = ["-".join(_random_word() for _ in range(2)) for _ in range(CODES)]
    session.execute(sa.delete(RecoveryCode).where(RecoveryCode.person_id == person_id))
    rows = [{"person_id": person_id, "code_hash": _hashed(person_id, code, secret)} for code in codes]
    session.execute(sa.insert(RecoveryCode), rows)
    return codes


def show(session: Session, person_id: UUID, code: str, *, secret: str, now: datetime) -> bool:
    """Whether ``code`` is right, of the authenticator or on paper. No code is right twice."""
    digits = "".join(code.split())
    right = _show_digits(session, person_id, digits, secret, now) or _use_paper(session, person_id, code, secret)
    said = "second factor shown" if right else "second factor wrong"
    audit.security(session, said, person_id=person_id, now=now)
    return right


def codes_left(session: Session, person_id: UUID) -> int:
    """How many codes on paper a person has left."""
    count = sa.select(sa.func.count()).select_from(RecoveryCode).where(RecoveryCode.person_id == person_id)
    return session.scalars(count).one()


def _show_digits(session: Session, person_id: UUID, digits: str, secret: str, now: datetime) -> bool:
    salt = session.scalar(sa.select(Person.factor_salt).where(Person.id == person_id))
    step = _step_of(secret_of(person_id, salt, secret=secret), digits, now) if salt else None
    if step is None:
        return False
    # A step that has not come yet was noted by a clock that was wrong.
    fresh = sa.or_(Person.factor_step < step, Person.factor_step > _steps(now) + 1)
    done: Any = session.execute(sa.update(Person).where(Person.id == person_id, fresh).values(factor_step=step))
    return bool(done.rowcount)


def _use_paper(session: Session, person_id: UUID, code: str, secret: str) -> bool:
    mine = (RecoveryCode.person_id == person_id, RecoveryCode.code_hash == _hashed(person_id, code, secret))
    done: Any = session.execute(sa.delete(RecoveryCode).where(*mine))
    return bool(done.rowcount)


def _step_of(factor: str, digits: str, now: datetime) -> int | None:
    """Which half minute six digits are of: this one, or the one before or after, as clocks differ."""
    made, current = pyotp.TOTP(factor), _steps(now)
    right = [
        step
        for step in (current - 1, current, current + 1)
        if hmac.compare_digest(made.at(step * STEP_S).encode(), digits.encode("utf-8", "surrogatepass"))
    ]
    return right[-1] if right else None


def _steps(now: datetime) -> int:
    return int(now.timestamp()) // STEP_S


def _random_word() -> str:
    return "".join(secrets.choice(_LETTERS) for _ in range(_HALF))


def _hashed(person_id: UUID, code: str, secret: str) -> str:
    kept = "".join(letter for letter in code.lower() if letter in _LETTERS)
    return hmac.digest(secret.encode(), b"paper " + person_id.bytes + kept.encode(), "sha256").hex()
