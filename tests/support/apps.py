"""The application as people meet it, on an installation of the test's own: set up, with the sample or without."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from jinja2 import FileSystemBytecodeCache
from werkzeug.routing import Rule

from directory.app import COMPOSITION, create_app
from directory.infra import schema
from directory.infra.cli.session import opened
from directory.infra.db import db
from directory.infra.settings import Settings, load
from tests.support import postcodes, runs
from tests.support.databases import Database, Databases, Template, sqlite_template
from tests.support.pages import PageClient

SAMPLE = "Sample"  # the step of `directory init` that a test does for itself, if it wants it


def compile_each_rule_once() -> None:
    """Have the addresses of every application but the first of a process share what Werkzeug compiles for them.

    It makes syntax trees of each address, 60 ms for all of them, and tests make some thousand applications.
    """
    compiled: dict[tuple[Any, ...], Callable[..., tuple[str, str]]] = {}
    whole = Rule._compile_builder

    def once(self: Rule, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:  # noqa: FBT002 - as it is called
        key = (self.rule, tuple(self._trace), repr(self.defaults), append_unknown)
        if key not in compiled:
            compiled[key] = whole(self, append_unknown)
        return compiled[key]

    Rule._compile_builder = once  # type: ignore[method-assign]


compile_each_rule_once()


def settings_for(url: str, instance: Path, **given: str) -> Settings:
    """The settings of an installation that serves Birmingham without map tiles; others by their names."""
    chosen = {"database_url": url, "tiles_url": "", **given}
    return load({f"DIRECTORY_{name.upper()}": value for name, value in chosen.items()}, instance)


def set_up(url: str, *, sample: bool = False, place: str = "birmingham") -> None:
    """What ``directory init`` does to an empty database, with or without the sample."""
    COMPOSITION.fill()
    schema.upgrade(url)
    instance = runs.folder() / "instance"
    postcodes.put_into(instance)
    with opened(settings_for(url, instance, place=place)) as work:
        for step in COMPOSITION.steps():
            if sample or step.says != SAMPLE:
                step.run(work, lambda _done, _of: None)


INSTALLED = Template("installed", set_up)
SAMPLED = Template("sampled", partial(set_up, sample=True))
COUNTRY = Template("country", partial(set_up, place="uk"))


def put_instance(folder: Path, template: Template = SAMPLED, *, place: str = "birmingham") -> Path:
    """An instance folder as ``directory init`` leaves it, on SQLite, in no time; the folder."""
    postcodes.put_into(folder)
    shutil.copy(sqlite_template(template), folder / f"{place}.sqlite")
    return folder


@pytest.fixture
def make_app(tmp_path: Path, databases: Databases) -> Iterator[Callable[..., Flask]]:
    """A maker of applications: ``make_app(database, place="uk")``, settings by their names.

    Without a database it is a freshly set up one on SQLite (``databases.copy_of(INSTALLED, kind)``).
    """
    made: list[Flask] = []
    templates = runs.folder() / "templates"  # compiled once in a run, not once for each application
    templates.mkdir(exist_ok=True)

    def make(database: Database | None = None, **given: str) -> Flask:
        url = (database or databases.copy_of(INSTALLED, "sqlite")).url
        instance = tmp_path / "instance"
        postcodes.put_into(instance)
        app = create_app(settings_for(url, instance, **given))
        app.test_client_class = PageClient
        app.jinja_env.bytecode_cache = FileSystemBytecodeCache(str(templates))
        made.append(app)
        return app

    yield make
    for app in made:
        with app.app_context():
            db.engine.dispose()


@pytest.fixture
def app(make_app: Callable[..., Flask]) -> Flask:
    """The application on the test's SQLite database."""
    return make_app()


@pytest.fixture
def client(app: Flask) -> PageClient:
    """A reader who looks closely: each page, header and cookie is checked as it comes."""
    made = app.test_client()
    assert isinstance(made, PageClient)
    return made
