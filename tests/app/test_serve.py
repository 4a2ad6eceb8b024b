"""``directory serve``: the real server, treated badly."""

from __future__ import annotations

import os
import re
import signal
import socket
import sqlite3
import subprocess
import time
from contextlib import closing
from pathlib import Path
from urllib.parse import quote, urlsplit
from urllib.request import urlopen

import pytest

from directory.infra.cli.serve import listens_at
from directory.infra.settings import load
from tests.app.conftest import COMMAND, environment, free_port
from tests.support.apps import INSTALLED
from tests.support.waiting import until


def connected(server):
    address = urlsplit(server.address)
    return socket.create_connection((address.hostname, address.port), timeout=20)


def test_it_serves_and_prints_its_address_and_ends_well(serve):
    server = serve()
    assert f"Birmingham is served at {server.address} " in server.says()
    assert server.status("/health") == 200
    assert server.stop() == 0


def test_the_log_of_a_journey_holds_nothing_private(running):
    server = running
    for path in (
        f"/search?q={quote('refuge for Anne')}&near={quote('B14 7QH')}",
        "/listings/nobody-here?email=anne@example.org",
        "/someone@example.org",
        "/search?page=abc",
    ):
        server.status(path)
    server.status("/health")
    until(lambda: server.says().count('"route": "/search"') == 2 and server.says().count('"status": 404') == 2)
    said = server.says().partition("\n")[2]
    for private in ("refuge", "Anne", "anne", "B14", "7QH", "nobody-here", "example.org", "127.0.0.1", "?"):
        assert private not in said, said
    assert '"route": "/search"' in said


def test_an_answer_has_the_id_that_its_line_has(running):
    with urlopen(running.address + "/health") as answer:  # noqa: S310 - ours
        identity = answer.headers["X-Request-ID"]
    until(lambda: identity in running.says())


def test_a_search_of_ten_thousand_emoji_is_answered(running):
    assert running.status(f"/search?q={quote('😀' * 10_000)}") == 200


def test_a_longer_address_is_refused(running):
    assert running.status(f"/search?q={'a' * 250_000}") == 414


def test_half_sent_requests_do_not_stop_the_others(running):
    slow = [connected(running) for _ in range(40)]
    for each in slow:
        each.sendall(b"GET /health HTTP/1.1\r\nHost: slow\r\nX-Slow: ")
    time.sleep(0.5)
    for _ in range(10):
        assert running.status(timeout=8) == 200  # half-sent requests are let go after ten seconds
    for each in slow:
        each.close()


def test_clients_that_never_close_do_not_stop_the_others(running):
    lingering = [connected(running) for _ in range(20)]
    for each in lingering:
        each.sendall(b"GET /health HTTP/1.1\r\nHost: slow\r\nConnection: close\r\n\r\n")
    for _ in range(10):
        assert running.status(timeout=5) == 200
    for each in lingering:
        assert each.recv(12) == b"HTTP/1.1 200"
        each.close()


def test_more_half_sent_requests_than_threads_hold_the_server_for_seconds_only(serve):
    server = serve(workers="1", threads="4")
    until(lambda: server.status() == 200)
    slow = [connected(server) for _ in range(6)]
    for each in slow:
        each.sendall(b"GET /health HTTP/1.1\r\nHost: slow\r\n")
    started = time.monotonic()
    assert server.status(timeout=60) == 200
    assert time.monotonic() - started < 35
    assert "Traceback" not in server.says()
    assert "ERROR" not in server.says()
    for each in slow:
        each.close()


def test_a_worker_that_dies_is_replaced_and_the_other_answers_meanwhile(serve):
    server = serve()
    until(lambda: len(server.workers()) == 2 and server.status() == 200)
    lost = server.workers()[0]
    os.kill(lost, signal.SIGKILL)
    for _ in range(20):
        assert answers(server)
    until(lambda: len(server.workers()) == 2 and lost not in server.workers())


def answers(server):
    try:
        return server.status(timeout=5) == 200
    except ConnectionResetError:  # it was the lost worker's, which had taken it: out for a moment, once
        return server.status(timeout=5) == 200


def test_one_process_leads_the_jobs_and_hands_them_on_when_it_stops(serve, databases):
    database = databases.copy_of(INSTALLED, "sqlite")
    server = serve(database_url=database.url, workers="2")

    def leader():
        with closing(sqlite3.connect(database.url.removeprefix("sqlite:///"))) as connection:
            rows = connection.execute("SELECT holder FROM lease").fetchall()
        return rows[0][0] if rows else ""

    until(lambda: leader() != "")
    assert int(re.findall(r":(\d+):", leader())[0]) in server.workers()
    assert server.stop() == 0
    assert leader() == ""


def test_jobs_can_be_left_to_another_process(serve, databases):
    database = databases.copy_of(INSTALLED, "sqlite")
    server = serve(database_url=database.url, jobs="0")
    until(lambda: server.status() == 200)
    time.sleep(1)
    with closing(sqlite3.connect(database.url.removeprefix("sqlite:///"))) as connection:
        assert connection.execute("SELECT holder FROM lease").fetchall() == []


def test_a_process_of_its_own_runs_the_jobs_until_it_is_stopped(instance, databases):
    database = databases.copy_of(INSTALLED, "sqlite")

    def asked(sql):
        with closing(sqlite3.connect(database.url.removeprefix("sqlite:///"), timeout=20)) as connection:
            return connection.execute(sql).fetchall()

    env = environment(instance, database_url=database.url)
    with subprocess.Popen([*COMMAND, "jobs", "run"], env=env, stdout=subprocess.PIPE, text=True) as process:
        until(lambda: asked("SELECT name FROM job WHERE last_finished IS NOT NULL") != [])
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0
        assert process.stdout
        assert "The jobs run here" in process.stdout.read()
    assert asked("SELECT holder FROM lease") == [("",)]  # the lead is left to others


def test_a_port_that_is_taken_is_told_in_one_sentence(directory, databases):
    url = databases.copy_of(INSTALLED, "sqlite").url
    port = free_port()
    with socket.socket() as other:
        other.bind(("127.0.0.1", port))
        other.listen()
        said = directory("serve", database_url=url, port=str(port))
    assert said.returncode == 1
    assert f"Cannot listen on 127.0.0.1, port {port}" in said.stderr
    assert "Traceback" not in said.stderr


def test_only_this_machine_reaches_it_unless_told_otherwise(running):
    port = urlsplit(running.address).port
    listening = [line.split()[1] for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    assert f"0100007F:{port:04X}" in listening
    assert f"00000000:{port:04X}" not in listening


@pytest.mark.parametrize(
    ("host", "shown"),
    [("127.0.0.1", "http://127.0.0.1:8000"), ("0.0.0.0", "http://127.0.0.1:8000"), ("::1", "http://[::1]:8000")],  # noqa: S104 - printed, not bound
)
def test_the_address_that_is_printed_can_be_typed(host, shown, tmp_path):
    assert listens_at(load({"DIRECTORY_HOST": host}, tmp_path)) == shown
