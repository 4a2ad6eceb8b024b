"""However much is made, a process keeps so much of it and the latest; test_plain.py says for how long."""

from __future__ import annotations

import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from directory.infra import kept

ENGINE = sa.create_engine("sqlite://")


@given(st.integers(1, 100), st.lists(st.integers(1, 60), max_size=30))
def test_there_is_never_more_than_may_be_and_the_latest_is_there(most, turns):
    store = kept.Kept[int, str](most)
    session = Session(ENGINE)
    kept.at(session, {"listings": 1})
    begun = 0
    for many in turns:
        made = {begun + at: "said" for at in range(many)}
        begun += many
        values = store.of(session)
        store.keep(values, made)
        assert len(values) <= most
        fewest = min(begun, most - most // kept.SPARE)
        assert list(values)[-fewest:] == list(range(begun - fewest, begun))
