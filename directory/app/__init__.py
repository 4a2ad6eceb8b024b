"""The composition root: it alone knows every slice. A new slice is a line in each table it has something for.

Slices are named by their modules and imported when they are used: ``directory --help`` answers in a tenth of
a second.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from directory.app.running import Running, running_of, versions_of
from directory.infra import files
from directory.infra.cli.group import Commands, Named
from directory.infra.composition import Check, Composition, Step
from directory.infra.place import load_place
from directory.infra.settings import Settings, load

if TYPE_CHECKING:
    from datetime import datetime

    from flask import Flask
    from sqlalchemy.engine import Engine

    from directory.core.people import Acting
    from directory.infra.db import Reader
    from directory.infra.jobs import Job, Runner

TABLES: Final = (  # modules that define tables
    "directory.infra.facts",
    "directory.infra.versions",
    "directory.infra.jobs.models",
    "directory.infra.outbox.models",
    "directory.accounts.models",
    "directory.listings.models",
    "directory.geocoding.models",
    "directory.areas.models",
    "directory.search.models",
    "directory.maps.models",
    "directory.publishing.models",
    "directory.moderation.models",
    "directory.exchange.models",
    "directory.contribute.models",
)
PAGES: Final = (  # modules with a blueprint called ``bp``
    "directory.browse.routes",
    "directory.accounts.routes",
    "directory.exchange.routes",
    "directory.exchange.routes.oruk",
    "directory.contribute.routes",
    "directory.moderation.routes",
)
JOBS: Final = (  # modules with a tuple of jobs called ``JOBS``
    "directory.accounts.jobs",
    "directory.geocoding.jobs",
    "directory.publishing.jobs",
    "directory.moderation.jobs",
    "directory.exchange.jobs",
    "directory.contribute.jobs",
)
COMMANDS: Final = {
    "init": Named("directory.infra.cli.init:init", "Make the instance, or apply what changed in its files."),
    "serve": Named("directory.infra.cli.serve:serve", "Serve the directory until it is stopped."),
    "upgrade": Named("directory.infra.cli.init:upgrade", "Back up, migrate and rebuild after a new version."),
    "backup": Named("directory.infra.cli.archive:backup", "Write database, settings and key into one file."),
    "restore": Named("directory.infra.cli.archive:restored", "Bring back what `directory backup` wrote."),
    "doctor": Named("directory.infra.cli.doctor:doctor", "Say what is wrong with this installation, and what to do."),
    "people": Named("directory.accounts.cli:people", "Give people rights, list them, keep somebody out."),
    "jobs": Named("directory.infra.cli.jobs:group", "List the background jobs, or run one now."),
    "settings": Named("directory.infra.cli.docs:settings", "Print every setting, what it means, and an example."),
    "migration": Named("directory.infra.cli.migration:group", "Write a migration, or take one back."),
    "import": Named("directory.exchange.cli.hsds:importing", "Import listings from a file; undo an import."),
    "feeds": Named("directory.exchange.cli.feeds:feeds", "Harvest other directories: add, list, run, remove."),
    "sample": Named("directory.exchange.cli.sample:sample", "Remove the invented listings, or load them."),
    "areas": Named("directory.publishing.cli:areas", "Load wards and other areas; list them."),
    "taxonomy": Named("directory.listings.cli:taxonomy", "List what people call things; add words, or take some away."),
    "geocode": Named("directory.publishing.cli:geocode", "Find places; look again for those not known yet."),
    "unmet": Named("directory.search.cli:unmet", "Print what people looked for and did not find."),
    "map": Named("directory.maps.cli:group", "Say where the map's tiles come from, and whether they answer."),
    "search": Named(
        "directory.publishing.cli:search", "Rebuild the search index, report its drift, or explain an order."
    ),
}


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
    app.extensions["directory"] = running_of(settings, place, _engine(app, settings))
    web.install(
        app,
        settings=settings,
        place=place,
        languages=i18n.languages(place.languages, pseudo=settings.pseudo),
        ask_samples=sample.is_shown,
        ask=partial(_who, app),
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
        if versions_of(found) == running.versions:
            return
    app.extensions["directory"] = running_of(running.settings, running.place, engine, keep=running)


def write_counts(app: Flask) -> None:
    """Write what this process counted while pages were read."""
    from directory.infra.db import db, transaction

    running: Running = app.extensions["directory"]
    if running.unmet.waiting or running.seen.waiting:
        with app.app_context():
            engine = db.engine
        with transaction(engine) as session:
            running.unmet.write(session)
            running.seen.write(session)


def _who(app: Flask, session: Reader, token: str, now: datetime) -> Acting:
    """Who has signed in with ``token``."""
    from directory.accounts.service import sessions

    running: Running = app.extensions["directory"]
    return sessions.acting(session, token, running.seen, now)


def _engine(app: Flask, settings: Settings) -> Engine:
    """The application's database, opened as the promises say."""
    from directory.infra.db import db, engine_options, tune

    url = settings.database_url
    app.config.update(SQLALCHEMY_DATABASE_URI=url, SQLALCHEMY_ENGINE_OPTIONS=engine_options(url))
    db.init_app(app)
    with app.app_context():
        tune(db.engine)
        return db.engine


def _steps() -> Sequence[Step]:
    from directory.app.steps import steps

    return steps()


def _checks() -> Sequence[Check]:
    from directory.app.steps import checks

    return checks()


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
    from directory.web.standbys import standbys_of

    running: Running = app.extensions["directory"]
    parts = [_runner(app)] if running.settings.jobs else []
    watch = Watch(lambda: refresh(app), lambda: write_counts(app), *parts, *standbys_of(app))
    watch.start()
    return watch.stop


def _inputs() -> list[Path]:
    """What ``init`` applies, beside the place: when one of these files changes, there is work to do."""
    here = files.PACKAGE
    found = ["app/*.py", "infra/migrations/versions/*.py", "listings/taxonomies/**/*.toml"]
    return [file for pattern in found for file in sorted(here.glob(pattern))]


def _made(settings: Settings) -> bool:
    """Whether what ``init`` makes in the instance, beside the database, is whole and what this code makes."""
    from directory.geocoding.service import layout

    return layout.is_current(settings.instance / layout.FILE)


def _require(settings: Settings) -> None:
    """Raise NoPostcodes when there is no file of postcodes to search by."""
    from directory.geocoding.service import layout

    layout.require(settings.instance / layout.FILE)


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
    require=_require,
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
