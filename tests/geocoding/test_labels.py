"""Names on a map that has nothing else to show."""

from itertools import pairwise

from directory.geocoding.service.labels import Rank


def test_a_country_names_its_large_cities_first_then_counties_then_towns(country):
    found = country.labels()
    assert [label.rank for label in found] == sorted(label.rank for label in found)
    names = [label.name for label in found]
    assert len(set(names)) == len(names)
    assert names[0] == "London"
    assert names.index("Birmingham") < 6
    assert names.index("Manchester") < 6
    assert all(country.place.box.contains(label.point) for label in found)
    of = {label.name: label.rank for label in found}
    assert (of["Cornwall"], of["Bude"], of["Leeds"]) == (Rank.REGION, Rank.TOWN, Rank.LARGE)


def test_a_name_stands_where_a_search_for_it_looks(country):
    for label in country.labels()[:40]:
        located = country.locate(label.name)
        assert (located.point, located.label) == (label.point, label.name)


def test_what_was_found_once_is_kept(birmingham):
    assert birmingham.labels() is birmingham.labels()
    assert {label.rank for label in birmingham.labels()} == {Rank.LARGE}
    assert all(one.rank <= other.rank for one, other in pairwise(birmingham.labels()))
