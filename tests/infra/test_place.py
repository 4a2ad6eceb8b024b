"""Places: what comes with the code can be read, and a wrong file is told by file, key and remedy."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

import pytest

from directory.core.errors import Invalid
from directory.core.geo import Point
from directory.infra import files
from directory.infra.place import District, Helpline, Neighbourhood, load_place

LEAST = """
name = "Testford"
[box]
west = -2.0
south = 52.0
east = -1.0
north = 53.0
[centre]
lat = 52.5
lon = -1.5
[contact]
name = "The team"
email = "team@example.org"
[controller]
name = "Testford Council"
address = "1 High Street"
email = "privacy@example.org"
"""


TERM = "[[terms]]\nfirst = 2026-09-01\nlast = 2026-10-23\n"


@pytest.fixture
def written(tmp_path):
    def write(text):
        file = tmp_path / "testford.toml"
        file.write_text(text)
        return str(file)

    return write


@pytest.mark.parametrize("name", sorted(path.stem for path in files.places().glob("*.toml")))
def test_every_place_that_comes_with_the_code_can_be_read(name):
    place = load_place(name)
    assert place.slug == name
    assert place.box.west <= place.centre.lon <= place.box.east
    assert place.box.south <= place.centre.lat <= place.box.north


def test_birmingham_and_the_whole_country_come_with_the_code():
    assert load_place("birmingham").name == "Birmingham"
    assert load_place("uk").box.north > 58


def test_a_place_of_ones_own_needs_little(written):
    place = load_place(written(LEAST))
    assert (place.slug, place.name, place.centre) == ("testford", "Testford", Point(52.5, -1.5))
    assert (place.time_zone, place.languages, place.holidays) == (ZoneInfo("Europe/London"), ("en",), "ENG")
    assert (place.sample, place.radius_miles, place.tiles_url) == (False, 3.0, "")
    assert (place.licence.code, place.attribution) == ("OGL-UK-3.0", "Community Directory of Testford")


def test_what_a_place_says_is_kept(written):
    more = (
        '[districts]\nT1 = ["Old Town"]\n'
        '[[neighbourhoods]]\nname = "The Dip"\nanchor = "T1 2"\naliases = ["Dip"]\n'
        '[[helplines]]\nname = "Help"\nphone = "0808 157 0000"\n'
    )
    more += "[[terms]]\nfirst = 2026-09-01\nlast = 2026-10-23\n[[terms]]\nfirst = 2026-11-02\nlast = 2026-12-18\n"
    more += '[data]\nlicence = "CC-BY-4.0"\nattribution = "Testford Council"\n'
    place = load_place(written(LEAST + more))
    assert (place.licence.name, place.attribution) == (
        "Creative Commons Attribution 4.0 International",
        "Testford Council",
    )
    assert place.districts == (District("T1", ("Old Town",)),)
    assert place.neighbourhoods == (Neighbourhood("The Dip", "T1 2", ("Dip",)),)
    assert place.helplines == (Helpline("Help", "0808 157 0000"),)
    assert place.terms == ((date(2026, 9, 1), date(2026, 10, 23)), (date(2026, 11, 2), date(2026, 12, 18)))


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (("west = -2.0", 'west = "far"'), "west in .*far.*a number"),
        (("west = -2.0", "west = -0.5"), "west less than east"),
        (("lat = 52.5", "lat = 152.5"), "latitude"),
        (('name = "Testford"\n', ""), "name in .*a text"),
        (('name = "Testford"', 'name = "Testford"\nlanguage = ["en"]'), "language in .*perhaps languages"),
        (('name = "Testford"', 'name = "Testford"\nlanguages = ["English"]'), "languages in .*en, cy"),
        (('name = "Testford"', 'name = "Testford"\ntime_zone = "Mars/Dome"'), "time_zone in .*Europe/London"),
        (('name = "Testford"', 'name = "Testford"\nholidays = "FRA"'), "holidays in .*ENG or WLS"),
        (("[box]", "[[terms]]\nfirst = 2026-09-01\nlast = 2026-08-01\n[box]"), "last in .*terms.*from 2026-09-01 on"),
        (("[box]", '[[terms]]\nfirst = "1 September"\nlast = 2026-08-01\n[box]'), "first in .*a date as in"),
        (("[box]", "[[terms]]\nfirst = 2026-09-01\nlast = 2026-12-18T00:00:00\n[box]"), "without a time"),
        (("[box]", f"{2 * TERM}[box]"), "terms in .*in their order"),
        (('name = "Testford"', 'name = "Testford"\nsample = 1'), "sample in .*true or false"),
        (("[contact]", '[tiles]\nurl = "nowhere"\n[contact]'), r"url in \[tiles\].*\{z\}"),
        (("[contact]", "[[neighbourhoods]]\nname = 'x'\n[contact]"), "anchor in .*number 1"),
        (("[box]", '[data]\nlicence = "mine"\n[box]'), "licence in .*OGL-UK-3.0 or CC-BY-4.0"),
        (("[box]", "box ="), "a TOML file"),
        (("[box]", '[towns]\nOX = "Banbury"\n[box]'), "OX in .*Banbury.*a name and a district of OX"),
    ],
)
def test_a_wrong_file_is_told_by_key_and_remedy(change, says, written):
    with pytest.raises(Invalid, match=says):
        load_place(written(LEAST.replace(*change)))


def test_towns_are_told_by_postcode_area_and_district(written):
    given = f'{LEAST}[towns]\nOX = "Banbury 16, Chipping Norton 7"\nEC = "City of London 2A"\n'
    place = load_place(written(given))
    assert [(each.name, each.anchor) for each in place.neighbourhoods] == [
        ("Banbury", "OX16"),
        ("Chipping Norton", "OX7"),
        ("City of London", "EC2A"),
    ]


def test_regions_are_told_by_places_at_their_edges(written):
    place = load_place(written(f'{LEAST}[regions]\nOxfordshire = "Banbury, Didcot"\n'))
    assert place.regions == {"Oxfordshire": ("Banbury", "Didcot")}


@pytest.mark.parametrize("name", ["atlantis", "../places/birmingham", ""])
def test_an_unknown_place_is_told_with_those_that_exist(name):
    with pytest.raises(Invalid, match="one of birmingham, uk"):
        load_place(name)


def test_a_place_has_its_article_inside_a_sentence():
    assert load_place("uk").called == "the United Kingdom"
    assert load_place("birmingham").called == load_place("birmingham").name
