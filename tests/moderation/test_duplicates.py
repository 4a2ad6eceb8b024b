"""Whoever adds a group that is listed already is shown it, however they write its name."""

from dataclasses import replace

import pytest

from directory.core.geo import Point
from directory.listings.rules.record import Contact, Identifier, Phone
from directory.moderation.rules.likeness import Why, clues, clues_of, likeness, site_of
from directory.moderation.service.duplicates import likely, point_of
from directory.publishing.rules import Actor, ActorKind
from directory.publishing.service import publish
from tests.support.records import NOON, an_id, given_location, given_record

ACTOR = Actor(ActorKind.PERSON, "7")


def kitchen(**changes):
    return given_record(
        "Sparkbrook Community Kitchen",
        given_location(),
        phones=(Phone(id=an_id("phone"), number="0121 496 0123"),),
        identifiers=(Identifier(id=an_id("number"), scheme="GB-CHC", value="1000003"),),
        website="https://www.kitchen.example.org/about",
        **changes,
    )


@pytest.fixture
def listed(session, around):
    others = [
        given_record(name, given_location(f"Hall {n}", point=Point(52.48 + n / 500, -1.9)))
        for n, name in enumerate(("Sparkhill Choir", "Moseley Kitchen Garden", "Balsall Heath Forum", "Tyseley Bikes"))
    ]
    plain = replace(kitchen(), website="https://kitchen.example.org")
    publish(session, [plain, *others], actor=ACTOR, around=around, now=NOON)
    return plain


@pytest.mark.parametrize(
    "typed",
    ["Sparkbrook Community Kitchen", "Kitchen, Sparkbrook", "The Sparkbrok Kitchin", "sparkbrook kitchens CIC"],
)
def test_a_name_is_known_again_however_it_is_written(session, around, listed, typed):
    found = likely(session, clues(name=typed), around=around)
    assert [one.uuid for one in found][:1] == [listed.id]
    assert Why.NAME in found[0].why
    assert found[0].where == "St Agatha's Hall, 12 Example Road, B11 1AA"


@pytest.mark.parametrize(
    ("told", "why"),
    [
        ({"identifiers": [("GB-CHC", "1000003")]}, Why.NUMBER),
        ({"phones": ["+44 121 4960123"], "name": "Something kitchen"}, Why.PHONE),
        ({"website": "http://www.kitchen.example.org/", "name": "Something kitchen"}, Why.WEBSITE),
    ],
)
def test_a_number_a_telephone_or_a_website_finds_it_under_another_name(session, around, listed, told, why):
    (found, *_) = likely(session, clues(**told), around=around)
    assert found.uuid == listed.id
    assert why in found.why


def test_another_group_of_the_town_is_no_duplicate(session, around, listed):
    assert likely(session, clues(name="Acocks Green Chess Club"), around=around) == []
    assert likely(session, clues(), around=around) == []


def test_what_is_known_to_be_another_is_left_out(session, around, listed):
    assert likely(session, clues_of(listed), around=around, leave_out=[listed.id]) == []


def test_it_takes_as_many_statements_however_many_are_listed(session, around, listed, statements):
    wanted = replace(clues_of(kitchen()), also="Kitchen")
    counts = []
    for number in (5, 60):
        more = [given_record(f"Kitchen {n}", given_location(f"Kitchen hall {n}")) for n in range(number)]
        publish(session, more, actor=ACTOR, around=around, now=NOON)
        with statements() as seen:
            likely(session, wanted, around=around)
        counts.append(len([sent for sent in seen if "set_config" not in sent]))
    assert counts[0] == counts[1], seen
    assert counts[0] <= 15, seen


def test_the_postcode_is_a_clue_to_where(around):
    found = point_of("B11 1AA", around)
    assert found is not None
    assert point_of("nowhere", around) is None


def test_the_same_name_nearby_is_likelier_than_far_away():
    here, far = Point(52.4573, -1.8716), Point(52.55, -1.8716)
    wanted = clues(name="Art Club", point=here)
    near, _ = likeness(wanted, clues(name="Art Club", point=here))
    away, _ = likeness(wanted, clues(name="Art Club", point=far))
    assert near > away


def test_the_same_number_settles_it_whatever_else_differs():
    one = clues(name="Art Club", identifiers=[("GB-COH", "01234567")], website="https://a.example.org")
    other = clues(name="Choir", identifiers=[("GB-COH", "01234567")], website="https://b.example.org")
    assert likeness(one, other) == (100.0, (Why.NUMBER,))


def test_pages_on_a_shared_site_are_told_apart():
    assert site_of("https://www.facebook.com/artclub/") == "facebook.com/artclub"
    assert site_of("https://www.example.org/any/page") == "example.org"
    assert site_of("not a site") == ""


def test_a_telephone_number_of_a_contact_counts():
    contact = Contact(id=an_id("contact"), phones=(Phone(id=an_id("p"), number="07700 900123"),))
    assert clues_of(given_record("A", contacts=(contact,))).phones == {"07700 900123"}
