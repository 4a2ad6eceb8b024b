"""How much one client may ask."""

from io import BytesIO

import pytest
from flask import Response, request

from directory.web.access import Who, open_to
from directory.web.limits import LARGEST_BODY, MOST_CLIENTS, ReadLimit, client_key, takes_files


class Clock:
    """A clock that the test moves."""

    def __init__(self) -> None:
        self.seconds = 6_000.0

    def __call__(self) -> float:
        return self.seconds


def test_a_client_over_the_limit_waits_and_another_does_not():
    limit = ReadLimit(3, Clock())
    assert [limit.wait("a") for _ in range(5)] == [0, 0, 0, 60, 60]
    assert limit.wait("b") == 0


def test_the_last_minute_counts_by_how_much_of_it_is_still_in_the_window():
    clock = Clock()
    limit = ReadLimit(10, clock)
    assert sum(limit.wait("a") == 0 for _ in range(20)) == 10
    clock.seconds += 90  # half of the next minute: half of the ten still count
    assert sum(limit.wait("a") == 0 for _ in range(20)) == 5
    clock.seconds += 180
    assert sum(limit.wait("a") == 0 for _ in range(20)) == 10


def test_one_who_waits_as_told_comes_in():
    clock = Clock()
    limit = ReadLimit(5, clock)
    while not (told := limit.wait("a")):
        pass
    clock.seconds += told
    for _ in range(20):
        if not (told := limit.wait("a")):
            break
        clock.seconds += told
    assert told == 0


def test_no_limit_is_none():
    limit = ReadLimit(0)
    assert not any(limit.wait("a") for _ in range(100))


def test_many_clients_do_not_fill_the_memory():
    limit = ReadLimit(5, Clock())
    for number in range(MOST_CLIENTS * 2 + 5):
        limit.wait(str(number))
    assert len(limit._seen) <= MOST_CLIENTS


@pytest.mark.parametrize(
    ("address", "key"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:aaaa::1", "2001:db8:1:2::"),
        ("2001:db8:1:2:bbbb::9", "2001:db8:1:2::"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("fe80::1%eth0", "fe80::"),
        ("unix:", "unix:"),
        ("", ""),
        (None, ""),
    ],
)
def test_a_subscriber_is_one_client(address, key):
    assert client_key(address) == key


def test_too_many_requests_are_told_when_to_come_back(make_app):
    client = make_app(READS_A_MINUTE="5").test_client()
    answers = [client.get("/") for _ in range(8)]
    assert [answer.status_code for answer in answers].count(429) == 3
    assert 1 <= int(answers[-1].headers["Retry-After"]) <= 60


def test_a_monitor_is_never_refused(make_app):
    client = make_app(READS_A_MINUTE="1").test_client()
    assert {client.get("/health").status_code for _ in range(5)} == {404}  # this small application has no such page


def test_a_forged_header_is_not_believed_without_a_proxy(make_app):
    client = make_app(READS_A_MINUTE="2").test_client()
    told = [client.get("/", headers={"X-Forwarded-For": f"192.0.2.{n}"}).status_code for n in range(4)]
    assert told == [200, 200, 429, 429]


def test_behind_a_trusted_proxy_each_visitor_is_one_client(make_app):
    client = make_app(READS_A_MINUTE="2", TRUSTED_PROXIES="1").test_client()
    told = [client.get("/", headers={"X-Forwarded-For": f"6.6.6.6, 192.0.2.{n % 2}"}).status_code for n in range(6)]
    assert told == [200, 200, 200, 200, 429, 429]


def test_a_large_body_is_refused_before_it_is_read(client):
    assert client.post("/send", data=b"a" * (LARGEST_BODY + 1)).status_code == 413


def test_a_view_that_takes_files_takes_more_and_the_others_do_not(make_app):
    app = make_app()
    seen = []

    @open_to(Who.ANYONE)
    @takes_files(LARGEST_BODY * 3)
    def take():
        seen.append(len(request.get_data()))
        return Response("taken", mimetype="text/plain")

    app.add_url_rule("/take", view_func=take, methods=["POST"])
    client = app.test_client()
    assert client.post("/take", data=b"a" * LARGEST_BODY * 2).status_code == 200
    assert seen == [LARGEST_BODY * 2]
    assert client.post("/take", data=b"a" * (LARGEST_BODY * 3 + 1)).status_code == 413
    assert client.post("/send", data=b"a" * LARGEST_BODY * 2).status_code == 413
    assert len(seen) == 1


def test_a_body_that_hides_its_length_is_refused(client):
    answer = client.post("/send", input_stream=BytesIO(b"a=b"), headers={"Transfer-Encoding": "chunked"})
    assert answer.status_code == 411


def test_ten_thousand_emoji_are_a_legal_address(client):
    assert client.get("/", query_string={"q": "🫖" * 10_000}).status_code == 200


def test_an_endless_address_is_refused(client):
    assert client.get("/?q=" + "a" * 200_000).status_code == 414


def test_trace_is_refused_everywhere(client):
    refused = client.open("/", method="TRACE")
    assert refused.status_code == 405
    assert set(refused.headers["Allow"].split(", ")) == {"GET", "HEAD", "OPTIONS"}  # RFC 9110 asks for it
    assert client.open("/nowhere", method="TRACE").status_code == 405
