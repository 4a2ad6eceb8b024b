"""Which pages there are, which are asked, and which come next."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given

from directory.contribute.rules.answers import Answers, Details, Doing, Own, OwnOf, Spot, Ways
from directory.contribute.rules.tasks import Step, Task, following, is_complete, is_sensitive, steps
from directory.listings.rules.record import Visibility
from tests.contribute.test_proposal import addressed, answers

EMPTY = [Task.WHO, Task.WHAT, Task.WHERE, Task.WHEN, Task.REACH, Task.DETAILS, Task.EXTRAS, Task.SENDER]


def tasks(given_answers, known=frozenset()):
    return [each.task for each in steps(given_answers, known)]


def test_whoever_begins_is_asked_everything_in_order():
    found = steps(Answers(), frozenset())
    assert [each.task for each in found] == EMPTY
    assert following(found, None) == found[0]
    assert not is_complete(found)


def test_a_place_that_may_be_seen_is_asked_for_and_a_hidden_one_only_offered():
    for visibility, asked in ((Visibility.EXACT, True), (Visibility.APPROXIMATE, True), (Visibility.HIDDEN, False)):
        found = steps(
            Answers(ways=Ways(how=("in-person",)), spots=(Spot(key="1", visibility=visibility),)), frozenset()
        )
        (place,) = [each for each in found if each.task is Task.PLACE]
        assert (place.needed, place.asked) == (asked, asked)


def test_who_has_no_place_is_not_asked_when_it_is_open():
    (when,) = [each for each in steps(Answers(ways=Ways(how=("phone",))), frozenset()) if each.task is Task.WHEN]
    assert not when.asked


def test_where_services_differ_each_is_asked_for_its_own_and_else_none_is():
    two = (Doing(key="1", name="A"), Doing(key="2", name="B"))
    for services, differ, asked in ((two, True, ["1", "2"]), (two, False, []), (two[:1], True, [])):
        found = steps(Answers(services=services, details=Details(differ=differ)), frozenset())
        assert [each.key for each in found if each.task is Task.EACH and each.asked] == asked


def test_a_place_is_called_by_its_order_whatever_was_removed_before():
    places = Answers(spots=tuple(Spot(key=key, visibility=Visibility.EXACT) for key in "123")).without_spot("1")
    assert [places.number_of(key) for key in "123"] == [0, 1, 2]


def test_what_nobody_comes_for_is_not_asked_when_it_is_open():
    two = (Doing(key="1", name="A"), Doing(key="2", name="B"))
    given_answers = Answers(
        services=two,
        ways=Ways(how=("in-person", "phone")),
        details=Details(differ=True),
        own=(OwnOf(service="2", own=Own(how=("phone",))),),
    )
    found = steps(given_answers, frozenset())
    assert [each.asked for each in found if each.task is Task.WHEN] == [True, False]
    together = replace(given_answers, details=Details())
    assert [each.asked for each in steps(together, frozenset()) if each.task is Task.WHEN] == [True, True]


def test_with_a_service_goes_the_place_that_was_for_it_alone():
    """It must not become a place of the others."""
    two = (Doing(key="1", name="A"), Doing(key="2", name="B"))
    given_answers = Answers(
        services=two,
        spots=(
            Spot(key="1", visibility=Visibility.EXACT),
            Spot(key="2", visibility=Visibility.EXACT, services=("2",)),
            Spot(key="3", visibility=Visibility.EXACT, services=("1", "2")),
        ),
    )
    left = given_answers.without_service("2")
    assert [(spot.key, spot.services) for spot in left.spots] == [("1", ()), ("3", ("1",))]


def test_a_place_of_which_nobody_speaks_any_more_is_not_asked_for():
    gone = Answers(ways=Ways(how=("phone",)), spots=(Spot(key="1", visibility=Visibility.EXACT),))
    assert Task.PLACE not in tasks(gone)


@given(answers, addressed)
def test_going_on_from_any_page_reaches_an_open_one_or_the_end(given_answers, places):
    found = steps(given_answers, frozenset(places))
    assert len({(each.task, each.key, each.place) for each in found}) == len(found)
    for each in [*found, None, Step(Task.PLACE, done=True, key="9")]:
        after = following(found, each)
        assert (after is None) == all(other.done for other in found if other.asked)
        assert after is None or not after.done
    if all(each.done for each in found if each.asked):
        assert is_complete(found)


def test_what_may_bring_somebody_into_danger_is_known_by_its_need_and_by_its_people():
    assert is_sensitive(Answers(services=(Doing(key="1", name="A", needs=("safety",)),)))
    assert is_sensitive(Answers(services=(Doing(key="1", name="A", audiences=("refugees",)),)))
    assert not is_sensitive(Answers(services=(Doing(key="1", name="A", needs=("food",)),)))
