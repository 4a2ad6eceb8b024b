"""One question to one Nominatim server, in all its moods: what is believed, and how long it may take."""

import socket
import time
from urllib.parse import urlsplit

import pytest

from directory.geocoding.rules import Located, Miss
from directory.geocoding.service import Geocoding, Nominatim
from directory.geocoding.service.nominatim import Refused
from directory.infra.place import load_place
from tests.geocoding.false_nominatim import ANSWERS
from tests.support import postcodes

LINES = ("12 Example Road", "Birmingham", "B11 1AA")
PLACE = load_place("birmingham")
FOUND = {"found", "outside, then inside", "without a box"}
UNKNOWN = {"nothing", "outside", "the whole town"}
SLOW = {"silent", "drip", "cut", "redirect"}


@pytest.fixture
def nominatim(server):
    return Nominatim(PLACE, server.url, "directory@example.org", timeout_s=1.2)


def asked(nominatim):
    """The answer and the seconds it took; None: refused."""
    began = time.monotonic()
    try:
        answer = nominatim.ask(LINES)
    except Refused:
        answer = None
    return answer, time.monotonic() - began


@pytest.mark.parametrize("mood", sorted(FOUND))
def test_the_first_address_in_the_place_is_taken(nominatim, server, mood):
    server.mood = mood
    answer, _ = asked(nominatim)
    assert isinstance(answer, Located)
    assert PLACE.box.contains(answer.point)
    assert 25 <= answer.precision_m <= 100


@pytest.mark.parametrize("mood", sorted(UNKNOWN))
def test_what_is_outside_or_vague_is_not_found(nominatim, server, mood):
    server.mood = mood
    assert asked(nominatim)[0] is Miss.UNKNOWN


@pytest.mark.parametrize("mood", sorted((ANSWERS.keys() | SLOW) - FOUND - UNKNOWN))
def test_everything_else_is_no_answer_and_soon_over(nominatim, server, mood):
    server.mood = mood
    answer, seconds = asked(nominatim)
    assert answer is None
    assert seconds < 3
    assert len(server.asked) == 1, "no second try"
    assert server.elsewhere == 0, "only the configured address is asked"


def test_a_server_that_is_not_there_is_no_answer():
    with socket.socket() as taken:  # bound, and nobody listens
        taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken.getsockname()[1]}"
        assert asked(Nominatim(PLACE, url, "directory@example.org"))[0] is None


def test_a_proxy_of_the_machine_is_not_used(nominatim, monkeypatch):
    for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert isinstance(asked(nominatim)[0], Located)


def test_a_search_never_asks_the_server(nominatim, server):
    server.mood = "silent"
    geocoding = Geocoding(PLACE, postcodes.folder(), nominatim=nominatim)
    began = time.monotonic()
    for words in ("B14 7QH", "Kings Heath", "Atlantis", "12 Example Road, Birmingham"):
        geocoding.locate(words)
        geocoding.postcode(words)
        geocoding.sector_centre(words)
    assert time.monotonic() - began < 0.5
    assert server.asked == []


def test_a_server_below_a_path_is_asked_there(server):
    geocoder = Nominatim(PLACE, f"{server.url}/nominatim", "directory@example.org")._geocoder
    assert urlsplit(geocoder.api).path == "/nominatim/search"


@pytest.mark.parametrize(("mood", "seconds"), [("429", 120), ("403", 3_600), ("500", 0)])
def test_a_server_says_how_long_it_wants_to_be_left_alone(nominatim, server, mood, seconds):
    server.mood = mood
    with pytest.raises(Refused) as refused:
        nominatim.ask(LINES)
    assert refused.value.wait_ms == seconds * 1_000
