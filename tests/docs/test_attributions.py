"""Whose work it is made with is said twice, in the repository and on the site, and the two agree."""

from __future__ import annotations

import re

import pytest

from tests.support.sizes import ROOT

WRITTEN = (ROOT / "docs" / "attributions.md").read_text(encoding="utf-8")
SHOWN = (ROOT / "templates" / "browse" / "attributions.html").read_text(encoding="utf-8")
LICENCE = (ROOT / "LICENSE").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "owed",
    [
        ("Royal Mail", "National Statistics", "Open Government Licence v3.0"),
        ("Register of Charities", "Open Government Licence v3.0"),
        ("UK Charity Activity Tags", "CC BY 4.0"),
        ("Open Referral", "Attribution-ShareAlike 4.0"),
        ("Leaflet", "BSD 2-Clause"),
        ("Folium", "MIT"),
        ("GOV.UK Frontend", "MIT"),
        ("Atkinson Hyperlegible Next", "SIL Open Font License 1.1"),
    ],
    ids=lambda owed: owed[0],
)
def test_the_page_and_the_document_name_it_with_its_licence(owed):
    for text in (WRITTEN, SHOWN):
        assert [words for words in owed if words not in text] == []


def test_map_tiles_are_attributed_as_the_place_says():
    assert "OpenStreetMap contributors" in WRITTEN
    assert "source=tiles" in SHOWN
    places = (ROOT / "directory" / "infra" / "places").glob("*.toml")
    assert all("© OpenStreetMap contributors" in place.read_text(encoding="utf-8") for place in places)


def test_every_package_whose_files_visitors_receive_is_named():
    packages = (ROOT / "package.json").read_text(encoding="utf-8").split('"dependencies"')[1].split("}")[0]
    for package in re.findall(r'"([\w@/-]+)":', packages):
        words = package.split("/")[-1].replace("-", " ").replace("govuk", "gov.uk")
        assert words in WRITTEN.casefold()


def test_the_licence_is_ours_and_mit():
    assert LICENCE.startswith("MIT License")
    assert "The Community Directory contributors" in LICENCE
