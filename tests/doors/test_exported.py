"""An extract of staff with every private column has no confidential place, and each is written down."""

from itertools import product

import pytest

from directory.exchange.rules.private import PRIVATE, TAKEN
from directory.infra import clock
from directory.infra.db import transaction
from directory.listings.rules import record as r
from directory.publishing.service import publish
from tests.doors.test_staff import SECRETS, refuge
from tests.moderation.cast import PERSON
from tests.support.doors import EXPORTED
from tests.support.people import sign_in


@pytest.mark.parametrize(("visibility", "table"), list(product((r.Visibility.HIDDEN, r.Visibility.APPROXIMATE), TAKEN)))
def test_no_extract_tells_a_confidential_place(app, visibility, table):
    assert {"exchange.staff_extract"} == EXPORTED, "a new door: walk it here"
    with app.app_context(), transaction() as session:
        around = app.extensions["directory"].around
        publish(session, [refuge("Moonlit refuge", visibility)], actor=PERSON, around=around, now=clock.now())
    client = app.test_client()
    sign_in(client, "exporter")
    page = client.page("/data/staff")
    given = {
        "csrf_token": page.soup.select_one("input[name=csrf_token]")["value"],
        "table": table,
        "purpose": "To look for what it must not tell",
        "columns": [column.name for column in PRIVATE],
    }
    file = client.post("/data/staff", data=given)
    assert file.status_code == 200
    assert "Moonlit refuge" in file.text
    for text in (page.response.text, file.text, client.get("/data/staff").text):
        assert [secret for secret in SECRETS if secret in text.lower()] == []
