"""The contracts of the house hold, cover every slice, and each of them can fail."""

import ast
import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.support.sizes import ROOT

HOUSE = ROOT / "directory"
CONFIG = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
CONTRACTS = {contract["id"]: contract for contract in CONFIG["contracts"]}
NOT_SLICES = {"app", "core", "infra", "web", "places"}  # below the slices, and above them: no floors
COMMITTING_FLOORS = {"routes", "cli", "jobs"}

# For each contract: who imports what, that must not. Whoever does not exist yet is made for the test.
OFFENCES = [
    ("slices", "directory.core.geo", "directory.infra"),
    ("slices", "directory.listings.rules", "directory.publishing"),
    ("slices", "directory.browse.views", "directory.exchange"),
    ("slices", "directory.app_extra", "directory.core"),  # a new file without a place in the order
    ("floors", "directory.listings.rules", "directory.listings.service"),
    ("floors", "directory.geocoding.queries", "directory.geocoding.service"),
    ("floors", "directory.browse.forms", "directory.browse.views"),
    ("floors", "directory.areas.helpers", "directory.core"),  # a file that is no floor
    ("search-floors", "directory.search.sqlite", "directory.search.postgres"),
    ("search-floors", "directory.search.utils", "directory.core"),
    ("exchange-floors", "directory.exchange.csv", "directory.exchange.service"),
    ("exchange-floors", "directory.exchange.utils", "directory.core"),
    ("core-pure", "directory.core.text", "flask"),
    ("core-pure", "directory.core.hours", "time"),
    ("rules-pure", "directory.areas.rules", "sqlalchemy"),
    ("rules-pure", "directory.publishing.rules", "pathlib"),
    ("rules-pure", "directory.publishing.rules", "directory.listings.models"),
    ("no-sql-above", "directory.browse.routes", "sqlalchemy"),
    ("no-sql-above", "directory.exchange.cli", "sqlite3"),
    ("no-sql-above", "directory.web.errors", "sqlalchemy"),
    ("services-no-web", "directory.publishing.service", "flask"),
    ("services-no-web", "directory.search.sqlite", "werkzeug"),
    ("services-no-web", "directory.listings.queries", "directory.web"),
    ("tables-private", "directory.browse.views", "directory.listings.models"),
    ("faces-private", "directory.contribute.service", "directory.browse.views"),
    ("entrances-private", "directory.contribute.views", "directory.browse.routes"),
    ("commands-private", "directory.contribute.service", "directory.geocoding.cli"),
    ("folium-in-maps", "directory.browse.views", "folium"),
    ("geopy-in-geocoding", "directory.maps.service", "geopy"),
]


def place_of(tree, module):
    """The file in which ``module``'s code stands; made, empty, if there is none."""
    path = tree.joinpath(*module.split("."))
    path = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
    path.touch()
    return path


def lint(folder, contract):
    """Run lint-imports in ``folder`` for one contract, as `make check` does: (exit status, what it said)."""
    done = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-logo", "--contract", contract],
        cwd=folder,
        env={**os.environ, "COLUMNS": "400"},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


@pytest.fixture(scope="session")
def copied(tmp_path_factory):
    """The house and its contracts in a folder of their own, linted once so that the next run is quick."""
    folder = tmp_path_factory.mktemp("house")
    shutil.copytree(HOUSE, folder / "directory", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", folder)
    status, said = lint(folder, "slices")
    assert status == 0, said
    return folder


@pytest.mark.parametrize(("contract", "importer", "imported"), OFFENCES)
def test_breaking_a_contract_fails(copied, tmp_path, contract, importer, imported):
    shutil.copytree(copied, tmp_path, dirs_exist_ok=True)
    if imported.startswith("directory."):
        place_of(tmp_path, imported)
    with place_of(tmp_path, importer).open("a") as file:
        file.write(f"\nimport {imported}\n")
    status, said = lint(tmp_path, contract)
    assert status == 1, said
    assert f"{CONTRACTS[contract]['name']} BROKEN" in said
    assert re.search(rf"{re.escape(importer)} (->|is not allowed)|^- {re.escape(importer)}$", said, re.MULTILINE)


def test_every_contract_is_broken_above():
    assert {contract for contract, _, _ in OFFENCES} == set(CONTRACTS)


def test_every_slice_has_its_floors():
    slices = {folder.name for folder in HOUSE.iterdir() if (folder / "__init__.py").exists()} - NOT_SLICES
    floored = {
        container.removeprefix("directory.")
        for name, contract in CONTRACTS.items()
        if name.endswith("floors")
        for container in contract["containers"]
    }
    assert floored == slices


def test_migrations_are_no_package():
    """Alembic loads them by path; as modules they would need a place among the floors of infra."""
    assert not list((HOUSE / "infra" / "migrations").rglob("__init__.py"))


def imports(path):
    """Every (module, name) that a file imports; the name is empty for a plain import."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from ((alias.name, "") for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from ((node.module or "", alias.name) for alias in node.names)


def test_core_needs_nothing_installed():
    foreign = {
        (path.name, module)
        for path in (HOUSE / "core").rglob("*.py")
        for module, _ in imports(path)
        if module.split(".")[0] not in {*sys.stdlib_module_names, "directory"}
    }
    assert foreign == set()


def floor_of(path):
    """The floor a file of a slice stands on: the second name of its path."""
    return path.relative_to(HOUSE).parts[1].removesuffix(".py")


def test_only_routes_commands_and_jobs_commit():
    """A service that commits cannot be part of a larger transaction, nor of a dry run."""
    below = [
        path
        for folder in HOUSE.iterdir()
        if folder.is_dir() and folder.name not in NOT_SLICES
        for path in folder.rglob("*.py")
        if floor_of(path) not in COMMITTING_FLOORS
    ]
    offenders = {
        path.relative_to(HOUSE).as_posix()
        for path in below
        if ("directory.infra.db", "transaction") in set(imports(path)) or ".commit()" in path.read_text()
    }
    assert offenders == set()
