"""Message catalogues: finding every string that people read, and making what the site loads.

``python -m directory.infra.catalogues extract FILE`` writes the template for translators; ``update CODE ...``
makes or refreshes ``translations/CODE/LC_MESSAGES/messages.po``; ``compile`` makes what the site loads.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import IO, Any, Final

import click
from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from directory.infra import files

DOMAIN: Final = "messages"
KEYWORDS: Final[Mapping[str, Any]] = DEFAULT_KEYWORDS | {
    "_l": None,
    "_n": (1, 2),
    "lazy_gettext": None,
    "lazy_ngettext": (1, 2),
    "lazy_pgettext": ((1, "c"), 2),
}
TERM_KEYS: Final = ("name", "description")  # synonyms are for the search, in whatever language people type
CODE: Final = [("**/taxonomies/*.toml", "directory.infra.catalogues:terms"), ("**.py", "python")]
PAGES: Final = [("**.html", "jinja2"), ("**.txt", "jinja2")]


@lru_cache(maxsize=1)
def extract() -> Catalog:
    """Every string that can be translated: of the code, the templates and the taxonomies."""
    found = Catalog(project="community-directory", charset="utf-8")
    for folder, methods in ((files.PACKAGE, CODE), (files.templates(), PAGES)):
        options = {pattern: {"silent": "false", "encoding": "utf-8"} for pattern, _ in methods}
        for name, line, message, comments, context in extract_from_dir(
            folder, methods, options, KEYWORDS, comment_tags=("Translators:",)
        ):
            found.add(message, None, [(name, line)], auto_comments=comments, context=context)
    return found


def terms(
    fileobj: IO[bytes], keywords: object, comment_tags: object, options: object
) -> Iterator[tuple[int, str, str, list[str]]]:
    """Babel's extractor for a taxonomy file: what its terms are called and how they are described."""
    del keywords, comment_tags, options  # Babel hands them to every extractor
    text = fileobj.read().decode("utf-8")
    for value in _term_texts(tomllib.loads(text)):
        yield text.count("\n", 0, max(text.find(value), 0)) + 1, "gettext", value, []


def _term_texts(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        for key, inner in value.items():
            if key in TERM_KEYS and isinstance(inner, str):
                yield inner
            else:
                yield from _term_texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _term_texts(inner)


def update(code: str, folder: Path) -> Path:
    """Make or refresh the catalogue of one language from the source; what was translated stays. Its file."""
    file = folder / code.replace("-", "_") / "LC_MESSAGES" / f"{DOMAIN}.po"
    if file.is_file():
        kept = read_po(BytesIO(file.read_bytes()), locale=code.replace("-", "_"))
    else:
        kept = Catalog(locale=code.replace("-", "_"), domain=DOMAIN)
        file.parent.mkdir(parents=True)
    kept.update(extract(), no_fuzzy_matching=True)
    with file.open("wb") as out:
        write_po(out, kept, width=100, ignore_obsolete=True)
    return file


def compile_all(folder: Path) -> int:
    """Write ``messages.mo`` beside each ``messages.po`` in ``folder``; how many."""
    sources = sorted(folder.glob(f"*/LC_MESSAGES/{DOMAIN}.po"))
    for source in sources:
        words = read_po(BytesIO(source.read_bytes()), locale=source.parts[-3])
        with source.with_suffix(".mo").open("wb") as out:
            write_mo(out, words)
    return len(sources)


@click.group()
def main() -> None:
    """Message catalogues, for translators."""


@main.command("extract")
@click.argument("file", type=click.File("wb"))
def extract_command(file: IO[bytes]) -> None:
    """Write every string that can be translated to FILE (a .pot; - is standard output)."""
    write_po(file, extract(), width=100)


@main.command("update")
@click.argument("codes", nargs=-1, required=True)
def update_command(codes: tuple[str, ...]) -> None:
    """Make or refresh the catalogue of each language CODE (cy, ur ...)."""
    for code in codes:
        click.echo(update(code, files.translations()))


@main.command("compile")
def compile_command() -> None:
    """Make what the site loads from each messages.po."""
    click.echo(f"{compile_all(files.translations())} catalogues compiled")


if __name__ == "__main__":
    main()
