"""Which pages there are, which are asked, and which come next."""

from __future__ import annotations

from hypothesis import given

from directory.contribute.rules.answers import Answers, Details, Doing, Spot, Ways
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
