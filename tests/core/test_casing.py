import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.core.text import Named, sensible_case, sentence_case
from directory.infra.place import load_place

CHARITIES = Path(__file__).parents[3] / "shared" / "data" / "charities" / "charities.csv"


@pytest.mark.parametrize(
    "name",
    [
        "Southern Africa Resources Centre",
        "The Friends of St Mary's Church Ross-on-Wye",
        "SOS Children's Villages UK",
        "Deeping St. James and District Agricultural Show Society",
        "Lewis Merthyr Brass Band",
        "Jetty Lane C.I.O.",
        "White Waltham C of E School Trust Fund",
        "Claverley (C of E) School P.T.A.",
        "Age UK Maidstone",
        "YMCA Norfolk Trust Property",
        "Welland U3A",
        "1st Jacobs Well Scout and Guide Group",
        "Petworth and District Over 60's Day Centre",
        "The Hereditary Multiple Exostoses (HME) Support Group",
        "Malvern Youth and Community Trust (Malvern Cube)",
        "Agape Link (Solomon Islands-UK)",
        "Kia Ora - Healthy Living",
        "Operation Hope: Education Project",
        "Grange-over-Sands Baptist Church",
        "L'Arche",
        "The O'Brien and D'Arcy Trust",
        "The O\u2019Brien Trust",
        "The McDermott Hall",
        "Sir Edwin Durning-Lawrence II",
        "King George VI Hall",
        "The Revd Dr Jefferey's Charity",
        "Madani Girls' School",
        "O&G Schreiber Charitable Trust",
        "Cwm and District Hwb",
        "The A D Trust",
        "Contact a Family",
        "Save a Child's Heart",
        "Globe Rangers FC",
        "Youth Events Wales/Gweithgareddau Ieuenctid Cymru",
        "The 'West Midlands' Surgical Society",
        "The Bahá'í Community",
        "Dr Smith Ltd",
    ],
)  # fmt: skip
def test_a_name_in_capitals_is_put_as_people_write_it(name):
    assert sensible_case(name.upper()) == name


@pytest.mark.parametrize(
    "name", ["MedicAid Africa", "eBay for Charity", "visionZAMBIA", "52", "", "!!", "\u6771\u4eac"]
)
def test_a_name_in_mixed_case_stays_as_typed(name):
    assert sensible_case(name) == name


@given(st.text())
def test_only_the_case_of_a_name_changes(name):
    assert sensible_case(name).upper() == name.upper() or not name.isascii()
    assert sensible_case(sensible_case(name)).casefold() == sensible_case(name).casefold() or not name.isascii()


def test_the_names_of_a_real_register_lose_their_capitals():
    if not CHARITIES.is_file():
        pytest.fail(f"{CHARITIES} is missing: this test reads the names of charities there")
    with CHARITIES.open(encoding="utf-8-sig", newline="") as file:
        names = [row["name"] for row in csv.DictReader(file)]
    put = [sensible_case(name) for name in names]
    assert [name.upper() for name in put] == [name.upper() for name in names]
    shouting = [name for name in put if name.isupper() and len(name.split()) > 2]
    assert len(shouting) < 3, shouting


@pytest.mark.parametrize(
    ("shouted", "said"),
    [
        (
            "TO ADVANCE EDUCATION IN THE UK. TO RELIEVE POVERTY IN BIRMINGHAM.",
            "To advance education in the UK. To relieve poverty in Birmingham.",
        ),
        (
            "(A) TO HELP CHILDREN;(B) TO HELP THE ELDERLY",
            "(A) To help children;(B) To help the elderly",
        ),
        ("1. THE RELIEF OF NEED\n2. THE ARTS", "1. The relief of need\n2. The arts"),
        (
            "THE POOR OF THE PARISH OF HATHERN AND OF ST MARY'S CHURCH",
            "The poor of the parish of Hathern and of St Mary's church",
        ),
        ("I KNOW MR SMITH'S DOG, AND THE CIC'S", "I know Mr Smith's dog, and the CIC's"),
        ("PEOPLE OF THE 21ST CENTURY", "People of the 21st century"),
        ("a) TO HELP", "a) To help"),
        ("To help the UK and everybody", "To help the UK and everybody"),
        ("", ""),
        ("123", "123"),
    ],
)
def test_a_shouted_paragraph_is_said_quietly(shouted, said):
    assert sentence_case(shouted) == said


@given(st.text())
def test_only_the_case_of_a_paragraph_changes(text):
    assert sentence_case(text).upper() == text.upper() or not text.isascii()


NAMES = Named.of(
    [
        "Alum Rock",
        "Stoke-on-Trent",
        "Newcastle upon Tyne",
        "King's Lynn",
        "Reading",
        "Wells",
        "Sparkhill",
        "City centre",
    ]
)


@pytest.mark.parametrize(
    ("shouted", "said"),
    [
        ("TO HELP PEOPLE IN ALUM ROCK AND SPARKHILL.", "To help people in Alum Rock and Sparkhill."),
        ("ALUM ROCKERS, AND A ROCK OF ALUM", "Alum rockers, and a rock of alum"),
        ("STOKE ON TRENT, STOKE-ON-TRENT", "Stoke on Trent, Stoke-on-Trent"),
        ("FROM KING'S LYNN TO KING\u2019S LYNN", "From King's Lynn to King\u2019s Lynn"),
        ("WORK IN NEWCASTLE UPON TYNE", "Work in Newcastle upon Tyne"),
        ("ALUM, ROCK", "Alum, rock"),
        ("READING AND WELLS IN THE CITY CENTRE", "Reading and wells in the city centre"),  # the words, not the towns
        ("People of alum rock", "People of alum rock"),
    ],
)
def test_names_of_the_place_keep_their_capitals_in_a_paragraph(shouted, said):
    assert sentence_case(shouted, NAMES) == said


def test_a_name_has_its_places_as_they_write_themselves():
    assert sensible_case("WESTON SUPER MARE CHOIR", Named.of(["Weston-super-Mare"])) == "Weston super Mare Choir"
    assert sensible_case("FRIENDS OF ALUM ROCK", NAMES) == "Friends of Alum Rock"


@given(
    st.text() | st.lists(st.sampled_from(["ALUM", "ROCK", "KING'S", "LYNN", "of", "-", ",", "\u0130"])).map(" ".join)
)
def test_names_of_places_change_nothing_but_case(text):
    assert len(NAMES.cased(text)) == len(text) or not text.isascii()
    assert NAMES.cased(text).upper() == text.upper() or not text.isascii()


@pytest.mark.parametrize("place", ["birmingham", "uk"])
def test_every_name_of_a_place_is_written_as_in_its_file(place):
    names = load_place(place).names
    known = Named.of(names)
    kept = [name for name in names if known.cased(name.lower()) != name]
    assert len(kept) < len(names) * 0.06, kept  # words ("Reading"), and what is written as words ("City centre")
