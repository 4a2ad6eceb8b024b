"""The listings that are searched: the sample, and the real charities beside the project, published in a database."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from directory.exchange.rules.derive import Deriver
from directory.exchange.service import importing, reading, sample
from directory.exchange.service.mappings import load_mapping
from directory.infra import db
from directory.listings.models import Organization
from directory.listings.service import taxonomy
from directory.publishing.service import Surroundings
from directory.search.rules.request import START_MILES, SearchRequest
from directory.search.service import search
from directory.search.service.moment import moment_at
from tests.relevance.questions import Question
from tests.support.around import surroundings
from tests.support.records import NOON

CHARITIES: Final = Path(__file__).resolve().parents[3] / "shared" / "data" / "charities" / "charities.csv"
PLACES: Final = {"sample": "birmingham", "charities": "uk"}
ANYWHERE: Final = 0.0  # miles: the questions are about words


class Corpus:
    """Published listings and how a question calls each: by name, charities by their number."""

    def __init__(self, name: str, engine: Engine, around: Surroundings) -> None:
        self.engine = engine
        self.around = around
        with db.reading(engine) as session:
            rows = session.execute(sa.select(Organization.id, Organization.name, Organization.source_id)).all()
        self.keys = {row.id: row.name if name == "sample" else _number(row.source_id) for row in rows}

    def answer(self, question: Question, page: int = 1) -> Sequence[str]:
        """What the search finds, best first, a page of it."""
        miles = START_MILES if question.around else ANYWHERE
        request = SearchRequest(q=question.q, near=question.near, within_miles=miles, page=page)
        around = self.around
        with db.reading(self.engine) as session:
            found = search(
                session,
                request,
                index=around.index,
                geocoding=around.geocoding,
                areas=around.areas,
                terms=around.terms,
                moment=moment_at(NOON, around.place),
            )
        return [self.keys[row.organization_id] for row, _ in found.rows]


def _number(source_id: str) -> str:
    """A charity's number as its register writes it: GB-CHC-1137038, GB-SC-SC003076, GB-NIC-102041."""
    return source_id.removeprefix("GB-").replace("NIC-", "NI").rpartition("-")[2]


def published(name: str, engine: Engine) -> Corpus:
    """The listings of ``name`` in the migrated, empty database of ``engine``."""
    around = surroundings(engine, PLACES[name])
    with db.transaction(engine) as session:
        taxonomy.apply(session, around.terms)
    (_load_sample if name == "sample" else _load_charities)(engine, around)
    return Corpus(name, engine, around)


def _load_sample(engine: Engine, around: Surroundings) -> None:
    for batch in sample.batches(sample.records(around.place, around.terms, now=NOON)):
        with db.transaction(engine) as session:
            sample.load(session, batch, around=around, now=NOON)


def _load_charities(engine: Engine, around: Surroundings) -> None:
    mapping = load_mapping("ukcat")
    job = importing.Job(
        opened=reading.recognise(CHARITIES),
        mapping=mapping,
        deriver=Deriver(mapping, around.terms, visibility=None, now=NOON),
        around=around,
        outside_place=True,
    )
    tally = importing.Tally()
    with db.transaction(engine) as session:
        run, _ = importing.start(session, job, now=NOON)
    for batch in importing.Batches().cut(importing.organisations(job, tally)):
        with db.transaction(engine) as session:
            importing.step(session, run, batch, job, tally, now=NOON)
