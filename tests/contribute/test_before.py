"""What was sent before suggestions knew their drafts can be mended as well, if its draft is still there."""

import pytest
import sqlalchemy as sa
from alembic.script import ScriptDirectory

from directory.accounts.rules import digest
from directory.contribute.service import drafts
from directory.infra import schema, standing
from directory.infra.db import transaction
from directory.moderation.models import ProvedDraft, Suggestion
from tests.moderation.cast import ORGANISER, sent
from tests.support.apps import INSTALLED
from tests.support.databases import KINDS
from tests.support.records import NOON, given_record


@pytest.fixture(params=KINDS)
def database(request, databases):
    return databases.copy_of(INSTALLED, request.param)


def test_an_upgrade_finds_the_drafts_of_what_was_sent(database, around):
    with transaction(database.engine) as session:
        draft = drafts.begin(session, language="en", now=NOON)
        for name, once in (("Choir", f"draft {draft.hex} 0"), ("Band", f"draft {'0' * 32} 0"), ("Club", "form 1")):
            sent(session, around, given_record(name), once=once)
    before = ScriptDirectory(str(standing.MIGRATIONS)).get_revision("0012").down_revision
    assert isinstance(before, str)
    database.engine.dispose()
    schema.downgrade(database.url, before)
    schema.upgrade(database.url)
    with transaction(database.engine) as session:
        found = session.execute(sa.select(Suggestion.summary, Suggestion.draft_id))
        assert {row.summary: row.draft_id for row in found} == {"Choir": draft, "Band": None, "Club": None}
        proved = session.execute(sa.select(ProvedDraft.draft_id, ProvedDraft.email_hash)).all()
        assert [tuple(row) for row in proved] == [(draft, digest(ORGANISER))], "nor is it asked for its address again"
