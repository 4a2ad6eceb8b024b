"""Mail goes encrypted, and only to a server whose certificate is trusted: by STARTTLS, and from the first byte."""

from __future__ import annotations

import pytest

from directory.accounts import jobs
from directory.infra import clock
from directory.infra.db import db, reading, transaction
from directory.infra.outbox import Outgoing, put, service
from tests.support.smtp import CERTIFICATE

TO = "zara@example.org"


@pytest.fixture(params=["starttls", "smtps"])
def server(request, mail_server):
    mail_server.tls = request.param
    mail_server.start()
    return mail_server


@pytest.fixture
def sent(make_app, server):
    """What the job says of one mail, and the last reply."""

    def once():
        app = make_app(smtp_url=server.url, mail_from="directory@example.org")
        with app.app_context():
            with transaction(db.engine) as session:
                values = {"at": "2026-05-04T12:00:00+00:00", "browser": "Firefox on Linux"}
                put(session, Outgoing("new-sign-in", TO, "", values), now=clock.now())
            said = jobs.send_mail(clock.now())
            with reading() as session:
                return said, service.health(session).reply

    return once


def test_a_trusted_server_gets_it_encrypted_with_name_and_password(server, sent, monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATE))
    assert sent() == ("1 sent", "")
    assert server.box.encrypted == [True]
    assert server.box.logins == [("directory", "pass@word")]


def test_a_server_that_nobody_vouches_for_gets_no_mail_and_no_password(server, sent):
    said, reply = sent()
    assert said == "1 away"
    assert "SSLCertVerificationError" in reply
    assert (server.box.mails, server.box.logins) == ([], [])
