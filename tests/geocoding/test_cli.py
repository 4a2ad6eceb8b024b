"""``directory geocode find``: what each source says, for whoever wonders why a search went wrong."""

from types import SimpleNamespace

import pytest
from flask import Flask

from directory.geocoding.cli import geocode
from directory.geocoding.service import Geocoding
from directory.infra.place import load_place
from directory.infra.settings import load


@pytest.fixture
def find(birmingham):
    app = Flask(__name__)
    app.extensions["directory"] = SimpleNamespace(geocoding=birmingham)

    def run(*words):
        with app.app_context():
            return app.test_cli_runner().invoke(geocode, ["find", *words])

    return run


def test_each_source_says_its_own(find):
    done = find("sparkbrook", "b14", "7qh")
    assert done.exit_code == 0
    lines = dict(line.split(maxsplit=1) for line in done.output.replace("a search", "search").splitlines())
    assert lines["gazetteer"].startswith("Sparkbrook: 52.4")
    assert lines["postcodes"].startswith("B14 7QH: 52.42999, -1.90062, within 150 m (postcode)")
    assert lines["search"] == lines["postcodes"]
    assert lines["nearest"] == "B14 7QH"


@pytest.mark.parametrize(
    ("words", "said"),
    [("Atlantis", "a search    unknown"), ("M1 1AE", "outside the place"), ("BT7 1NN", "in Northern Ireland")],
)
def test_what_is_not_found_says_why_and_fails(find, words, said):
    done = find(words)
    assert done.exit_code == 1
    assert said in done.output


@pytest.mark.parametrize(
    ("environ", "on"),
    [
        ({}, False),
        ({"DIRECTORY_NOMINATIM_CONTACT": "directory@example.org"}, False),
        ({"DIRECTORY_NOMINATIM_URL": "http://127.0.0.1:9", "DIRECTORY_NOMINATIM_CONTACT": "a@example.org"}, True),
    ],
)
def test_nominatim_is_off_until_address_and_contact_are_set(tmp_path, environ, on):
    geocoding = Geocoding.of(load(environ, tmp_path), load_place("birmingham"))
    assert (geocoding.nominatim is not None) is on


def test_asking_online_while_it_is_off_names_the_settings(find):
    done = find("--online", "Kings Heath")
    assert done.exit_code == 1
    assert "DIRECTORY_NOMINATIM_URL" in done.output
