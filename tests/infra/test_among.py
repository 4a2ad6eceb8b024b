from uuid import uuid4

import sqlalchemy as sa

from directory.infra.among import among
from directory.listings.models import Organization
from directory.publishing.models import SourceRow, Tombstone
from tests.support.records import NOON

ODD = ["plain", "", "it's", 'in "quotes"', "back\\slash", "Łódź عربي", "[1, 2]", "{a,b}", "NULL", "%s :numbers ?"]


def test_numbers_texts_and_uuids_are_looked_up_as_they_are(session):
    ids = [uuid4() for _ in range(3)]
    session.add_all(Tombstone(organization_uuid=one, version=1, removed_at=NOON, merged_into=None) for one in ids)
    session.flush()
    found = session.scalars(
        sa.select(Tombstone.organization_uuid).where(among(session, Tombstone.organization_uuid, [*ids[:2], uuid4()]))
    )
    assert set(found) == set(ids[:2])


def test_texts_mean_nothing_but_themselves(session):
    session.add_all(
        SourceRow(source_name="s", source_id=text, organization_uuid=uuid4(), digest="", version=1, run_id=1)
        for text in [*ODD, "another"]
    )
    session.flush()
    found = session.scalars(sa.select(SourceRow.source_id).where(among(session, SourceRow.source_id, ODD)))
    assert sorted(found) == sorted(ODD)


def test_of_an_empty_list_there_is_nothing(session):
    for column in (Organization.id, Organization.slug, Organization.uuid):
        assert session.scalars(sa.select(column).where(among(session, column, []))).all() == []


def test_it_is_looked_up_in_the_index_and_not_row_by_row(databases):
    with databases["sqlite"].engine.connect() as connection, sa.orm.Session(connection) as session:
        query = sa.select(Organization.id).where(among(session, Organization.uuid, [uuid4()]))
        compiled = query.compile(connection, compile_kwargs={"literal_binds": True})
        plan = " ".join(row[-1] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {compiled}"))
    assert "SEARCH organization USING" in plan
