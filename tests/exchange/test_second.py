"""A second process reads ahead: the same organisations and counts, and neither outlives the other."""

import io
import os
import pickle
import signal
import subprocess
import sys
from contextlib import contextmanager
from itertools import islice
from queue import Queue
from threading import Timer

import pytest
from hypothesis import HealthCheck, given, settings

from directory.core.errors import Invalid, Unavailable
from directory.exchange.rules.derive import Deriver
from directory.exchange.service import second
from directory.exchange.service.importing import Job, Tally, organisations
from directory.exchange.service.mappings import load_mapping
from directory.exchange.service.reading import recognise
from directory.exchange.service.second import Task, organisations_ahead, packed, processors, work
from directory.publishing.service.hours import today
from tests.support.records import NOON, records

HEAD = "id,name,service,hours,postcode,show the place\n"
LINES = [f"{n},Group {n},Choir,Mon 10:00-12:00,B11 1AA,{'exact' if n % 2 else 'approximate'}\n" for n in range(2_000)]
WRONG = ["1,Group 1 again,Choir,,,\n", "x,,Choir,,,\n", "y,Group y,Choir,,EC4 7JN,exact\n"]


@pytest.fixture
def task(around, tmp_path):
    """A maker of tasks: ``task(lines)``."""

    def make(*lines):
        file = tmp_path / "groups.csv"
        file.write_text(HEAD + "".join(lines), encoding="utf-8")
        mapping = load_mapping("template")
        deriver = Deriver(mapping, around.terms, now=NOON)
        job = Job(opened=recognise(file), mapping=mapping, deriver=deriver, around=around, outside_place=True)
        return Task(job, today(around, NOON), NOON)

    return make


@pytest.fixture
def begun(monkeypatch):
    """The second processes that began, for files of any size."""
    found = []

    class Watched(subprocess.Popen[bytes]):
        def __init__(self, *given, **named) -> None:
            super().__init__(*given, **named)
            found.append(self)

    monkeypatch.setattr(second, "WORTH_BYTES", 0)
    monkeypatch.setattr(subprocess, "Popen", Watched)
    yield found
    assert all(process.poll() is not None for process in found)


@contextmanager
def ahead(task, tally, many=2):
    with organisations_ahead(task, tally, processors=many) as stream:
        yield stream


def test_it_gives_the_same_organisations_and_counts(task, begun):
    given_task, alone, tally = task(*LINES[:300], *WRONG), Tally(), Tally()
    wanted = list(organisations(given_task.job, alone))
    with ahead(given_task, tally) as stream:
        found = list(stream)
    assert len(begun) == 1
    assert [(item.proposed.digest, item.name, item.has_point) for item in found] == [
        (item.proposed.digest, item.name, item.has_point) for item in wanted
    ]
    assert [item.proposed.record.id for item in found] == [item.proposed.record.id for item in wanted]
    assert all(item.proposed.ahead for item in found)
    assert tally == alone
    counts = {"rows": 303, "organisations": 301, "skipped": 2, "problems": 3, "postcodes to look at": 1}
    assert tally.counts == counts
    assert [problem.value for problem in tally.problems] == ["1", "", "EC4 7JN"]


@pytest.mark.parametrize(("many", "worth"), [(1, 0), (2, 1_000_000)], ids=["one processor", "a small file"])
def test_no_process_begins_when_it_saves_nothing(task, begun, monkeypatch, many, worth):
    monkeypatch.setattr(second, "WORTH_BYTES", worth)
    with ahead(task(*LINES[:2]), Tally(), many) as stream:
        assert [item.proposed.ahead for item in stream] == [None, None]
    assert not begun
    assert processors() >= 1


def test_what_is_wrong_with_the_file_is_raised_here(task, begun):
    broken = f'9,"{"x" * 17_000_000}\n'
    with pytest.raises(Invalid, match="quotes"), ahead(task(*LINES[:30], broken), tally := Tally()) as stream:
        list(stream)
    assert tally.counts["organisations"] == 29  # the last one may have had more rows


def test_a_second_process_that_is_killed_ends_the_import(task, begun):
    def to_the_end():
        with ahead(task(*LINES), Tally()) as stream:
            next(stream)
            os.kill(begun[0].pid, signal.SIGKILL)
            list(stream)

    with pytest.raises(Unavailable, match="run the same command again"):
        to_the_end()


def test_a_second_process_that_cannot_begin_ends_the_import(task, begun, monkeypatch):
    monkeypatch.setattr(second, "_RUN", "raise SystemExit(3)")
    with pytest.raises(Unavailable, match="exit status 3"), ahead(task(*LINES[:2]), Tally()) as stream:
        list(stream)


def test_an_import_that_stops_ends_the_second_process(task, begun):
    with ahead(task(*LINES), Tally()) as stream:
        assert len(list(islice(stream, 3))) == 3
        assert begun[0].poll() is None
    assert begun[0].returncode == -signal.SIGKILL


def test_nobody_reads_and_the_second_process_is_quiet_about_it(task):
    """As when the first one was killed."""
    process = subprocess.Popen(
        [sys.executable, "-P", "-c", second._RUN], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert process.stdout
    process.stdout.close()
    assert process.communicate(pickle.dumps(task(*LINES)))[1] == b""
    assert process.returncode == 0


def messages_of(given_task, waited):
    written = io.BytesIO()
    work(given_task, written, waited=waited)
    messages, rest = [], written.getvalue()
    while rest:
        (size,) = second._SIZE.unpack(rest[:8])
        messages.append(pickle.loads(rest[8 : 8 + size]))  # noqa: S301 - ours
        rest = rest[8 + size :]
    return messages


def test_who_waited_is_left_as_many_messages_to_make_ready(task):
    waits = iter([1, 0, 2, 0, 0, 0, 0])
    messages = messages_of(task(*LINES[:150]), waited=lambda: next(waits))
    made = [{bool(item.proposed.ahead) for item in message.organisations} for message in messages]
    assert made == [{False}, {True}, {False}, {False}, {True}, {True}, set()]


def test_a_process_that_waits_says_so(task):
    """Who takes nothing never waits; who finds nothing there does."""
    said: list[bytes] = []
    messages: Queue[bytes] = Queue()
    messages.put(b"one")
    taken = second._taken(messages, said.append)
    assert (next(taken), said) == (b"one", [])
    Timer(0.1, messages.put, [b"two"]).start()
    assert (next(taken), said) == (b"two", [second.WAITED])
    messages.put(b"")
    assert list(taken) == []


def test_its_messages_say_when_they_end(task):
    messages = messages_of(task(*LINES[:30]), waited=lambda: 0)
    assert [(len(message.organisations), message.ended) for message in messages] == [(25, False), (5, True)]


@given(record=records())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_a_record_is_the_same_when_it_arrives(record):
    assert pickle.loads(packed([record, record])) == [record, record]  # noqa: S301 - ours
