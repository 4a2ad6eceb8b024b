"""An import of one file, batch by batch: what to do with each organisation, and what was done."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from uuid import UUID

from sqlalchemy.orm import Session

from directory.core.geo import Point
from directory.exchange.rules.cells import LOST, Outcome, Problem, Row
from directory.exchange.rules.derive import Derived, Deriver
from directory.exchange.rules.mapping import Mapping
from directory.exchange.service import reading
from directory.exchange.service.placing import misplaced
from directory.geocoding.rules import Located, Miss
from directory.infra.place import Place
from directory.listings.rules.record import Record
from directory.publishing import queries
from directory.publishing.service import Surroundings
from directory.publishing.service.ahead import prepare_ahead
from directory.publishing.service.imports import FileFacts, Proposed, begin, finish, gone, import_batch
from directory.publishing.service.prepare import on_the_map

SHOWN_PROBLEMS = 200
SAMPLES = 3  # organisations that a dry run shows
LONGEST_S = 0.2  # a write transaction aims to be shorter, and one of many is three times as long: who submits waits
LEAST, MOST = 25, 1_000  # organisations in a batch
KEPT_POSTCODES = 5_000  # about 2 MB
LANDS_END, JOHN_O_GROATS, BELFAST = Point(50.07, -5.71), Point(58.64, -3.07), Point(54.6, -5.93)

Transactions = Callable[[], AbstractContextManager[Session]]


@dataclass(slots=True)
class Tally:
    """What became of every row.

    ``counts``: rows, organisations, new, changed, same, edited since, without a point, of rows those skipped, and
    problems, of which "postcodes to look at" are those with which the row was imported as it is.
    """

    counts: Counter[str] = field(default_factory=Counter)
    left_out: Counter[str] = field(default_factory=Counter)
    problems: list[Problem] = field(default_factory=list)
    sample: list[Record] = field(default_factory=list)
    edited: list[str] = field(default_factory=list)
    gone: int = 0
    shown: int = SHOWN_PROBLEMS  # problems that are kept
    resumed: bool = False  # counts are of the whole import, with what was done before it was cut short

    def note(self, problems: Sequence[Problem]) -> None:
        """Count problems, and keep the first ones to show."""
        self.counts["problems"] += len(problems)
        if kept := sum(problem.outcome not in LOST for problem in problems):
            self.counts["postcodes to look at"] += kept
        self.problems += problems[: max(0, self.shown - len(self.problems))]

    def add(self, other: Tally) -> None:
        """Count what another one counted."""
        self.counts.update(other.counts)
        self.left_out.update(other.left_out)
        self.problems += other.problems[: max(0, self.shown - len(self.problems))]
        self.sample += other.sample[: max(0, SAMPLES - len(self.sample))]

    def taken(self) -> Tally:
        """What was counted so far; this one begins again."""
        taken = replace(self)
        self.counts, self.left_out, self.problems, self.sample = Counter(), Counter(), [], []
        return taken


@dataclass(frozen=True, slots=True)
class Ready:
    """An organisation of the file as it goes to the door, and what is said of it beside."""

    proposed: Proposed
    name: str
    private: tuple[tuple[str, str], ...]  # as in ``Derived``
    has_point: bool  # of the public record


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One file to import, and how."""

    opened: reading.Opened
    mapping: Mapping
    deriver: Deriver
    around: Surroundings
    outside_place: bool = False
    limit: int | None = None
    found: dict[str, Located | Miss] = field(default_factory=dict)  # the postcodes asked for lately
    called: str = ""  # what people call the file, where it lies under another name

    def where(self, postcode: str) -> Located | Miss:
        """Where a postcode is: asked for when an organisation is read, and when it is counted."""
        answer = self.found.get(postcode)
        if answer is None:
            if len(self.found) >= KEPT_POSTCODES:
                self.found.clear()
            answer = self.found[postcode] = self.around.geocoding.postcode(postcode)
        return answer

    def misplaced(self, derived: Derived) -> list[Problem]:
        """What is to be said of the postcodes of an organisation that is imported."""
        if derived.record is None or not derived.postcodes:
            return []
        geocoding, outside = self.around.geocoding, self.outside_place
        return list(misplaced(derived.record, derived.postcodes, geocoding, where=self.where, outside_place=outside))


def organisations(job: Job, tally: Tally) -> Iterator[Ready]:
    """Every organisation of the file that can be imported; the rest is counted and told in ``tally``."""
    seen: dict[int, int] = {}
    for rows in _grouped(job):
        tally.counts["rows"] += len(rows)
        derived = job.deriver.derive(rows)
        tally.note(derived.problems)
        if derived.left_out:
            tally.left_out[derived.left_out] += len(rows)
        elif derived.record is None:
            tally.counts["skipped"] += len(rows)
        elif (first := seen.setdefault(hash(derived.record.source.id), derived.row)) != derived.row:
            tally.counts["skipped"] += len(rows)
            remedy = f"row {first} has the same id: give each organisation its own, and put its rows together"
            tally.note([Problem(derived.row, "id", derived.record.source.id, remedy, Outcome.SKIPPED)])
        elif reason := _outside(derived.record, job):
            tally.left_out[reason] += len(rows)
        else:
            tally.counts["organisations"] += 1
            tally.sample += [derived.record][: max(0, SAMPLES - len(tally.sample))]
            tally.note(job.misplaced(derived))
            proposed = Proposed(derived.record, derived.digest)
            yield Ready(proposed, derived.record.name, derived.private, on_the_map(derived.record, job.around))


def made_ahead(item: Ready, job: Job, *, first: date, at: datetime) -> Ready:
    """``item`` with all that the door needs no database to make."""
    ahead = prepare_ahead(item.proposed.record, job.around, first=first, at=at)
    return replace(item, proposed=Proposed(ahead.prepared.record, item.proposed.digest, ahead))


def _grouped(job: Job) -> Iterator[list[tuple[int, Row]]]:
    """Rows that follow one another and have the same id, or name, are one organisation."""
    group: list[tuple[int, Row]] = []
    key = ""
    taken = 0
    for number, row in reading.rows(job.opened):
        this = job.deriver.key(row)
        if group and (not this or this != key):
            yield group
            taken += 1
            group = []
            if job.limit is not None and taken >= job.limit:
                return
        group.append((number, row))
        key = this
    if group:
        yield group


def _outside(record: Record, job: Job) -> str:
    """Why the organisation is left out as not of this place; "" when it is in it, or all are wanted."""
    if job.outside_place:
        return ""
    answers = [job.where(address.postal_code) for place in record.locations for address in place.addresses]
    points = [place.point for place in record.locations if place.point]
    place = job.around.place
    if any(isinstance(answer, Located) for answer in answers) or any(place.box.contains(point) for point in points):
        return ""
    if Miss.OUTSIDE in answers or points:
        return f"outside {place.name}"
    if Miss.NORTHERN_IRELAND in answers:
        return "" if place.box.contains(BELFAST) else "in Northern Ireland"
    if record.source.kind != "register" or _whole_country(place) or _sector_is_here(record, job):
        return ""
    return f"no known postcode: perhaps not in {place.name}"


def _sector_is_here(record: Record, job: Job) -> bool:
    """Whether what is known of a postcode, that is new or has a typing error at its end, is of this place."""
    codes = [address.postal_code for place in record.locations for address in place.addresses]
    return any(isinstance(job.around.geocoding.sector_centre(code), Located) for code in codes)


def _whole_country(place: Place) -> bool:
    return place.box.contains(LANDS_END) and place.box.contains(JOHN_O_GROATS)


class Batches:
    """Cuts a stream into batches that each take about LONGEST_S to publish."""

    def __init__(self) -> None:
        self._size = 100

    def cut(self, stream: Iterator[Ready]) -> Iterator[list[Ready]]:
        """Batches of the stream; call ``took`` after each."""
        batch: list[Ready] = []
        for item in stream:
            batch.append(item)
            if len(batch) >= self._size:
                yield batch
                batch = []
        if batch:
            yield batch

    def took(self, seconds: float) -> None:
        """Learn from how long the last batch was in its transaction."""
        if seconds > LONGEST_S:
            self._size = max(LEAST, self._size // 2)
        elif seconds < LONGEST_S / 2:
            self._size = min(MOST, self._size * 3 // 2)


def start(session: Session, job: Job, *, now: datetime) -> tuple[int, bool]:
    """The number of the import, and whether it goes on with one that was cut short."""
    return begin(
        session,
        FileFacts(
            source_name=job.mapping.source_name,
            mapping=job.mapping.name,
            file_name=job.called or job.opened.path.name,
            file_digest=reading.digest(job.opened.path),
        ),
        now=now,
    )


def step(
    session: Session, run_id: int, batch: Sequence[Ready], job: Job, tally: Tally, *, now: datetime
) -> frozenset[UUID]:
    """Publish one batch and count what came of it, also in the part of the run before it was cut short.

    If its organisations are to be told: those of it that the run added, also before it was cut short.
    """
    proposals = [item.proposed for item in batch]
    result = import_batch(session, run_id, proposals, around=job.around, now=now).in_all()
    tally.counts["new"] += result.new
    tally.counts["changed"] += result.changed
    tally.counts["same"] += result.same
    tally.counts["edited since"] += len(result.edited_since)
    tally.edited += [str(uuid) for uuid in result.edited_since][: SHOWN_PROBLEMS - len(tally.edited)]
    tally.counts["without a point"] += sum(not item.has_point for item in batch)
    if not job.mapping.tell:
        return frozenset()
    return queries.added_in_run(session, run_id, [item.record.id for item in proposals])


def close(session: Session, run_id: int, job: Job, tally: Tally, *, now: datetime) -> None:
    """End the run. A part of a file says nothing of who is gone."""
    if job.limit is None:
        tally.gone = len(gone(session, run_id, job.mapping.source_name))
    finish(session, run_id, {**tally.counts, "gone": tally.gone}, now=now)
