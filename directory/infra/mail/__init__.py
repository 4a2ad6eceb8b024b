"""Handing a mail on: to a mail server, or into a folder where it can be read."""

from __future__ import annotations

from datetime import datetime
from email.utils import parseaddr

from directory.infra.mail.folder import FolderMailer
from directory.infra.mail.rules import Letter, Mailer, Outcome, Told
from directory.infra.mail.smtp import SmtpMailer
from directory.infra.settings import Settings

__all__ = ["Letter", "Mailer", "Outcome", "SmtpMailer", "Told", "mailer_of"]


def mailer_of(settings: Settings, now: datetime) -> Mailer:
    """Who takes the mail of this installation: a mail server, or ``outbox/`` in the instance folder."""
    if settings.smtp_url:
        return SmtpMailer(settings.smtp_url, parseaddr(settings.mail_from)[1].partition("@")[2])
    return FolderMailer(settings.instance / "outbox", now)
