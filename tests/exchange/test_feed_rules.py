"""Where a feed may be asked, what is asked next, and what an answer says."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.core.errors import Invalid
from directory.exchange.rules import feeds as rules
from directory.exchange.rules.feeds import Stage
from directory.listings.rules import record as r
from tests.support.records import NOON, an_id, given_location, given_record

PRIVATE = [
    "0.0.0.1", "10.0.0.1", "100.64.0.1", "127.0.0.1", "127.9.9.9", "169.254.169.254", "172.16.0.1", "192.168.1.1",
    "192.0.2.1", "198.18.0.1", "224.0.0.1", "240.0.0.1", "255.255.255.255", "::", "::1", "fe80::1",
    "fc00::1", "fd00::7",
    "ff02::1", "2001:db8::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::127.0.0.1", "64:ff9b::a00:1",
    "2002:7f00:1::", "2002:a00:1::1",
]  # fmt: skip
PUBLIC = ["8.8.8.8", "81.2.69.142", "2606:4700::1111", "64:ff9b::808:808", "2a00:1450:4009::1"]


@pytest.mark.parametrize("address", PRIVATE)
def test_an_address_that_is_not_everybodys_is_refused(address):
    assert not rules.may_ask(ip_address(address), ())


@pytest.mark.parametrize("address", PUBLIC)
def test_an_address_of_everybodys_is_asked(address):
    assert rules.may_ask(ip_address(address), ())


def test_a_private_address_that_the_operator_named_is_asked_and_no_other():
    allowed = (ip_network("10.0.0.0/24"), ip_network("::1"))
    assert rules.may_ask(ip_address("10.0.0.9"), allowed)
    assert rules.may_ask(ip_address("::ffff:10.0.0.9"), allowed)
    assert rules.may_ask(ip_address("::1"), allowed)
    assert not rules.may_ask(ip_address("10.0.1.9"), allowed)
    assert not rules.may_ask(ip_address("127.0.0.1"), allowed)


@given(st.ip_addresses(v=4))
def test_no_way_of_writing_an_address_inside_another_opens_it(address):
    for inside in (f"::ffff:{address}", f"64:ff9b::{address}", IPv6Address(0x2002 << 112 | int(address) << 80)):
        found = ip_address(str(inside))
        assert rules.may_ask(found, ()) <= rules.may_ask(IPv4Address(address), ())


@pytest.mark.parametrize(
    "url",
    [
        "", "example.org", "ftp://example.org", "file:///etc/passwd", "http://", "http://:80/", "http://[::1",
        "gopher://x",
        "http://a:b@example.org/", "http://user@example.org/", "http://example.org:99999/", "http://" + "a" * 70,
        "http://example.org/" + "a" * 2_000, "HTTP//x",
    ],
)  # fmt: skip
def test_what_is_no_address_of_the_web_is_refused(url):
    with pytest.raises(Invalid):
        rules.target(url)


@given(st.text(max_size=60))
def test_any_text_is_an_address_or_invalid(text):
    try:
        found = rules.target(f"http://example.org/{text}")
    except Invalid:
        return
    assert found.path.isascii()
    assert not set(found.path) & set(" \r\n\t\0")


def test_the_parts_of_an_address():
    found = rules.target("https://Bücher.example.org:8443/a b/oruk?x=ü#top")
    assert (found.scheme, found.host, found.port) == ("https", "xn--bcher-kva.example.org", 8443)
    assert found.authority == "xn--bcher-kva.example.org:8443"
    assert found.path == "/a%20b/oruk?x=%C3%BC"
    assert rules.target("http://[::1]/").authority == "[::1]"


def test_a_redirect_may_not_leave_https_nor_the_web():
    assert rules.redirected("https://a.example.org/x/y", "../z") == "https://a.example.org/z"
    assert rules.redirected("http://a.example.org/", "https://b.example.org/") == "https://b.example.org/"
    for location in ("http://a.example.org/", "file:///etc/passwd", "//user@b.example.org/"):
        with pytest.raises(Invalid):
            rules.redirected("https://a.example.org/", location)


@pytest.mark.parametrize("tail", ["", "/", "/services", "/services/?page=3", "/services?full=true#x"])
def test_the_address_of_a_list_is_that_of_its_feed(tail):
    assert rules.base_of(f"https://example.org/oruk/v3{tail}") == "https://example.org/oruk/v3"


def test_a_feed_is_called_as_its_host_unless_it_is_given_a_name():
    assert rules.name_of("", "https://Feeds.Example.org:8080/v3") == "feeds.example.org"
    assert rules.name_of("solihull", "https://example.org") == "solihull"
    for name in ("Solihull", "a b", "a" * 51, "-x"):
        with pytest.raises(Invalid):
            rules.name_of(name, "https://example.org")


def test_the_questions_in_their_order():
    base, since = "https://example.org/v3", datetime(2026, 5, 1, 8, tzinfo=UTC)
    assert [stage.value for stage in rules.STAGES] == ["list", "services", "single", "organizations", "publish"]
    assert rules.following(Stage.LIST) is Stage.SERVICES
    assert rules.question(base, Stage.LIST, 2) == f"{base}/services?minimal=true&page=2&per_page=1000"
    assert rules.question(base, Stage.SERVICES, 1, since=since).endswith(
        "/services?page=1&per_page=100&full=true&modified_after=2026-05-01T08%3A00%3A00Z"
    )
    assert "modified_after" not in rules.question(base, Stage.ORGANIZATIONS, 1, since=since)
    assert rules.single(base, "a/../b?c") == f"{base}/services/a%2F..%2Fb%3Fc"


def test_pages_of_every_sort_end():
    one = [{"id": "a"}, {"name": "no id"}, 7]
    assert list(rules.page_of({"contents": one, "last_page": True, "page_number": 1}, 1).items) == ["a"]
    assert rules.page_of({"content": one, "last": True}, 1).is_last
    assert not rules.page_of({"contents": one, "total_pages": 3}, 2).is_last
    assert rules.page_of({"contents": one, "total_pages": 3}, 3).is_last
    assert not rules.page_of({"contents": one}, 1).is_last
    assert rules.page_of({"contents": [], "last_page": False}, 9).is_last
    wrongs: list[object] = [[], {}, {"contents": {}}, "x", {"contents": one, "page_number": 1}]
    for wrong in wrongs:
        with pytest.raises(Invalid):
            rules.page_of(wrong, 2)


def test_what_came_whole_whose_it_is_and_when_it_changed():
    assert rules.is_whole({"id": "1", "organization": {"id": "2"}})
    assert not rules.is_whole({"id": "1", "name": "S", "organization_id": "2"})
    assert rules.owner_in({"organization": {"id": "2"}, "organization_id": "3"}) == "2"
    assert rules.owner_in({"organization_id": "3"}) == "3"
    assert rules.owner_in({}) == ""
    assert rules.modified_in({"last_modified": "2026-05-12T13:00:00+01:00"}) == NOON
    assert rules.modified_in({"modified_date": "2026-05-12T12:00:00"}) == NOON
    assert rules.modified_in({"last_modified": "lately"}) is None


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("120", 120), ("0", 0), ("9" * 30, 86_400), ("Tue, 12 May 2026 12:05:00 GMT", 300),
        ("Mon, 11 May 2026 12:00:00 GMT", 0), ("Sat, 12 May 2029 12:00:00 GMT", 86_400), ("soon", None), ("", None),
        ("-5", None), ("²", None),
    ],
)  # fmt: skip
def test_a_server_is_waited_for_as_long_as_it_says_and_a_day_at_most(text, seconds):
    found = rules.retry_after(text, NOON)
    assert found == (None if seconds is None else timedelta(seconds=seconds))


def test_after_each_failure_the_wait_is_twice_as_long_and_a_day_at_most():
    assert [rules.back_off(n) // timedelta(minutes=10) for n in (1, 2, 3)] == [1, 2, 4]
    assert rules.back_off(500) == timedelta(days=1)


def test_a_large_feed_does_not_lose_more_than_half_unasked():
    assert not rules.is_too_much(10, 10)
    assert not rules.is_too_much(10, 20)
    assert rules.is_too_much(11, 20)


def test_a_feed_says_nothing_of_hidden_places_and_of_who_confirmed_a_listing():
    hidden = given_location("Refuge", visibility=r.Visibility.HIDDEN, point=None, addresses=())
    near = given_location("Flat", visibility=r.Visibility.APPROXIMATE)
    ours = given_record("Refuge", hidden, near, kind="charity", assured_at=NOON)
    (service,) = ours.services
    bare = tuple(replace(each, location_id=None) for each in service.offerings[:1])
    theirs = replace(
        ours, name="Refuge and more", kind="community-group", assured_at=None,
        source=r.Source(kind=r.SourceKind.FEED, name="x", id="y"),
        locations=(replace(near, visibility=r.Visibility.EXACT), given_location("New")),
        services=(replace(service, offerings=(*bare, r.Offering(id=an_id("o"), location_id=None))),),
    )  # fmt: skip
    found = rules.as_suggested(theirs, ours)
    assert (found.name, found.kind, found.assured_at, found.source) == ("Refuge and more", "charity", NOON, ours.source)
    assert found.locations == (near, given_location("New"), hidden)
    assert [each.location_id for each in found.services[0].offerings] == [hidden.id, None]
