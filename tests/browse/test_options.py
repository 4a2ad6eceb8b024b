"""The values of a filter, drawn once and kept but for their numbers."""

from __future__ import annotations

import pytest

from directory.browse.views import options
from directory.browse.views.options import Option, drawn


@pytest.fixture(autouse=True)
def in_a_page(app):
    options._around.cache_clear()
    with app.test_request_context("/search"):
        yield


def test_what_is_kept_of_a_tick_box_has_the_number_of_each_page():
    first, second = (
        drawn("need", [Option("food", "Food", chosen, count)], multiple=True)
        for chosen, count in ((True, "1,234"), (True, "7"))
    )
    assert 'type="checkbox"' in first
    assert 'name="need"' in first
    assert 'value="food" checked' in first
    assert '<span class="facet__count">1,234</span>' in first
    assert second == first.replace("1,234", "7")
    assert options._around.cache_info().misses == 1


def test_a_line_to_choose_has_its_number_in_brackets_and_none_where_it_is_not_counted():
    lines = drawn(
        "within",
        [Option("3", "Within 3 miles", chosen=True, count="9"), Option("0", "Any", chosen=False)],
        multiple=False,
    )
    assert lines == ('<option value="3" selected>Within 3 miles (9)</option><option value="0">Any</option>')


def test_labels_are_escaped_whatever_they_hold():
    said = drawn("open", [Option("a", f"<b> & {options._COUNT}", chosen=False, count="2")], multiple=False)
    assert said == f'<option value="a">&lt;b&gt; &amp; {options._COUNT} (2)</option>'
