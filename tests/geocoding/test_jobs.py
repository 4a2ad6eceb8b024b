"""What geocoding does by itself."""

from datetime import timedelta
from functools import partial

from directory.geocoding import jobs
from directory.geocoding.models import GeocodedAnswer
from directory.infra.db import transaction
from tests.support.records import NOON


def test_answers_are_forgotten_when_they_are_too_old(open_transaction, engine, monkeypatch):
    monkeypatch.setattr(jobs, "transaction", partial(transaction, engine))
    with open_transaction() as session:
        for days in (1, 31, 200):
            session.add(
                GeocodedAnswer(
                    digest=f"{days:064}",
                    latitude=None,
                    longitude=None,
                    precision_m=None,
                    asked_at=NOON - timedelta(days=days),
                )
            )
    assert jobs.forget_answers(NOON) == "2 old answers forgotten"
    assert jobs.forget_answers(NOON) == "0 old answers forgotten"
    assert [job.name for job in jobs.JOBS] == ["forget-geocoded-answers"]
