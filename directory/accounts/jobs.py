"""Sending the mail that waits, and forgetting what was kept for long enough."""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from flask import current_app

from directory.accounts.rules import PURPOSES, Purpose
from directory.accounts.service import audit, letters, limits, links, people, sessions
from directory.infra.db import reading, transaction
from directory.infra.jobs import Job
from directory.infra.mail import Letter, Mailer, Outcome, Told, mailer_of
from directory.infra.outbox import service as outbox
from directory.web import mail
from directory.web.addresses import site_address

AT_ONCE: Final = 200  # mails in one run
SENDER: Final = "directory@localhost"  # of mails that lie in a folder
FORGOTTEN_MAILS: Final = timedelta(days=30)
log = logging.getLogger(__name__)
_STEPS: Final = {
    Told.REFUSED: outbox.refused,
    Told.LATER: outbox.put_off,
    Told.AWAY: outbox.unreachable,
    Told.UNSURE: outbox.unanswered,
}


def send_mail(now: datetime) -> str:
    """Send what waits, until there is no more, or no server."""
    began, counted = time.monotonic(), dict.fromkeys((told.value for told in Told), 0)
    mailer = mailer_of(current_app.extensions["directory"].settings, now)
    with reading() as session:
        waiting = outbox.due(session, now, limit=AT_ONCE)
    try:
        for mail_id in waiting:
            moment = now + timedelta(seconds=time.monotonic() - began)
            outcome = _send_one(mailer, mail_id, moment)
            if outcome is None:
                continue
            counted[outcome.told.value] += 1
            if outcome.told is Told.AWAY:
                log.warning("mail cannot be sent", extra={"reason": outcome.reply})
                break
    finally:
        mailer.close()
    return ", ".join(f"{number} {told}" for told, number in counted.items() if number) or "nothing waited"


def _send_one(mailer: Mailer, mail_id: UUID, now: datetime) -> Outcome | None:
    """Send one mail, and write down what became of it; None when it is not to be sent."""
    try:
        letter = _written(mail_id, now)
        if letter is None:
            return None
    except Exception as error:  # a fault of one mail keeps no other waiting; it is tried again, and told
        log.exception("a mail could not be written")
        with transaction() as session:
            outbox.broken(session, mail_id, type(error).__name__, now)
        return None
    outcome = mailer.send(letter)
    with transaction() as session:
        if outcome.told is Told.SENT:
            outbox.sent(session, mail_id, now)
        else:
            _STEPS[outcome.told](session, mail_id, outcome.reply, now)
        if outcome.told is Told.REFUSED:
            people.note_bounce(session, letter.to, now)
    return outcome


def _written(mail_id: UUID, now: datetime) -> Letter | None:
    """Claim a mail, make its links, and write it: all of it, or nothing is claimed."""
    running = current_app.extensions["directory"]
    secret = str(current_app.config["SECRET_KEY"])
    with transaction() as session:
        claimed = outbox.claim(session, mail_id, now)
        if claimed is None:
            return None
        ready = letters.ready(session, claimed, secret=secret, now=now)
        if ready is None:
            return None
        values: dict[str, Any] = {**claimed.values}
        if ready.token:
            path = PURPOSES[Purpose(claimed.purpose)].path.format(token=ready.token)
            values["link"] = site_address(path, in_language=ready.language)
        stop = PURPOSES[Purpose.STOP_MAILS].path.format(token=ready.stop_token) if ready.stop_token else ""
        values["stop_link"] = stop and site_address(stop, in_language=ready.language)
        values["minutes"] = ready.minutes
        words = mail.write(claimed.kind, ready.language, running.place, values)
    return Letter(
        id=claimed.id,
        kind=claimed.kind,
        sender=running.settings.mail_from or SENDER,
        to=claimed.to,
        subject=words.subject,
        text=words.text,
        html=words.html,
        at=now,
        more=_stoppable(values["stop_link"]),
    )


def _stoppable(stop_link: str) -> Mapping[str, str]:
    """The headers by which a mail program stops such mails at one click (RFC 8058)."""
    if not stop_link:
        return {}
    return {"List-Unsubscribe": f"<{stop_link}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}


def forget(now: datetime) -> str:
    """Delete what was promised to be forgotten by now."""
    with transaction() as session:
        done = {
            "links": links.forget_old(session, now),
            "counts": limits.forget_old(session, now),
            "sign-ins": sessions.forget_old(session, now),
            "deeds": audit.forget_old(session, now),
            "mails": outbox.forget_finished(session, now - FORGOTTEN_MAILS),
        }
    return ", ".join(f"{number} {what}" for what, number in done.items() if number) or "nothing was old"


def mail_waits(now: datetime) -> bool:
    """Whether a mail is to be sent now."""
    with reading() as session:
        return bool(outbox.due(session, now, limit=1))


JOBS = (
    # Shorter than the runner's beat, whatever the jitter: each beat sends what waits, if nobody saw it before.
    Job("mail", timedelta(seconds=8), send_mail, lane="mail", waits=mail_waits),
    Job("forget-people", timedelta(hours=1), forget),
)
