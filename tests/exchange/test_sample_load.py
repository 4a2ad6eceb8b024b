"""The sample through the door and out again, on both databases."""

from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from click.testing import CliRunner
from sqlalchemy.engine import Engine

from directory.app import COMPOSITION
from directory.areas.service import AreaIndex
from directory.exchange.cli.sample import sample as command
from directory.exchange.rules.stored import stored
from directory.exchange.service import sample as service
from directory.infra.db import reading, transaction
from directory.infra.place import load_place
from directory.listings.models import Location, Organization
from directory.listings.service import taxonomy
from directory.publishing.models import Tombstone
from directory.publishing.service import Surroundings
from directory.search.service import open_index
from tests.support import postcodes
from tests.support.apps import INSTALLED, settings_for
from tests.support.databases import Databases

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
PLACE = load_place("birmingham")
TERMS = taxonomy.load_terms()
RECORDS = service.records(PLACE, TERMS, now=NOW)


@pytest.fixture(params=["sqlite", "postgres"])
def installed(request: pytest.FixtureRequest, databases: Databases) -> Engine:
    """A database that `directory init` has set up, but for the sample."""
    return databases.copy_of(INSTALLED, request.param).engine


@pytest.fixture
def around(installed: Engine) -> Surroundings:
    with reading(installed) as session:
        areas = AreaIndex.load(session)
    return Surroundings(
        place=PLACE,
        terms=TERMS,
        geocoding=postcodes.geocoding(),
        areas=areas,
        index=open_index(installed.dialect.name),
        lines=stored,
    )


def load(engine: Engine, around: Surroundings, now: datetime = NOW) -> Counter[str]:
    counts: Counter[str] = Counter()
    for batch in service.batches(service.records(PLACE, TERMS, now=now)):
        with transaction(engine) as session:
            counts += service.load(session, batch, around=around, now=now)
    with transaction(engine) as session:
        service.loaded(session)
    return counts


def remove(engine: Engine, around: Surroundings) -> int:
    removed = 0
    while True:
        with transaction(engine) as session:
            gone = service.remove(session, around=around, now=NOW + timedelta(days=1))
        if not gone:
            return removed
        removed += gone


def test_it_is_loaded_once_found_on_the_map_and_removed_whole(installed, around):
    with reading(installed) as session:
        assert service.is_wanted(session, PLACE)
        assert not service.is_wanted(session, load_place("uk"))
    assert load(installed, around) == {"added": len(RECORDS)}
    with reading(installed) as session:
        assert (service.remaining(session), service.is_shown(session)) == (len(RECORDS), True)
        assert not service.is_wanted(session, PLACE)
        unplaced = sa.select(Location.name).where(Location.visibility != "hidden", Location.latitude.is_(None))
        assert session.scalars(unplaced).all() == []
        hidden = sa.select(Location.areas).where(Location.visibility == "hidden")
        assert set(map(str, session.scalars(hidden))) == {"[]"}
        assert all(session.scalars(sa.select(Location.areas).where(Location.visibility == "exact")))
    assert remove(installed, around) == len(RECORDS)
    with reading(installed) as session:
        assert (service.remaining(session), service.is_shown(session)) == (0, False)
        assert session.scalar(sa.select(sa.func.count()).select_from(Organization)) == 0
        assert session.scalar(sa.select(sa.func.count()).select_from(Tombstone)) == len(RECORDS)
        assert not service.is_wanted(session, PLACE), "what was removed must not come back by itself"


def test_loading_it_again_the_same_day_changes_nothing(installed, around):
    load(installed, around)
    assert load(installed, around, NOW + timedelta(hours=2)) == {"same": len(RECORDS)}


def test_one_that_was_cut_short_is_wanted_still(installed, around):
    with transaction(installed) as session:
        service.load(session, service.batches(RECORDS)[0], around=around, now=NOW)
    with reading(installed) as session:
        assert service.is_wanted(session, PLACE)
        assert service.is_shown(session)


def test_a_directory_with_listings_of_its_own_gets_no_sample(installed):
    with transaction(installed) as session:
        session.add(_listing())
        session.flush()
        assert not service.is_wanted(session, PLACE)


def _listing() -> Organization:
    texts = ("alternate_name", "description", "email", "website", "legal_status", "source_name", "source_id")
    return Organization(
        id=1,
        uuid=RECORDS[0].id,
        slug="own",
        version=1,
        name="Own",
        kind="charity",
        source_kind="self-listed",
        notice="",
        today_status="",
        wants=[],
        supplies=[],
        published_at=NOW,
        last_modified=NOW,
        **dict.fromkeys(texts, ""),
    )


@pytest.fixture
def directory_command(databases: Databases, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., str]:
    """``directory sample ...`` on a freshly set up database: what it prints, or its error."""
    instance = tmp_path / "instance"
    postcodes.put_into(instance)
    settings = settings_for(databases.copy_of(INSTALLED, "sqlite").url, instance)
    monkeypatch.setenv("DIRECTORY_INSTANCE", str(instance))
    monkeypatch.setenv("DIRECTORY_DATABASE_URL", settings.database_url)

    def run(*words: str, place: str = "birmingham") -> str:
        monkeypatch.setenv("DIRECTORY_PLACE", place)
        result = CliRunner().invoke(command, words, obj=COMPOSITION)
        return result.stdout + (str(result.exception) if result.exception else "")

    return run


def test_the_command_loads_and_removes_it_and_counts(directory_command):
    assert directory_command("load") == f"Sample: {len(RECORDS)} new, 0 changed, 0 the same\n"
    assert directory_command("load") == f"Sample: 0 new, 0 changed, {len(RECORDS)} the same\n"
    assert directory_command("remove") == f"Sample: {len(RECORDS)} listings removed\n"
    assert directory_command("remove") == "Sample: 0 listings removed\n"


def test_a_place_without_a_sample_says_so(directory_command):
    assert "The place United Kingdom has no sample" in directory_command("load", place="uk")
