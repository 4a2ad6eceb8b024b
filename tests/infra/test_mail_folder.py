"""The folder where mail lies readable: what lies last was written last, and old mail goes."""

from __future__ import annotations

import os
from datetime import timedelta
from uuid import UUID

import pytest

from directory.infra.mail.folder import KEPT, FolderMailer
from directory.infra.mail.rules import Letter, Told
from tests.support.records import NOON


@pytest.fixture
def mailer(tmp_path):
    return FolderMailer(tmp_path / "outbox", NOON)


def letter(number: int, later: timedelta = timedelta(0)) -> Letter:
    return Letter(
        id=UUID(int=number << 96),  # its first digits are the number
        kind="still-right",
        sender="directory@example.org",
        to="steward@example.org",
        subject="Is it still right?",
        text=f"Mail {number}",
        html=f"<p>Mail {number}</p>",
        at=NOON + later,
        more={},
    )


def test_two_mails_of_one_second_lie_in_the_order_in_which_they_were_written(mailer, tmp_path):
    mailer.send(letter(9))
    mailer.send(letter(1, later=timedelta(milliseconds=300)))
    first, last = sorted((tmp_path / "outbox").glob("*.eml"))
    assert b"Mail 9" in first.read_bytes()
    assert b"Mail 1" in last.read_bytes()


def test_a_mail_that_is_written_twice_is_there_once_and_for_its_owner_alone(mailer, tmp_path):
    assert {mailer.send(letter(1)).told for _ in range(2)} == {Told.SENT}
    (file,) = (tmp_path / "outbox").iterdir()
    assert file.stat().st_mode & 0o777 == 0o600


def test_what_lay_there_for_a_month_goes_and_what_is_newer_stays(mailer, tmp_path):
    mailer.send(letter(1))
    mailer.send(letter(2))
    old, new = sorted((tmp_path / "outbox").iterdir())
    os.utime(old, (0, (NOON - KEPT - timedelta(minutes=1)).timestamp()))
    os.utime(new, (0, (NOON - KEPT + timedelta(minutes=1)).timestamp()))
    mailer.close()
    assert list((tmp_path / "outbox").iterdir()) == [new]
