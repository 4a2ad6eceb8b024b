"""What is in writing is true: the commands, files, settings and links that the documents name are there."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import click
import pytest

from directory.app import cli
from directory.infra.settings.table import TABLE
from tests.support.sizes import ROOT

PAGES = [
    ROOT / "README.md",
    ROOT / "CONTRIBUTING.md",
    ROOT / "instance" / "README.md",
    *sorted(ROOT.glob("docs/**/*.md")),
]
INDEX = ROOT / "docs" / "README.md"
DECISIONS = sorted((ROOT / "docs" / "adr").glob("*.md"))
BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
SPAN = re.compile(r"`([^`\n]+)`")
LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")
ABOVE = {file.name for file in ROOT.iterdir()}
MADE = ("instance/", "static/dist", ".venv", "dist/", "docs/performance.md")  # by the build, at run time, by the bench
LONGEST_DECISION = 60  # lines: a page


def name_of(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


def code_of(page: Path) -> list[str]:
    """Every line of the page's shell blocks, and every span of code."""
    text = page.read_text(encoding="utf-8")
    lines = [line for language, block in BLOCK.findall(text) if language in {"", "sh"} for line in block.splitlines()]
    return [line.split(" #")[0].strip() for line in lines] + SPAN.findall(BLOCK.sub("", text))


def words_of(code: str) -> list[str]:
    """The words of a command; none for what is no command."""
    try:
        return shlex.split(code)
    except ValueError:
        return []


def commands(page: Path, program: str) -> list[list[str]]:
    """The words after ``program`` in each of the page's commands that run it."""
    found = []
    for code in code_of(page):
        words = words_of(code)
        at = next((n for n, word in enumerate(words) if word in {program, f".venv/bin/{program}"}), None)
        if at is not None and all("=" in word or word in {"sudo", "exec"} for word in words[:at]):
            found.append(words[at + 1 :])
    return found


@pytest.fixture(params=PAGES, ids=name_of)
def page(request) -> Path:
    return Path(request.param)


def test_every_make_target_that_is_named_is_there(page):
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z][a-z-]*):", makefile, re.MULTILINE))
    asked = {word for words in commands(page, "make") for word in words if re.fullmatch("[a-z][a-z-]*", word)}
    assert asked <= targets


def test_every_command_of_directory_that_is_named_is_there_with_its_options(page):
    for words in commands(page, "directory"):
        command: click.Command = cli
        options = {option for parameter in cli.params for option in parameter.opts}
        for word in words:
            if word.startswith("--"):
                assert word in options, f"directory {' '.join(words)}"
            elif isinstance(command, click.Group) and re.fullmatch("[a-z]+", word):
                found = command.get_command(click.Context(command), word)
                assert found is not None, f"directory {' '.join(words)}"
                command = found
                options |= {option for parameter in command.params for option in parameter.opts}


def test_every_link_leads_to_a_file(page):
    links = [link for link in LINK.findall(page.read_text(encoding="utf-8")) if "://" not in link]
    assert [link for link in links if not (page.parent / link).exists()] == []


def test_every_file_that_is_named_is_there(page):
    missing = []
    for code in SPAN.findall(BLOCK.sub("", page.read_text(encoding="utf-8"))):
        is_path = re.fullmatch(r"[\w.@/-]+", code) and "/" in code and code.split("/")[0] in ABOVE
        is_example = code.startswith(MADE) or re.search(r"\b[A-Z]{4}", code)  # NAME.toml
        if is_path and not is_example and not (ROOT / code).exists():
            missing.append(code)
    assert missing == []


def test_every_setting_that_is_named_is_there(page):
    named = set(re.findall(r"DIRECTORY_[A-Z_]+", page.read_text(encoding="utf-8")))
    assert named <= {setting.variable for setting in TABLE}


def test_the_index_names_every_page():
    linked = {
        (INDEX.parent / link).resolve() for link in LINK.findall(INDEX.read_text(encoding="utf-8")) if "://" not in link
    }
    assert [name_of(page) for page in PAGES if page != INDEX and page not in linked] == []


def test_decisions_are_numbered_without_a_gap():
    assert [int(file.name[:4]) for file in DECISIONS] == list(range(1, len(DECISIONS) + 1))


@pytest.mark.parametrize("file", DECISIONS, ids=lambda file: file.stem)
def test_a_decision_is_a_page_that_says_what_was_discarded_and_what_would_change_it(file):
    text = file.read_text(encoding="utf-8")
    assert text.startswith(f"# {int(file.name[:4])}. ")
    parts = ("**Decision.**", "**Why.**", "**Discarded.**", "**The price.**", "**What would change it.**")
    places = [text.find(part) for part in parts]
    assert -1 not in places
    assert places == sorted(places)
    assert len(text.splitlines()) <= LONGEST_DECISION
