"""An import is counted, resumed and undone whole."""

import hashlib
from dataclasses import replace
from uuid import UUID

import pytest
import sqlalchemy as sa

from directory.core.errors import Conflict, NotFound
from directory.listings import queries as listings
from directory.listings.rules.record import Record, Source, SourceKind, Visibility
from directory.publishing import queries
from directory.publishing.models import SourceRow
from directory.publishing.rules import Actor, ActorKind
from directory.publishing.service import publish, withdraw
from directory.publishing.service.checksums import checksums
from directory.publishing.service.dropping import (
    begin_drop,
    drop_batch,
    dropped,
    finish_drop,
    gone_listings,
    gone_now,
)
from directory.publishing.service.imports import (
    BatchResult,
    FileFacts,
    Proposed,
    begin,
    finish,
    gone,
    import_batch,
    note_removed,
)
from directory.publishing.service.undo import finish_undo, undo_batch
from tests.support.people import there
from tests.support.records import NOON, given_location, given_record

FILE = FileFacts(source_name="register", mapping="test", file_name="groups.csv", file_digest="0" * 64)


def row(name: str, **changes) -> Proposed:
    location = given_location(f"{name} hall", visibility=Visibility.APPROXIMATE)
    source = Source(kind=SourceKind.REGISTER, name="register", id=name)
    record: Record = replace(given_record(name, location), source=source, **changes)
    return Proposed(record, digest=hashlib.sha256(f"{name}{changes}".encode()).hexdigest())


def imported(session, around, *rows: Proposed, digest: str = "0" * 64) -> tuple[int, list[int]]:
    run_id, _ = begin(session, replace(FILE, file_digest=digest), now=NOON)
    result = import_batch(session, run_id, rows, around=around, now=NOON)
    finish(session, run_id, {}, now=NOON)
    return run_id, counts_of(result)


def counts_of(result: BatchResult) -> list[int]:
    return [result.new, result.changed, result.same, len(result.edited_since)]


def undone(session, around, run_id: int) -> list[int]:
    removed = restored = left = 0
    after: UUID | None = None
    while True:
        done, after = undo_batch(session, run_id, after=after, limit=2, around=around, now=NOON)
        removed, restored, left = removed + done.removed, restored + done.restored, left + len(done.left)
        if after is None:
            break
    finish_undo(session, run_id, now=NOON)
    return [removed, restored, left]


def test_importing_again_changes_nothing(session, around):
    assert imported(session, around, row("A"), row("B"))[1] == [2, 0, 0, 0]
    assert imported(session, around, row("A"), row("B"))[1] == [0, 0, 2, 0]


def test_what_the_source_says_anew_is_published_and_what_we_edited_is_left(session, around):
    imported(session, around, row("A"), row("B"))
    edited = replace(row("B").record, description="Edited here")
    publish(session, [edited], actor=Actor(ActorKind.PERSON, "1"), around=around, now=NOON)
    _, counts = imported(session, around, row("A", description="New"), row("B", description="New"))
    assert counts == [0, 1, 0, 1]
    assert listings.records(session, [2])[2].description == "Edited here"


def test_what_a_person_took_out_does_not_come_back_with_the_next_file(session, around):
    imported(session, around, row("A"), row("B"))
    rest = {"around": around, "now": NOON}
    withdraw(session, [row("A").record.id], actor=Actor(ActorKind.PERSON, "1"), why="closed", **rest)
    withdraw(session, [row("B").record.id], actor=Actor(ActorKind.IMPORT, "1"), **rest)
    assert imported(session, around, row("A"), row("B"))[1] == [1, 0, 0, 1]
    assert queries.current(session, row("A").record.id) is None


def test_who_is_gone_from_the_source_is_known(session, around):
    imported(session, around, row("A"), row("B"))
    run_id, _ = imported(session, around, row("A"), digest="1" * 64)
    assert gone(session, run_id, "register") == [row("B").record.id]


def dropped_all(session, around, run_id: int) -> tuple[int, list[int]]:
    """The run that took out what another found gone, and how many it took out and left."""
    into, left = begin_drop(session, run_id, now=NOON), 0
    after: str | None = ""
    while after is not None:
        done, after = drop_batch(session, run_id, into, after=after, limit=2, around=around, now=NOON)
        left += len(done.left)
    return into, list(finish_drop(session, into, left=left, now=NOON).values())


def newer(session, around, *rows: Proposed) -> int:
    """A newer file of the register, imported whole."""
    run_id, _ = imported(session, around, *rows, digest="1" * 64)
    finish(session, run_id, {"gone": len(gone(session, run_id, "register"))}, now=NOON)
    return run_id


def test_what_the_source_has_no_more_is_taken_out_but_for_what_we_edited(session, around):
    imported(session, around, *(row(name) for name in "ABCDE"))
    edited = replace(row("B").record, description="Edited here")
    publish(session, [edited], actor=Actor(ActorKind.PERSON, "1"), around=around, now=NOON)
    run_id = newer(session, around, row("A"))
    assert dropped(session, run_id) == 4
    assert dropped_all(session, around, run_id)[1] == [3, 1]
    assert queries.published_count(session) == 2
    assert dropped_all(session, around, run_id)[1] == [0, 1]
    assert imported(session, around, row("A"), row("C"), digest="2" * 64)[1] == [1, 0, 1, 0], "C is new again"


def test_what_was_dropped_is_put_back_by_itself(session, around):
    imported(session, around, *(row(name) for name in "ABC"))
    run_id = newer(session, around, row("A", description="New"))
    into, counts = dropped_all(session, around, run_id)
    assert counts == [2, 0]
    assert undone(session, around, into) == [0, 2, 0]
    assert queries.published_count(session) == 3
    assert there(queries.current(session, row("A").record.id)).record.description == "New"
    assert dropped(session, run_id) == 2, "the newest file has them as little as before"
    assert undone(session, around, run_id) == [0, 1, 0]
    again = imported(session, around, *(row(name) for name in "ABC"), digest="2" * 64)
    assert again[1] == [0, 2, 1, 0], "the addresses of what was dropped are told anew"


def test_what_was_dropped_comes_back_where_it_was_seen_and_the_next_file_brings_its_address_again(session, around):
    imported(session, around, row("A"), row("B"))
    before = there(queries.current(session, row("B").record.id)).record
    assert before.locations[0].point
    run_id = newer(session, around, row("A"))
    into, _ = dropped_all(session, around, run_id)
    assert undone(session, around, into) == [0, 1, 0]
    assert there(queries.current(session, before.id)).record == before
    place = before.locations[0].id
    assert listings.confidential(session, [before.id])[before.id][place].addresses == before.locations[0].addresses
    imported(session, around, row("A"), row("B"), digest="2" * 64)
    assert there(queries.current(session, before.id)).record == before
    kept = listings.confidential(session, [before.id])[before.id][place]
    assert kept.addresses == row("B").record.locations[0].addresses


def test_a_drop_that_was_cut_short_goes_on_under_its_number_and_counts_all(session, around):
    imported(session, around, *(row(name) for name in "ABCDE"))
    run_id = newer(session, around, row("A"))
    first = begin_drop(session, run_id, now=NOON)
    drop_batch(session, run_id, first, after="", limit=2, around=around, now=NOON)
    assert dropped_all(session, around, run_id) == (first, [4, 0])
    assert undone(session, around, first) == [0, 4, 0]


def test_what_is_gone_is_known_by_its_names_and_how_much_of_the_source_it_is(session, around):
    imported(session, around, *(row(name) for name in "ABCD"))
    edited = replace(row("C").record, description="Edited here")
    publish(session, [edited], actor=Actor(ActorKind.PERSON, "1"), around=around, now=NOON)
    withdraw(session, [row("D").record.id], actor=Actor(ActorKind.PERSON, "1"), around=around, now=NOON)
    run_id = newer(session, around, row("A"))
    found = gone_listings(session, run_id, limit=10)
    assert [(one.name, one.stays) for one in found.listings] == [("B", False), ("C", True)]
    assert (found.going, found.stay, found.of) == (1, 1, 3)
    assert gone_now(session, queries.import_runs(session)) == {run_id: 2}
    assert len(gone_listings(session, run_id, limit=1).listings) == 1


def test_of_two_newer_files_of_the_same_size_the_older_tells_nobody_gone(session, around):
    imported(session, around, *(row(name) for name in "ABC"))
    older = newer(session, around, row("A"))
    newest, _ = imported(session, around, row("B"), digest="2" * 64)
    finish(session, newest, {"gone": len(gone(session, newest, "register"))}, now=NOON)
    assert len(gone(session, older, "register")) == 2, "as many as it counted, and one of them is in the newest"
    with pytest.raises(Conflict):
        dropped_all(session, around, older)
    assert gone_now(session, queries.import_runs(session)) == {newest: 2}


def test_an_import_of_a_part_or_an_older_one_tells_nobody_gone(session, around):
    first, _ = imported(session, around, *(row(name) for name in "ABC"))
    part, _ = imported(session, around, row("A"), digest="3" * 64)
    for run_id in (first, part):
        with pytest.raises(Conflict):
            dropped_all(session, around, run_id)
    assert queries.published_count(session) == 3


def test_an_import_that_was_cut_short_goes_on_under_its_number(session, around):
    run_id, resumed = begin(session, FILE, now=NOON)
    assert not resumed
    import_batch(session, run_id, [row("A")], around=around, now=NOON)
    assert begin(session, FILE, now=NOON) == (run_id, True)
    result = import_batch(session, run_id, [row("A"), row("B")], around=around, now=NOON)
    assert (result.new, result.same) == (1, 1)
    finish(session, run_id, {}, now=NOON)
    assert undone(session, around, run_id) == [2, 0, 0]


def test_undo_leaves_everything_as_it_was_before(session, around):
    imported(session, around, row("A"), row("B"))
    publish(session, [given_record("Ours", given_location())], actor=Actor(ActorKind.PERSON), around=around, now=NOON)
    before = checksums(session, around)
    changed = (row("A", description="New"), row("B"), row("C"), row("D"), row("E"))
    run_id, counts = imported(session, around, *changed, digest="1" * 64)
    assert counts == [3, 1, 1, 0]
    assert checksums(session, around) != before
    assert undone(session, around, run_id) == [3, 1, 0]
    assert checksums(session, around) == before
    assert [run.state for run in queries.import_runs(session)] == ["undone", "done"]


def test_undo_gives_back_the_confidential_place_of_before(session, around):
    imported(session, around, row("A"))
    moved = replace(row("A").record.locations[0], addresses=given_location("Elsewhere").addresses)
    run_id, _ = imported(session, around, row("A", locations=(moved,)), digest="1" * 64)
    undone(session, around, run_id)
    record = row("A").record
    kept = listings.confidential(session, [record.id])[record.id]
    assert kept[record.locations[0].id].addresses == record.locations[0].addresses


def test_undo_leaves_and_lists_what_was_edited_since(session, around):
    run_id, _ = imported(session, around, row("A"), row("B"))
    edited = replace(row("B").record, description="Edited here")
    publish(session, [edited], actor=Actor(ActorKind.PERSON, "1"), around=around, now=NOON)
    assert undone(session, around, run_id) == [1, 0, 1]
    assert listings.records(session, [2])[2].description == "Edited here"


def test_after_an_undo_the_same_file_is_new_again(session, around):
    run_id, _ = imported(session, around, row("A"))
    undone(session, around, run_id)
    assert imported(session, around, row("A"))[1] == [1, 0, 0, 0]


def exact(name: str, **changes) -> Proposed:
    """A row as a feed gives it: it has nothing that is kept secret."""
    return row(name, locations=(given_location(f"{name} hall"),), **changes)


def let_go(session, around, *rows: Proposed, digest: str = "1" * 64) -> int:
    """A run that takes ``rows`` out, as a harvest does with what a feed has no more; its number."""
    run_id, _ = begin(session, replace(FILE, file_digest=digest), now=NOON)
    gone_now = [row.record.id for row in rows]
    note_removed(session, run_id, "register", gone_now)
    withdraw(session, gone_now, actor=Actor(ActorKind.FEED, "register"), around=around, now=NOON)
    session.execute(sa.delete(SourceRow).where(SourceRow.organization_uuid.in_(gone_now)))
    finish(session, run_id, {}, now=NOON)
    return run_id


def test_undo_brings_back_what_the_source_dropped_as_it_was(session, around):
    imported(session, around, exact("A"), exact("B"), exact("C"))
    before = checksums(session, around)
    run_id = let_go(session, around, exact("A"), exact("C"))
    assert queries.current(session, exact("A").record.id) is None
    assert undone(session, around, run_id) == [0, 2, 0]
    assert checksums(session, around) == before
    assert imported(session, around, exact("A"), exact("B"), exact("C"), digest="2" * 64)[1] == [0, 0, 3, 0]


def test_undo_leaves_away_what_somebody_did_something_with_since_it_was_dropped(session, around):
    imported(session, around, exact("A"), exact("B"), exact("C"))
    run_id = let_go(session, around, exact("A"), exact("B"), exact("C"))
    person = Actor(ActorKind.PERSON, "1")
    publish(session, [exact("A").record], actor=person, around=around, now=NOON)
    publish(session, [exact("B").record], actor=person, around=around, now=NOON)
    withdraw(session, [exact("B").record.id], actor=person, around=around, now=NOON)
    assert undone(session, around, run_id) == [0, 1, 1]
    assert queries.current(session, exact("A").record.id)
    assert queries.current(session, exact("B").record.id) is None
    assert queries.current(session, exact("C").record.id)


def test_what_a_run_changed_and_then_took_out_comes_back_as_before_the_run(session, around):
    imported(session, around, exact("A"))
    before = checksums(session, around)
    run_id, _ = begin(session, replace(FILE, file_digest="1" * 64), now=NOON)
    import_batch(session, run_id, [exact("A", description="New"), exact("B")], around=around, now=NOON)
    assert let_go(session, around, exact("A"), exact("B")) == run_id
    assert undone(session, around, run_id) == [0, 1, 0]
    assert checksums(session, around) == before


def test_an_import_is_undone_once(session, around):
    run_id, _ = imported(session, around, row("A"))
    undone(session, around, run_id)
    with pytest.raises(Conflict, match="undone already"):
        undone(session, around, run_id)


def test_an_import_that_never_was(session, around):
    with pytest.raises(NotFound, match="no import number 9"):
        undone(session, around, 9)


def test_what_a_run_did_before_it_was_cut_short_counts_as_its_own(session, around):
    imported(session, around, row("B"), row("C"))
    run_id, _ = begin(session, replace(FILE, file_digest="1" * 64), now=NOON)
    rows = (row("A"), row("B", description="New"), row("C"), row("D"))
    import_batch(session, run_id, rows[:2], around=around, now=NOON)
    withdraw(session, [row("A").record.id], actor=Actor(ActorKind.PERSON, "1"), around=around, now=NOON)
    result = import_batch(session, run_id, rows, around=around, now=NOON)
    assert counts_of(result) == [1, 0, 2, 1]
    assert counts_of(result.in_all()) == [2, 1, 1, 0]


def test_a_run_that_goes_on_and_says_something_else_is_undone_whole(session, around):
    """As when it begins again with another visibility: of what it did before, the first version counts."""
    imported(session, around, row("B"))
    before = checksums(session, around)
    run_id, _ = begin(session, replace(FILE, file_digest="1" * 64), now=NOON)
    import_batch(session, run_id, [row("A"), row("B", description="New")], around=around, now=NOON)
    said = (row("A", description="Other"), row("B", description="Other"))
    result = import_batch(session, run_id, said, around=around, now=NOON)
    assert counts_of(result) == [0, 2, 0, 0]
    assert counts_of(result.in_all()) == [1, 1, 0, 0]
    assert undone(session, around, run_id) == [1, 1, 0]
    assert checksums(session, around) == before


def test_a_run_goes_on_although_a_newer_file_came_between(session, around):
    run_id, _ = begin(session, FILE, now=NOON)
    import_batch(session, run_id, [row("A")], around=around, now=NOON)
    imported(session, around, row("A", description="Newer"), digest="1" * 64)
    result = import_batch(session, run_id, [row("A"), row("B")], around=around, now=NOON)
    assert counts_of(result) == [1, 1, 0, 0]
    assert counts_of(result.in_all()) == [2, 0, 0, 0]
