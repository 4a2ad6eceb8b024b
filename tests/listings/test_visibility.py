"""What is hidden or approximate is not in the public record in any form."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.core.geo import Point
from directory.listings.rules import visibility
from directory.listings.rules.codec import encode
from directory.listings.rules.document import dumps
from directory.listings.rules.record import Address, Record, Visibility
from directory.listings.rules.visibility import WITHHELD, join, split
from tests.support.records import an_id, given_location, given_record, records

CENTRE = (Point(52.45, -1.87), 400.0)


def centre(_postcode: str) -> tuple[Point, float]:
    return CENTRE


def test_an_exact_location_is_published_as_it_is() -> None:
    record = given_record("Kitchen", given_location())
    assert split(record, centre) == (record, ())


def test_an_approximate_location_shows_its_district_and_the_middle_of_its_sector() -> None:
    record = given_record("Kitchen", given_location(visibility=Visibility.APPROXIMATE))
    public, (taken,) = split(record, centre)
    (location,) = public.locations
    assert (location.point, location.precision_m) == CENTRE
    assert location.addresses[0].lines() == ("B11",)
    assert location.name == ""
    assert taken.addresses == record.locations[0].addresses


def test_what_was_made_approximate_is_so_again_with_its_pin_and_another_pin_is_not_believed() -> None:
    record = given_record("Kitchen", given_location(visibility=Visibility.APPROXIMATE))
    public, _ = split(record, centre)
    assert split(public, centre)[0] == public
    (place,) = public.locations
    door = replace(public, locations=(replace(place, point=Point(52.457391, -1.871612)),))
    (shown,) = split(door, centre)[0].locations
    assert (shown.point, shown.found, shown.addresses) == (None, None, place.addresses)
    named = replace(door, locations=(replace(place, addresses=(replace(place.addresses[0], id=an_id("own")),)),))
    assert split(named, centre)[0].locations[0].point is None, "only what was made here is as it was seen"


def test_an_approximate_location_without_a_known_postcode_has_no_point() -> None:
    location = given_location(visibility=Visibility.APPROXIMATE, addresses=())
    public, _ = split(given_record("Kitchen", location), centre)
    assert public.locations[0].point is None


def test_a_hidden_location_keeps_nothing_but_its_id() -> None:
    location = given_location(visibility=Visibility.HIDDEN, accessibility=("step-free",))
    public, _ = split(given_record("Refuge", location), centre)
    assert encode(public.locations[0]) == {"id": str(location.id), "visibility": "hidden"}


def test_an_address_that_was_written_into_the_description_is_withheld() -> None:
    location = given_location(visibility=Visibility.HIDDEN)
    about = "Ring the bell at 12 example  road, b111aa, opposite St Agatha's Hall."
    public, _ = split(given_record("Refuge", location, description=about), centre)
    assert public.description == f"Ring the bell at {WITHHELD}, {WITHHELD}, opposite {WITHHELD}."


@pytest.mark.parametrize(
    "written",
    [
        "12 Example Rd",
        "12, example-road",
        "Example Road no 12",
        "B11-1AA",
        "B111AA",
        "\uff22\uff11\uff11 \uff11AA",
        "52.45739",
        "-1.87161",
        "St. Agatha's hall",
    ],
)
def test_a_secret_is_withheld_however_it_is_written(written: str) -> None:
    location = given_location(visibility=Visibility.HIDDEN, point=Point(52.457391, -1.871612))
    public, _ = split(given_record("Refuge", location, description=f"Find us: {written}."), centre)
    assert WITHHELD in public.description
    assert not any(part in public.description for part in ("Example", "xample", "1AA", ".457", ".871", "gatha"))


def test_a_web_address_that_tells_the_place_goes_whole() -> None:
    location = given_location(visibility=Visibility.HIDDEN)
    website, email = "https://example.org/12-example-road", "b111aa@example.org"
    public, _ = split(given_record("Refuge", location, website=website, email=email), centre)
    assert (public.website, public.email) == ("", "")


def test_two_records_that_differ_in_nothing_but_the_secret_are_published_alike() -> None:
    """No public id is made of an address, and no text: what is published cannot be guessed back."""
    for shown in (Visibility.HIDDEN, Visibility.APPROXIMATE):
        first, second = (
            given_location(
                visibility=shown,
                point=Point(52.45, -1.9 - n / 100),
                addresses=(Address(id=an_id(n), address_1=f"{n} Secret Mews", postal_code=f"B11 1A{letter}"),),
            )
            for n, letter in enumerate("AB")
        )
        published = [split(given_record("Kitchen", place), centre)[0] for place in (first, second)]
        assert published[0] == published[1]


def test_a_public_place_in_the_same_street_keeps_its_address() -> None:
    hidden = given_location("House", visibility=Visibility.HIDDEN)
    office = given_location("Office", addresses=hidden.addresses)
    public, _ = split(given_record("Refuge", hidden, office), centre)
    assert public.locations[1] == office


def test_a_venue_called_like_the_group_is_no_secret() -> None:
    location = given_location("Refuge North", visibility=Visibility.HIDDEN)
    public, _ = split(given_record("Refuge North", location), centre)
    assert public.name == "Refuge North"


def test_an_address_without_a_word_takes_nothing_out_of_texts() -> None:
    location = given_location(visibility=Visibility.HIDDEN, addresses=(Address(id=an_id(1), address_1="- - - - -"),))
    public, _ = split(given_record("Refuge", location, description="Ring first."), centre)
    assert public.description == "Ring first."


PIECES = [
    *("12", "Saint", "st", "ST.", "Example", "road", "RD", "Rd.", "B11", "1aa", "1AA", "b111AA", "52.457", "-1,871"),
    *("St Agatha's Hall", "hall", "agatha s", "and", "\u017ft", "\uff22\uff11\uff11", "near", "Haus", "x"),
]


@given(st.lists(st.tuples(st.sampled_from(PIECES), st.sampled_from([" ", "", "-", "  ", ", ", "."]))))
def test_looking_plainly_first_finds_what_the_patterns_find(pieces: list[tuple[str, str]]) -> None:
    location = given_location("St Agatha's Hall", visibility=Visibility.HIDDEN, point=Point(52.457391, -1.871612))
    given = given_record("Refuge", location, description="".join(map("".join, pieces)))
    public = split(given, centre)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(visibility, "_is_free", lambda *_: False)
        assert split(given, centre) == public


@given(records())
def test_no_part_of_a_true_address_or_point_is_in_the_public_record(record: Record) -> None:
    told = [replace(location, visibility=Visibility.HIDDEN) for location in record.locations]
    public, taken = split(replace(record, locations=tuple(told)), centre)
    text = dumps(encode(public))
    for place in taken:
        assert place.point is None or str(place.point.lat) not in text
        for address in place.addresses:
            assert address.address_1 not in text
            assert address.postal_code not in text


@given(records())
def test_what_was_taken_out_can_be_put_back(record: Record) -> None:
    record = replace(
        record,
        locations=tuple(place for place in record.locations if place.visibility is not Visibility.EXACT),
    )
    public, taken = split(record, centre)
    joined = join(public, {place.location_id: place for place in taken})
    assert [(place.point, place.addresses) for place in joined.locations] == [
        (place.point, place.addresses) for place in record.locations
    ]
