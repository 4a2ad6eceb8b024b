"""A request is read once from an address, and its address reads the same again."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.core.errors import Invalid
from directory.search.rules.request import (
    LONGEST_WORDS,
    MOST_CHOSEN,
    REFERRALS,
    Note,
    Problem,
    SearchRequest,
    Sort,
    from_args,
    from_args_strictly,
)
from directory.search.rules.when import NAMES
from tests.search.invented import ACCESS, AREAS, AUDIENCES, HOWS, KINDS, LANGUAGES, NEEDS, TERMS

texts = st.text(st.characters(exclude_categories=("C", "Z")), max_size=20)
requests = st.builds(
    SearchRequest,
    q=texts,
    near=texts,
    within_miles=st.sampled_from((0.0, 0.25, 1.0, 3.0, 500.0)),
    needs=st.lists(st.sampled_from(NEEDS), unique=True).map(tuple),
    kinds=st.lists(st.sampled_from(KINDS), unique=True).map(tuple),
    area=st.sampled_from(("", *AREAS)),
    audiences=st.lists(st.sampled_from(AUDIENCES), unique=True).map(tuple),
    languages=st.lists(st.sampled_from(LANGUAGES), unique=True).map(tuple),
    hows=st.lists(st.sampled_from(HOWS), unique=True).map(tuple),
    access=st.lists(st.sampled_from(ACCESS), unique=True).map(tuple),
    free=st.booleans(),
    referral=st.sampled_from(("", *REFERRALS)),
    when=st.none() | st.sampled_from(list(NAMES.values())),
    sort=st.sampled_from(Sort),
    page=st.integers(1, 50_000),
)


def args_of(request):
    args: dict[str, list[str]] = {}
    for name, value in request.args():
        args.setdefault(name, []).append(value)
    return args


@given(requests)
def test_an_address_reads_as_the_request_it_was_made_of(request):
    assert from_args(args_of(request), TERMS, AREAS) == (request, ())


def test_a_request_for_nothing_has_no_parameters():
    assert SearchRequest().args() == []
    assert SearchRequest().is_open


@pytest.mark.parametrize(
    ("args", "note"),
    [
        ({"need": "nonsense"}, Note("need", "nonsense", Problem.UNKNOWN)),
        ({"kind": ["charity", "x"]}, Note("kind", "x", Problem.UNKNOWN)),
        ({"within": "far"}, Note("within", "far", Problem.NOT_A_NUMBER)),
        ({"within": "-1"}, Note("within", "-1", Problem.NOT_A_NUMBER)),
        ({"within": "nan"}, Note("within", "nan", Problem.NOT_A_NUMBER)),
        ({"sort": "worst"}, Note("sort", "worst", Problem.UNKNOWN)),
        ({"for": "martians"}, Note("for", "martians", Problem.UNKNOWN)),
        ({"language": "tlh"}, Note("language", "tlh", Problem.UNKNOWN)),
        ({"how": "by-pigeon"}, Note("how", "by-pigeon", Problem.UNKNOWN)),
        ({"access": "stairs"}, Note("access", "stairs", Problem.UNKNOWN)),
        ({"cost": "cheap"}, Note("cost", "cheap", Problem.UNKNOWN)),
        ({"open": "someday"}, Note("open", "someday", Problem.UNKNOWN)),
        ({"referral": "priest"}, Note("referral", "priest", Problem.UNKNOWN)),
        ({"page": "0"}, Note("page", "0", Problem.NOT_A_NUMBER)),
        ({"page": "²"}, Note("page", "²", Problem.NOT_A_NUMBER)),
        ({"area": "nowhere"}, Note("area", "nowhere", Problem.UNKNOWN)),
    ],
)
def test_a_wrong_value_is_left_out_and_told(args, note):
    request, notes = from_args(args, TERMS, AREAS)
    assert notes == (note,)
    assert request == SearchRequest(kinds=("charity",) if note.parameter == "kind" else ())
    with pytest.raises(Invalid, match=note.parameter):
        from_args_strictly(args, TERMS, AREAS)


@pytest.mark.parametrize(
    ("within", "miles"),
    [("0", 0.0), ("-0", 0.0), ("0.004", 0.01), ("1e-300", 0.01), ("0.126", 0.13), ("9000", 500.0), ("", 3.0)],
)
def test_only_nought_is_no_limit_however_small_a_distance(within, miles):
    assert from_args({"within": within}, TERMS)[0].within_miles == miles


def test_ten_thousand_characters_are_cut_and_told():
    request, notes = from_args({"q": "é" * 10_000}, TERMS)
    assert request.q == "é" * LONGEST_WORDS
    assert [(note.parameter, note.problem) for note in notes] == [("q", Problem.TOO_LONG)]


@pytest.mark.parametrize("name", ["q", "near", "within", "area", "cost", "referral", "open", "sort", "page", "exact"])
def test_of_two_values_for_one_the_first_is_used_and_the_other_told(name):
    first, second = {"page": ("2", "3"), "within": ("2", "3"), "open": ("now", "monday")}.get(name, ("b11", "b12"))
    request, notes = from_args({name: [first, second]}, TERMS)
    alone, others = from_args({name: first}, TERMS)
    assert request == alone
    assert [note for note in notes if note not in others] == [Note(name, second, Problem.REPEATED)]
    with pytest.raises(Invalid, match=name):
        from_args_strictly({name: [first, second]}, TERMS, AREAS)


@pytest.mark.parametrize("values", [["b11", "b11 "], ["b11", ""], ["b11", " "], ["", "b11"], [" ", "", "b11"]])
def test_the_same_value_twice_or_an_empty_one_is_no_second(values):
    assert from_args({"near": values}, TERMS) == from_args({"near": "b11"}, TERMS)


def test_four_hundred_filters_are_cut_and_told():
    _, notes = from_args({"need": [f"n{n}" for n in range(400)]}, TERMS)
    assert notes[0].problem is Problem.TOO_MANY
    assert len(notes) == MOST_CHOSEN + 1


def test_controls_and_half_characters_are_not_searched():
    assert from_args({"q": "foo\x00d \ud800bank\n"}, TERMS)[0].q == "food bank"
