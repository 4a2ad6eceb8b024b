"""The build hook does its work once, and again only when something it reads has changed."""

from pathlib import Path

import pytest

import hatch_build

CATALOGUE = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\nmsgid "Search"\nmsgstr "Chwilio"\n'


@pytest.fixture
def tree(tmp_path):
    for name in ("package.json", "package-lock.json", "static/build.mjs", "static/src/map/pins.js"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)
    return tmp_path


@pytest.fixture
def ran(monkeypatch):
    """The commands that the build would have run."""
    commands: list[tuple[str, ...]] = []

    def run(root: Path, _home: Path, *command: str) -> None:
        commands.append(command)
        (root / hatch_build.DIST).mkdir(parents=True, exist_ok=True)

    monkeypatch.setattr(hatch_build, "_node", run)
    return commands


def test_a_second_build_runs_nothing(tree, ran):
    assert hatch_build.build_assets(tree)
    ran.clear()
    assert not hatch_build.build_assets(tree)
    assert ran == []


@pytest.mark.parametrize(
    "name", ["static/src/map/pins.js", "static/build.mjs", "package-lock.json", "static/src/new.scss"]
)
def test_a_changed_or_new_source_is_built(tree, ran, name):
    hatch_build.build_assets(tree)
    (tree / name).write_text("changed")
    assert hatch_build.build_assets(tree)


def test_packages_are_installed_as_locked_and_run_no_scripts(tree, ran):
    hatch_build.build_assets(tree)
    (install, *flags), bundle = ran
    assert install.endswith("npm-cli.js")
    assert flags == ["ci", "--ignore-scripts"]
    assert bundle == ("static/build.mjs",)


def test_packages_that_are_there_are_not_installed_again(tree, ran):
    installed = tree / hatch_build.LOCK_COPY
    installed.parent.mkdir()
    installed.write_text("as locked")
    hatch_build.build_assets(tree)
    assert ran == [("static/build.mjs",)]


def test_a_build_that_failed_is_tried_again(tree, ran, monkeypatch):
    def fail(*_words: object) -> None:
        raise OSError("no room")

    with monkeypatch.context() as patch:
        patch.setattr(hatch_build, "_node", fail)
        with pytest.raises(OSError, match="no room"):
            hatch_build.build_assets(tree)
    assert hatch_build.build_assets(tree)


def test_a_catalogue_is_compiled_once(tmp_path):
    folder = tmp_path / "directory/infra/translations/cy/LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "messages.po").write_text(CATALOGUE)
    assert hatch_build.compile_catalogues(tmp_path) == 1
    assert b"Chwilio" in (folder / "messages.mo").read_bytes()
    assert hatch_build.compile_catalogues(tmp_path) == 0
