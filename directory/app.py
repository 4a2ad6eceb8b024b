"""The composition root: it alone knows every slice. A new slice is a line in each table it has something for.

Slices are named by their modules and imported when they are used: ``directory --help`` answers in a tenth of
a second.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from directory.infra import files
from directory.infra.cli.group import Commands, Named
from directory.infra.composition import Check, Composition, Progress, Step, Trouble, Work
from directory.infra.place import Place, load_place
from directory.infra.settings import Settings, load

if TYPE_CHECKING:
    from flask import Flask
    from sqlalchemy.engine import Engine

    from directory.areas.service import AreaIndex
    from directory.geocoding.service import Geocoding
    from directory.infra.jobs import Job, Runner
    from directory.listings.rules.taxonomy import Terms
    from directory.publishing.service import Surroundings
    from directory.search.service import Index
    from directory.search.service.board import Boards
    from directory.search.service.unmet import UnmetCounts

TABLES: Final = (  # modules that define tables
    "directory.infra.facts",
    "directory.infra.versions",
    "directory.infra.jobs.models",
    "directory.listings.models",
    "directory.geocoding.models",
    "directory.areas.models",
    "directory.search.models",
    "directory.maps.models",
    "directory.publishing.models",
)
PAGES: Final = (  # modules with a blueprint called ``bp``
    "directory.browse.routes",
    "directory.exchange.routes",
    "directory.contribute.routes",
)
JOBS: Final = (  # modules with a tuple of jobs called ``JOBS``
    "directory.geocoding.jobs",
    "directory.publishing.jobs",
)
COMMANDS: Final = {
    "init": Named("directory.infra.cli.init:init", "Make the instance, or apply what changed in its files."),
    "serve": Named("directory.infra.cli.serve:serve", "Serve the directory until it is stopped."),
    "upgrade": Named("directory.infra.cli.init:upgrade", "Back up, migrate and rebuild after a new version."),
    "doctor": Named("directory.infra.cli.doctor:doctor", "Say what is wrong with this installation, and what to do."),
    "jobs": Named("directory.infra.cli.jobs:group", "List the background jobs, or run one now."),
    "settings": Named("directory.infra.cli.docs:settings", "Print every setting, what it means, and an example."),
    "migration": Named("directory.infra.cli.migration:group", "Write a migration, or take one back."),
    "import": Named("directory.exchange.cli.importing:importing", "Import listings from a file; undo an import."),
    "sample": Named("directory.exchange.cli.sample:sample", "Remove the invented listings, or load them."),
    "areas": Named("directory.publishing.cli:areas", "Load wards and other areas; list them."),
    "geocode": Named("directory.publishing.cli:geocode", "Find places; look again for those not known yet."),
    "unmet": Named("directory.search.cli:unmet", "Print what people looked for and did not find."),
    "map": Named("directory.maps.cli:group", "Say where the map's tiles come from, and whether they answer."),
    "search": Named("directory.publishing.cli:search", "Rebuild the search index, or report its drift."),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """What one process holds and passes to whoever needs it: ``app.extensions["directory"]``."""

    settings: Settings
    place: Place
    terms: Terms
    geocoding: Geocoding
    areas: AreaIndex
    index: Index
    boards: Boards  # what filters are counted on
    unmet: UnmetCounts  # what was looked for and not found
    versions: Mapping[str, int]  # what terms and areas were read at

    @property
    def around(self) -> Surroundings:
        """What the door into the published record needs."""
        from directory.exchange.rules.lines import lines
        from directory.publishing.service import Surroundings

        return Surroundings(
            place=self.place,
            terms=self.terms,
            geocoding=self.geocoding,
            areas=self.areas,
            index=self.index,
            lines=lines,
        )


def create_app(settings: Settings | None = None) -> Flask:
    """The WSGI application, on a database that is what the code wants. Raises Invalid for a wrong setting."""
    from flask import Flask

    from directory import web
    from directory.exchange.service import sample
    from directory.infra import i18n, logging

    settings = settings or load()
    place = load_place(settings.place)
    fill()
    app = Flask("directory", template_folder=str(files.templates()), static_folder=None)
    app.instance_path = str(settings.instance)
    app.extensions["directory"] = _running(settings, place, _engine(app, settings))
    web.install(
        app,
        settings=settings,
        place=place,
        languages=i18n.languages(place.languages, pseudo=settings.pseudo),
        ask_samples=sample.is_shown,
    )
    for name in PAGES:
        app.register_blueprint(import_module(name).bp)
    logging.add_request_log(app)
    return app


def fill() -> None:
    """Import every table, so that ``infra.db.Base.metadata`` is whole."""
    for name in TABLES:
        import_module(name)


def refresh(app: Flask) -> None:
    """Read areas, terms and what filters count again if they changed since; one small statement when they did not."""
    from directory.infra import versions
    from directory.infra.db import db, reading

    with app.app_context():
        engine = db.engine
    running: Running = app.extensions["directory"]
    with reading(engine) as session:
        found = versions.current(session)
        running.boards.renew(session, found)
        if {name: found.get(name, 0) for name in ("areas", "terms")} == running.versions:
            return
    app.extensions["directory"] = _running(running.settings, running.place, engine, keep=running)


def write_counts(app: Flask) -> None:
    """Write what this process counted while pages were read."""
    from directory.infra.db import db, transaction

    running: Running = app.extensions["directory"]
    if running.unmet.waiting:
        with app.app_context():
            engine = db.engine
        with transaction(engine) as session:
            running.unmet.write(session)


def _engine(app: Flask, settings: Settings) -> Engine:
    """The application's database, opened as the promises say."""
    from directory.infra.db import db, engine_options, tune

    url = settings.database_url
    app.config.update(SQLALCHEMY_DATABASE_URI=url, SQLALCHEMY_ENGINE_OPTIONS=engine_options(url))
    db.init_app(app)
    with app.app_context():
        tune(db.engine)
        return db.engine


def _running(settings: Settings, place: Place, engine: Engine, keep: Running | None = None) -> Running:
    from directory.areas.service import AreaIndex
    from directory.geocoding.service import Geocoding
    from directory.infra import versions
    from directory.infra.db import reading
    from directory.listings.service.taxonomy import load_terms
    from directory.search.service import open_index
    from directory.search.service.board import Boards
    from directory.search.service.unmet import UnmetCounts

    index = keep.index if keep else open_index(engine.dialect.name)
    with reading(engine) as session:
        found = versions.current(session)
        areas = AreaIndex.load(session)
    return Running(
        settings=settings,
        place=place,
        terms=load_terms(),
        geocoding=keep.geocoding if keep else Geocoding.of(settings, place),
        areas=areas,
        index=index,
        boards=keep.boards if keep else Boards(index),
        unmet=keep.unmet if keep else UnmetCounts(),
        versions={name: found.get(name, 0) for name in ("areas", "terms")},
    )


def _steps() -> list[Step]:
    """What follows a migration, in this order: each needs what came before."""
    from directory.infra.cli.own import OWN_STEPS

    return [
        *OWN_STEPS,
        Step("Needs and kinds", _apply_terms),
        Step("Postcodes", _build_postcodes),
        Step("Postcode districts", _build_districts),
        Step("Listings", _refresh_listings),
        Step("Sample", _load_sample),
        Step("Search index, map and files", _rebuild),
    ]


def _apply_terms(work: Work, _progress: Progress) -> str:
    from directory.infra.db import transaction
    from directory.listings.service import taxonomy

    with transaction(work.engine) as session:
        done = taxonomy.apply(session, taxonomy.load_terms())
    changed = done.new + done.changed + done.retired
    return f"{done.new} new, {done.changed} changed, {done.retired} retired" if changed else ""


def _build_postcodes(work: Work, progress: Progress) -> str:
    from directory.geocoding.service import build_index

    return "index built" if build_index(work.settings.instance, progress) else ""


def _build_districts(work: Work, _progress: Progress) -> str:
    from directory.areas.service.districts import build_districts
    from directory.geocoding.service import Geocoding
    from directory.infra.db import transaction

    index = Geocoding.of(work.settings, work.place).index
    with transaction(work.engine) as session:
        done = build_districts(session, work.place, index)
    return f"{done.new} new, {done.changed} changed, {done.removed} removed" if done.differs else ""


def _refresh_listings(work: Work, progress: Progress) -> str:
    """Listings know the names of their terms and areas: when those changed, make again what is derived."""
    from directory.infra import facts
    from directory.infra.db import reading, transaction
    from directory.publishing.queries import published_count
    from directory.publishing.service.refresh import refresh_batch

    running = _running(work.settings, work.place, work.engine)
    wanted = " ".join(f"{name} {number}" for name, number in running.versions.items())
    with reading(work.engine) as session:
        total, known = published_count(session), facts.fact(session, "refreshed")
    done, after = 0, 0 if total and known != wanted else None
    while after is not None:
        with transaction(work.engine) as session:
            count, after = refresh_batch(session, running.around, after=after)
        done += count
        progress(done, total)
    with transaction(work.engine) as session:
        facts.note(session, "refreshed", wanted)
    return f"{done} brought up to date" if done else ""


def _load_sample(work: Work, progress: Progress) -> str:
    from directory.exchange.service import sample
    from directory.infra.db import reading, transaction

    with reading(work.engine) as session:
        if not sample.is_wanted(session, work.place):
            return ""
    around = _running(work.settings, work.place, work.engine).around
    listings = sample.records(work.place, around.terms, now=work.now)
    done = 0
    for batch in sample.batches(listings):
        with transaction(work.engine) as session:
            sample.load(session, batch, around=around, now=work.now)
        done += len(batch)
        progress(done, len(listings))
    with transaction(work.engine) as session:
        sample.loaded(session)
    return f"{done} invented listings (take them out with: directory sample remove)"


def _rebuild(work: Work, _progress: Progress) -> str:
    """Whatever is derived and is not what it should be, made again."""
    from directory.infra.db import transaction
    from directory.publishing.service import hours, refresh
    from directory.publishing.service.drift import drift

    around = _running(work.settings, work.place, work.engine).around
    with transaction(work.engine) as session:
        hours.settled(session, around, work.now)
        found = drift(session, around)
    if not found.any:
        return ""
    with transaction(work.engine) as session:
        offerings, pins = refresh.rebuild_index(session, around)
    return f"{found}; now {offerings} offerings and {pins} pins"


def _checks() -> list[Check]:
    """The lines of ``directory doctor`` after the settings."""
    from directory.infra.cli.own import OWN_CHECKS

    return [
        *OWN_CHECKS,
        Check("postcodes", _check_postcodes),
        Check("search index", _check_index),
    ]


def _check_postcodes(work: Work) -> str:
    from directory.geocoding.service import Geocoding, NoPostcodes

    try:
        unplaced = Geocoding.of(work.settings, work.place).unplaced
    except NoPostcodes as error:
        raise Trouble(str(error)) from error
    if unplaced:
        raise Trouble(f"no postcode is known for {', '.join(unplaced)}: correct the place's file, then: directory init")
    return "every name of the place is found"


def _check_index(work: Work) -> str:
    from directory.infra.cli.session import require_current
    from directory.infra.db import reading
    from directory.publishing.service import renewal
    from directory.publishing.service.drift import drift

    require_current(work.settings)
    around = _running(work.settings, work.place, work.engine).around
    with reading(work.engine) as session:
        found, late = drift(session, around), renewal.complaint(session, around, work.now)
    if wrong := f"{found}. Run: directory search rebuild" if found.any else late:
        raise Trouble(wrong)
    return "no drift"


def _jobs() -> list[Job]:
    return [job for name in JOBS for job in import_module(name).JOBS]


def _runner(app: Flask) -> Runner:
    """A runner of this installation's jobs, each in an application context."""
    from directory.infra.db import db
    from directory.infra.jobs import Runner

    with app.app_context():
        return Runner(db.engine, _jobs(), context=app.app_context)


def _beside(app: Flask) -> Callable[[], None]:
    """Start what runs in a worker beside its requests; what comes back stops it."""
    from directory.infra.background import Watch

    running: Running = app.extensions["directory"]
    watch = Watch(lambda: refresh(app), lambda: write_counts(app), _runner(app) if running.settings.jobs else None)
    watch.start()
    return watch.stop


def _inputs() -> list[Path]:
    """What ``init`` applies, beside the place: when one of these files changes, there is work to do."""
    here = Path(__file__).parent
    found = ["app.py", "infra/migrations/versions/*.py", "listings/taxonomies/*.toml"]
    return [file for pattern in found for file in sorted(here.glob(pattern))]


def _made(settings: Settings) -> list[Path]:
    """What ``init`` makes in the instance, beside the database."""
    from directory.geocoding.rules import INDEX_FILE

    return [settings.instance / INDEX_FILE]


COMPOSITION: Final = Composition(
    fill=fill,
    app=create_app,
    steps=_steps,
    checks=_checks,
    jobs=_jobs,
    runner=_runner,
    beside=_beside,
    inputs=_inputs,
    made=_made,
)


@click.command(
    cls=Commands,
    commands=COMMANDS,
    context_settings={"obj": COMPOSITION, "help_option_names": ["-h", "--help"]},
    help="The Community Directory: set it up, serve it, and keep its data.",
)
@click.version_option(package_name="community-directory")
def cli() -> None:
    """The command ``directory``."""
