"""A real mail server on the loopback, in any mood: taking, refusing, slow, silent, or ending its client."""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any, cast

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session


@dataclass
class Mailbox:
    """What arrived, and how the server behaves: answers by step, each as a line ("550 no such mailbox").

    ``slow_s``: how long it thinks before it answers the whole mail; ``on_data``: what it does once it has one.
    """

    mails: list[EmailMessage] = field(default_factory=list)
    senders: list[str] = field(default_factory=list)
    answers: dict[str, str] = field(default_factory=dict)
    slow_s: float = 0
    on_data: Callable[[], None] = lambda: None

    async def handle_MAIL(self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _o: Any) -> str:  # noqa: N802 - aiosmtpd's
        """Whom it is from."""
        envelope.mail_from = address
        return self.answers.get("MAIL", "250 OK")

    async def handle_RCPT(self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _o: Any) -> str:  # noqa: N802 - as above
        """Whom it is for: ``RCPT`` answers everybody, ``RCPT address`` one."""
        told = self.answers.get(f"RCPT {address}", self.answers.get("RCPT", "250 OK"))
        if told.startswith("250"):
            envelope.rcpt_tos.append(address)
        return told

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 - as above
        """The mail."""
        told = self.answers.get("DATA", "250 OK")
        if told.startswith("250"):
            found = message_from_bytes(cast("bytes", envelope.content), policy=default)
            self.mails.append(found)
            self.senders.append(str(envelope.mail_from))
        self.on_data()
        await asyncio.sleep(self.slow_s)
        return told


@dataclass
class MailServer:
    """A server that can be stopped and started again on the same port."""

    port: int
    box: Mailbox
    controller: Controller | None = None

    @property
    def url(self) -> str:
        """Its address for ``DIRECTORY_SMTP_URL``."""
        return f"smtp://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Begin to listen."""
        self.controller = Controller(self.box, hostname="127.0.0.1", port=self.port)
        self.controller.start()

    def stop(self) -> None:
        """Listen no more."""
        if self.controller is not None:
            # aiosmtpd forgets the socket of a client that it is still thinking about, or that was killed just now.
            time.sleep(self.box.slow_s + 0.2)
            self.controller.stop()
            self.controller = None


@pytest.fixture
def mail_server() -> Iterator[MailServer]:
    """A mail server that is not started yet."""
    with closing(socket.create_server(("127.0.0.1", 0))) as free:
        port = free.getsockname()[1]
    made = MailServer(port, Mailbox())
    yield made
    made.stop()
