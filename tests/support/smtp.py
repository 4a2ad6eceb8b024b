"""A real mail server on the loopback, in any mood: taking, refusing, slow, silent, or ending its client."""

from __future__ import annotations

import asyncio
import socket
import ssl
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any, Final, cast

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session

CERTIFICATE: Final = Path(__file__).with_name("loopback.pem")  # of 127.0.0.1, with its key: secret it is not


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
    logins: list[tuple[str, str]] = field(default_factory=list)
    encrypted: list[bool] = field(default_factory=list)  # for each mail

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

    async def handle_DATA(self, server: Any, _session: Any, envelope: Envelope) -> str:  # noqa: N802 - as above
        """The mail."""
        self.encrypted.append(server.transport.get_extra_info("ssl_object") is not None)
        told = self.answers.get("DATA", "250 OK")
        if told.startswith("250"):
            found = message_from_bytes(cast("bytes", envelope.content), policy=default)
            self.mails.append(found)
            self.senders.append(str(envelope.mail_from))
        self.on_data()
        await asyncio.sleep(self.slow_s)
        return told

    def authenticate(self, _server: SMTP, _session: Session, _envelope: Envelope, _how: str, who: Any) -> AuthResult:
        """Whoever has a name and a password is let in, and remembered."""
        self.logins.append((who.login.decode(), who.password.decode()))
        return AuthResult(success=True)


@dataclass
class MailServer:
    """A server that can be stopped and started again on the same port. ``tls``: "", "starttls" or "smtps".

    With one it shows a certificate of our own making, which nobody trusts by himself, and takes any name and password.
    """

    port: int
    box: Mailbox
    tls: str = ""
    controller: Controller | None = None

    @property
    def url(self) -> str:
        """Its address for ``DIRECTORY_SMTP_URL``."""
        scheme = "smtps" if self.tls == "smtps" else "smtp"
        return f"{scheme}://{'directory:pass%40word@' if self.tls else ''}127.0.0.1:{self.port}"

    def start(self) -> None:
        """Begin to listen."""
        more: dict[str, Any] = {}
        if self.tls:
            shown = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
            shown.load_cert_chain(CERTIFICATE)
            more = {
                "authenticator": self.box.authenticate,
                "auth_require_tls": self.tls != "smtps",
            }  # it means STARTTLS
            more |= {"ssl_context" if self.tls == "smtps" else "tls_context": shown}
        self.controller = Controller(self.box, hostname="127.0.0.1", port=self.port, **more)
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
