"""The sample into the published record and out of it, batch by batch: the caller has a transaction for each."""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.core.errors import Invalid
from directory.exchange.rules import sample as rules
from directory.infra import facts
from directory.infra.place import Place
from directory.listings.models import Organization
from directory.listings.rules.record import Record, SourceKind
from directory.listings.rules.taxonomy import Terms
from directory.publishing.rules import Actor, ActorKind
from directory.publishing.service import Surroundings, publish, withdraw

FOLDER: Final = Path(__file__).resolve().parent.parent / "sample"
BATCH: Final = 25  # listings in a transaction: a tenth of a second, and news for a progress bar

_FACT: Final = "sample"
_ACTOR: Final = Actor(ActorKind.SAMPLE)


def sample_files(folder: Path = FOLDER) -> list[Path]:
    """The files of the sample, by name."""
    return sorted(folder.glob("*.toml"))


def records(place: Place, terms: Terms, *, now: datetime, folder: Path = FOLDER) -> list[Record]:
    """Every organisation of the sample. Raises Invalid with every problem of the files."""
    files = {file.name: tomllib.loads(file.read_text(encoding="utf-8")) for file in sample_files(folder)}
    ground = rules.Ground(
        terms=terms, areas=_areas(place), today=now.astimezone(place.time_zone).date(), city=place.name
    )
    found, problems = rules.records(files, ground)
    if problems:
        raise Invalid("sample", "; ".join(problems), "files as exchange/sample/README.md describes them")
    return found


def batches(listings: Sequence[Record]) -> list[Sequence[Record]]:
    """``listings`` cut into what one transaction takes."""
    return [listings[start : start + BATCH] for start in range(0, len(listings), BATCH)]


def load(session: Session, batch: Sequence[Record], *, around: Surroundings, now: datetime) -> Counter[str]:
    """Publish one batch of the sample; counts of "added", "changed" and "same"."""
    if facts.fact(session, _FACT) != "done":
        facts.note(session, _FACT, "begun")
    outcomes = publish(session, batch, actor=_ACTOR, around=around, now=now, why="sample")
    return Counter(str(outcome.what) for outcome in outcomes)


def loaded(session: Session) -> None:
    """Note that the whole sample is there."""
    facts.note(session, _FACT, "done")


def remove(session: Session, *, around: Surroundings, now: datetime) -> int:
    """Withdraw one batch of the sample, and say how many. 0: none is left, and ``init`` brings none back."""
    organizations = session.scalars(
        sa.select(Organization.uuid)
        .where(Organization.source_kind == SourceKind.SAMPLE)
        .order_by(Organization.id)
        .limit(BATCH)
    ).all()
    if not organizations:
        facts.note(session, _FACT, "removed")
        return 0
    return withdraw(session, organizations, actor=_ACTOR, around=around, now=now, why="sample removed")


def remaining(session: Session) -> int:
    """How many listings of the sample are published."""
    found = sa.select(sa.func.count()).where(Organization.source_kind == SourceKind.SAMPLE)
    return session.scalar(found) or 0


def is_shown(session: Session) -> bool:
    """Whether pages must say that listings are samples."""
    return facts.fact(session, _FACT) in {"begun", "done"}


def is_wanted(session: Session, place: Place) -> bool:
    """Whether ``init`` loads the sample: the place has one, nobody removed it, and nothing else is published.

    One that was cut short is taken up again.
    """
    state = facts.fact(session, _FACT)
    if not place.sample or state in {"done", "removed"}:
        return False
    return state == "begun" or session.scalar(sa.select(Organization.id).limit(1)) is None


def _areas(place: Place) -> dict[str, str]:
    """Names of what a service may serve: "B11 (Sparkbrook)" by "B11", the place by "*place"."""
    named = {
        district.code: f"{district.code} ({district.names[0]})" if district.names else district.code
        for district in place.districts
    }
    return {"*place": place.name, **named}
