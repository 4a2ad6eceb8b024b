"""A feed over HTTPS: whoever answers must show who they are. The certificate is made here, by the program openssl."""

from __future__ import annotations

import socket
import ssl
from ipaddress import ip_network
from pathlib import Path

import pytest

from directory.core.errors import Unavailable
from directory.exchange.service.fetching import Fetcher
from tests.exchange.feed_site import canned
from tests.interop.conftest import done

pytestmark = pytest.mark.interop
NAME = "feed.example.org"


@pytest.fixture
def certificate(tmp_path: Path) -> tuple[Path, Path]:
    """A certificate of NAME that it signed itself, and its key."""
    shown, key = tmp_path / "certificate.pem", tmp_path / "key.pem"
    done("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
         "-subj", f"/CN={NAME}", "-addext", f"subjectAltName=DNS:{NAME}", "-out", shown, "-keyout", key,
         cwd=tmp_path)  # fmt: skip
    return shown, key


def serving(certificate: tuple[Path, Path]) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)
    return context


def fetcher(trusted: Path | None) -> Fetcher:
    """One that finds every name on this machine, and trusts one certificate, or those that this machine trusts."""
    return Fetcher(
        allowed=(ip_network("127.0.0.1"),),
        agent="Test/1",
        resolve=lambda _host, port, **_more: [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))],
        tls=ssl.create_default_context(cafile=str(trusted) if trusted else None),
    )


def ok(_path: str) -> tuple[int, dict[str, str], bytes]:
    return 200, {}, b"[]"


def test_a_site_that_shows_who_it_is_answers(certificate):
    with canned(ok, serving(certificate)) as site:
        url = site.url.replace("127.0.0.1", NAME)
        answer = fetcher(certificate[0]).get(f"{url}/services")
        ((path, headers),) = site.asked
    assert (answer.status, answer.body, path) == (200, b"[]", "/services")
    assert headers["Host"] == url.removeprefix("https://")


@pytest.mark.parametrize(("name", "trusts"), [(NAME, False), ("other.example.org", True)], ids=["unknown", "another"])
def test_one_that_does_not_is_never_asked(certificate, name, trusts):
    with canned(ok, serving(certificate)) as site:
        with pytest.raises(Unavailable, match="SSLCertVerificationError"):
            fetcher(certificate[0] if trusts else None).get(f"{site.url.replace('127.0.0.1', name)}/services")
        assert site.asked == []
