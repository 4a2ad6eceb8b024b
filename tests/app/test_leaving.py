"""A long answer of the real server: its first bytes come at once, and one that breaks off never looks whole."""

from __future__ import annotations

import http.client
import socket
import sys
from contextlib import closing
from urllib.parse import urlsplit

import pytest

from tests.app.conftest import start
from tests.support import postcodes
from tests.support.apps import SAMPLED
from tests.support.databases import Databases

PATHS = ("/data/hsds.zip", "/oruk/v3/services?format=ndjson&full=true", "/data/offerings.csv")
# Everything leaves while it is made, and after what has left at first there is no more.
BROKEN = """
from directory.exchange.service import leaving, spool
spool.IN_MEMORY = spool.BLOCK = 1
def fail(growing, part):
    raise ValueError("broken on purpose")
leaving.Growing._add = fail
from directory.app import cli
cli(prog_name="directory")
"""


@pytest.fixture(scope="module")
def broken(tmp_path_factory):
    folder = tmp_path_factory.mktemp("broken")
    postcodes.put_into(folder / "instance")
    made = Databases(folder, lambda: pytest.fail("this server is on SQLite"))
    url = made.copy_of(SAMPLED, "sqlite").url
    server = start(folder / "instance", folder / "log", url=url, command=[sys.executable, "-c", BROKEN])
    yield server
    server.kill()
    made.close()


def asked(server, path, version):
    """Every byte of the answer, until the server lets go of the connection."""
    address = urlsplit(server.address)
    with socket.create_connection((address.hostname, address.port), timeout=30) as talk:
        talk.sendall(f"GET {path} HTTP/{version}\r\nHost: {address.netloc}\r\nConnection: close\r\n\r\n".encode())
        found = b""
        while chunk := talk.recv(65_536):
            found += chunk
    return found.partition(b"\r\n\r\n")


@pytest.mark.parametrize("path", PATHS)
def test_an_answer_that_breaks_off_is_no_whole_one(broken, path):
    address = urlsplit(broken.address)
    with closing(http.client.HTTPConnection(address.hostname, address.port, timeout=30)) as talk:
        talk.request("GET", path)
        with closing(talk.getresponse()) as answer:
            assert (answer.status, answer.getheader("Transfer-Encoding")) == (200, "chunked")
            with pytest.raises((http.client.IncompleteRead, ConnectionResetError)):
                answer.read()
    head, _, body = asked(broken, path, "1.1")
    assert b"200 OK" in head
    assert not body.endswith(b"0\r\n\r\n")
    assert broken.status("/about") == 200


@pytest.mark.parametrize("path", PATHS)
def test_who_knows_no_chunks_is_given_all_of_it_with_its_length(broken, path):
    head, _, body = asked(broken, path, "1.0")
    (length,) = (line for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:"))
    assert int(length.partition(b":")[2]) == len(body) > 500
