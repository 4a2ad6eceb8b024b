"""A mail server, by SMTP. What it does decides what is known of a mail, so each step is taken by itself.

``smtplib.SMTP.sendmail`` would do them all, and then nobody knows whether a mail that broke off has arrived.
"""

from __future__ import annotations

import smtplib
import ssl
from contextlib import suppress
from email.policy import SMTP as POLICY
from ipaddress import ip_address
from typing import Any, Final
from urllib.parse import unquote, urlsplit

from directory.infra.mail.rules import Letter, Outcome, Told
from directory.infra.scrub import scrub_foreign

TIMEOUT_S: Final = 10.0  # for each answer: a slow server keeps only mail waiting
PORTS: Final = {"smtp": 587, "smtps": 465}
_BROKEN: Final = (OSError, smtplib.SMTPException, ValueError, EOFError)


class SmtpMailer:
    """One connection to the server of ``url`` (``smtp://user:password@host:587``), opened for the first mail.

    With ``smtp`` the connection is encrypted by STARTTLS. A server that does not offer it is used only on this
    machine: elsewhere a link or a password would be readable on the way. ``hello`` is what this machine calls itself.
    """

    def __init__(self, url: str, hello: str, *, timeout_s: float = TIMEOUT_S) -> None:
        parts = urlsplit(url)
        self._secure = parts.scheme == "smtps"
        self._host, self._port = parts.hostname or "", parts.port or PORTS[parts.scheme]
        self._user, self._password = unquote(parts.username or ""), unquote(parts.password or "")
        # Given, because smtplib would ask the name service, without a limit of time.
        self._how: dict[str, Any] = {"timeout": timeout_s, "local_hostname": hello}
        self._server: smtplib.SMTP | None = None

    def send(self, letter: Letter) -> Outcome:
        """Hand one mail to the server."""
        try:
            server = self._server = self._server or self._connected()
            code, said = server.mail(letter.from_address)
        except _BROKEN as error:
            return self._lost(error)
        if code != 250:  # nobody's mail would be taken from this sender
            return self._ended(Told.AWAY, code, said)
        try:
            code, said = server.rcpt(letter.to)
            if code in {250, 251}:
                code, said = server.docmd("data")
        except _BROKEN as error:
            return self._lost(error)
        if code != 354:
            return self._ended(Told.REFUSED if code >= 500 else Told.LATER, code, said)
        return self._body(server, letter)

    def fault(self) -> str:
        """What is wrong with the server, "" when it answers and takes our name and password. Nothing is sent."""
        try:
            self._server = self._server or self._connected()
            code, said = self._server.noop()
        except _BROKEN as error:
            return self._lost(error).reply
        return "" if code == 250 else f"{code} {scrub_foreign(said.decode('utf-8', 'replace'))}"

    def close(self) -> None:
        """Take leave of the server."""
        if self._server is not None:
            with suppress(*_BROKEN):
                self._server.quit()
            self._server.close()
            self._server = None

    def _body(self, server: smtplib.SMTP, letter: Letter) -> Outcome:
        """The mail itself. Once its last byte may have gone, only an answer tells whether it arrived."""
        lines = letter.message().as_bytes(policy=POLICY).replace(b"\r\n.", b"\r\n..")
        ending = b".\r\n" if lines.endswith(b"\r\n") else b"\r\n.\r\n"
        try:
            server.send(lines)
        except _BROKEN as error:  # without its last line no server keeps it
            return self._lost(error, Told.LATER)  # it may be this mail that the server cannot bear
        try:
            server.send(ending)
            code, said = server.getreply()
        except _BROKEN as error:
            return self._lost(error, Told.UNSURE)
        if code == 250:
            return Outcome(Told.SENT)
        return self._ended(Told.REFUSED if code >= 500 else Told.LATER, code, said)

    def _connected(self) -> smtplib.SMTP:
        safe = ssl.create_default_context()
        if self._secure:
            server: smtplib.SMTP = smtplib.SMTP_SSL(self._host, self._port, context=safe, **self._how)
        else:
            server = smtplib.SMTP(self._host, self._port, **self._how)
        try:
            server.ehlo_or_helo_if_needed()
            if not self._secure and server.has_extn("starttls"):
                server.starttls(context=safe)
                server.ehlo()
            elif not self._secure:
                _require_here(self._host)
            if self._user:
                server.login(self._user, self._password)
        except BaseException:
            server.close()
            raise
        return server

    def _ended(self, told: Told, code: int, said: bytes) -> Outcome:
        """A refusal; the connection goes on with the next mail, unless the server has ended it."""
        if told is Told.AWAY or code == 421:
            self._drop()
            return Outcome(Told.AWAY, f"{code} {scrub_foreign(said.decode('utf-8', 'replace'))}")
        with suppress(*_BROKEN):
            if self._server is not None:
                self._server.rset()
        return Outcome(told, f"{code} {scrub_foreign(said.decode('utf-8', 'replace'))}")

    def _lost(self, error: Exception, told: Told = Told.AWAY) -> Outcome:
        self._drop()
        return Outcome(told, f"{type(error).__name__}: {scrub_foreign(str(error))}")

    def _drop(self) -> None:
        if self._server is not None:
            self._server.close()
            self._server = None


def _require_here(host: str) -> None:
    """Raise SMTPNotSupportedError unless a host is this machine."""
    try:
        here = ip_address(host).is_loopback
    except ValueError:
        here = host == "localhost"
    if not here:
        raise smtplib.SMTPNotSupportedError("the server does not offer STARTTLS")
