"""The tests' own fence: nothing gets out of the machine, everything on it works."""

import socket
import threading

import pytest

from tests.support.network import Outside, is_loopback


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.2", "::1", "localhost", b"localhost", "", None])
def test_this_machine_is_inside(host):
    assert is_loopback(host)


@pytest.mark.parametrize("host", ["192.0.2.1", "example.org", b"example.org", "2001:db8::1", "localhost.example"])
def test_every_other_machine_is_outside(host):
    assert not is_loopback(host)


@pytest.mark.parametrize(
    "reach",
    [
        lambda: socket.getaddrinfo("example.org", 443),
        lambda: socket.gethostbyname("example.org"),
        lambda: socket.create_connection(("192.0.2.1", 80), timeout=1),
        lambda: datagram(("192.0.2.1", 53)),
    ],
)
def test_a_test_cannot_reach_another_machine(reach):
    with pytest.raises(Outside):
        reach()


def datagram(address):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        sender.sendto(b"?", address)


def test_a_bare_socket_in_a_thread_cannot_either():
    refused = []

    def connect():
        with socket.socket() as caller:
            try:
                caller.connect(("192.0.2.1", 80))
            except Outside as outside:
                refused.append(outside)

    thread = threading.Thread(target=connect)
    thread.start()
    thread.join()
    assert len(refused) == 1


def test_a_server_on_the_loopback_answers(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection(server.getsockname(), timeout=5).close()
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(tmp_path / "s"))
        server.listen()
        with socket.socket(socket.AF_UNIX) as caller:
            caller.connect(str(tmp_path / "s"))
