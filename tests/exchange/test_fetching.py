"""One request to another site: to no address that is not everybody's, and within limits."""

from __future__ import annotations

import contextlib
import socket
import threading
from ipaddress import ip_network

import pytest

from directory.core.errors import Invalid, Unavailable
from directory.exchange.service.fetching import Fetcher, TooLarge
from tests.exchange.feed_site import canned

LOOPBACK = (ip_network("127.0.0.1"),)


def fetcher(**more):
    return Fetcher(**{"allowed": LOOPBACK, "agent": "Test/1", **more})


def resolving(*addresses):
    """A look-up whose answers are these, in turn; the last one stays."""
    left = list(addresses)

    def resolve(_host, port, **_more):
        found = left.pop(0) if len(left) > 1 else left[0]
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (each, port)) for each in found]

    return resolve


def ok(_path):
    return 200, {"ETag": '"1"'}, b"[]"


def test_an_answer_and_what_was_asked():
    with canned(ok) as site:
        answer = fetcher().get(f"{site.url}/a?b=c", etag='"0"')
        assert (answer.status, answer.body, answer.etag) == (200, b"[]", '"1"')
        ((path, headers),) = site.asked
    assert path == "/a?b=c"
    assert headers["User-Agent"] == "Test/1"
    assert headers["Host"] == site.url.removeprefix("http://")
    assert headers["If-None-Match"] == '"0"'
    assert headers["Accept-Encoding"] == "identity"


def test_an_address_of_this_machine_is_refused_unless_it_is_named():
    with canned(ok) as site:
        with pytest.raises(Invalid, match="DIRECTORY_FEEDS_ALLOW"):
            fetcher(allowed=()).get(site.url)
        assert site.asked == []


def test_a_name_of_which_one_address_is_private_is_refused():
    with canned(ok) as site:
        port = site.url.rpartition(":")[2]
        with pytest.raises(Invalid):
            fetcher(resolve=resolving(["127.0.0.1", "10.0.0.1"])).get(f"http://feeds.example.org:{port}/")
        assert site.asked == []


def test_the_address_that_was_looked_up_is_the_one_that_is_asked():
    with canned(ok) as site:
        port = site.url.rpartition(":")[2]
        # Whoever looked the name up again to connect would come to another machine, and the test would fail for it.
        get = fetcher(resolve=resolving(["127.0.0.1"], ["203.0.113.9"])).get
        assert get(f"http://feeds.example.org:{port}/").status == 200
        assert site.asked[0][1]["Host"] == f"feeds.example.org:{port}"


def test_a_redirect_is_looked_up_and_judged_again():
    with canned(lambda _path: (302, {"Location": "http://inner.example.org/latest/meta-data"}, b"")) as site:
        port = site.url.rpartition(":")[2]
        with pytest.raises(Invalid, match="public address"):
            fetcher(resolve=resolving(["127.0.0.1"], ["169.254.169.254"])).get(f"http://feeds.example.org:{port}/")
        assert len(site.asked) == 1


def test_redirects_are_followed_and_end():
    def answer(path):
        step = int(path.strip("/"))
        return (302, {"Location": f"/{step - 1}"}, b"") if step else (200, {}, b"there")

    with canned(answer) as site:
        assert fetcher().get(f"{site.url}/3").body == b"there"
        with pytest.raises(Invalid, match="3 redirects"):
            fetcher().get(f"{site.url}/4")


def test_a_large_answer_is_not_read_to_its_end():
    with (
        canned(lambda _path: (200, {}, b"x" * 300_000)) as site,
        pytest.raises(TooLarge, match="at most 100,000 bytes"),
    ):
        fetcher(most_bytes=100_000).get(site.url)


def test_a_compressed_answer_that_nobody_asked_for_is_refused():
    with canned(lambda _path: (200, {"Content-Encoding": "gzip"}, b"x")) as site, pytest.raises(Invalid):
        fetcher().get(site.url)


def test_what_stands_in_an_error_is_not_read():
    with canned(lambda _path: (429, {"Retry-After": "7"}, b"x" * 100)) as site:
        answer = fetcher().get(site.url)
    assert (answer.status, answer.retry_after, answer.body) == (429, "7", b"")


@pytest.fixture
def dripping():
    """A server that sends a byte now and then, for ever; its address."""
    server, stop = socket.create_server(("127.0.0.1", 0)), threading.Event()

    def drip():
        connected, _ = server.accept()
        with connected, contextlib.suppress(OSError):
            connected.recv(4_096)
            connected.sendall(b"HTTP/1.1 200 OK\r\nX-Slow: ")
            while not stop.wait(0.05):
                connected.sendall(b"x")

    thread = threading.Thread(target=drip, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.getsockname()[1]}/"
    stop.set()
    thread.join()
    server.close()


def test_a_server_that_sends_a_byte_now_and_then_does_not_keep_us(dripping):
    with pytest.raises(Unavailable, match="TimeoutError"):
        fetcher(longest_s=0.5).get(dripping)


def test_a_server_that_is_not_there_is_unavailable():
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with pytest.raises(Unavailable):
        fetcher().get(f"http://127.0.0.1:{port}/")
