"""What the door writes of a proposal but for its number, made before its transaction or in another process.

Nothing here asks the database, so who holds the turn to write need not wait for it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from directory.listings.rules.document import page_head
from directory.listings.rules.record import Record
from directory.publishing.rules import Texts
from directory.publishing.service import hours
from directory.publishing.service.prepare import Prepared, prepare
from directory.publishing.service.surroundings import Surroundings
from directory.search.rules.docs import OfferingDoc, numbered, offering_docs
from directory.search.rules.hours import Days
from directory.search.rules.numbers import ordinal_in


@dataclass(frozen=True, slots=True)
class Ahead:
    """A proposal as it will be published ``at`` that moment. It pickles: another process may have made it.

    ``docs`` are those of an organisation 0, with the hours of the days from ``first``; ``lines``: what else is stored.
    """

    prepared: Prepared
    first: date
    at: datetime
    docs: tuple[OfferingDoc, ...]
    lines: Texts

    def holds(self, days: Days | None, at: datetime) -> bool:
        """Whether docs and lines are right ``at`` that moment, when the index knows the hours of ``days``."""
        return days is not None and self.first == days.first and self.at == at

    def docs_of(self, organization_id: int) -> list[OfferingDoc]:
        """The docs of the organisation, now that it has its number."""
        return [numbered(doc, organization_id) for doc in self.docs]


def prepare_ahead(proposal: Record, around: Surroundings, *, first: date, at: datetime) -> Ahead:
    """All that can be made of ``proposal`` now. Should the days have moved on meanwhile, the door makes it again."""
    prepared = prepare(proposal, around)
    days = hours.from_first(first, around)
    docs = tuple(offering_docs(prepared.record, 0, prepared.areas, around.terms, days))
    page = page_head(slug="", version=0, areas=prepared.areas, now=at) | {"record": prepared.encoded}
    lines = around.lines(page, [ordinal_in(doc.number) for doc in docs])
    return Ahead(prepared, first, at, docs, lines)
