"""The command ``directory taxonomy``: what people call things, in this installation."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import click
from flask import current_app

from directory.infra.cli.session import with_app
from directory.infra.db import transaction
from directory.listings.rules import overlay as rules
from directory.listings.rules.overlay import Overlay
from directory.listings.rules.taxonomy import TAXONOMIES, TOPIC, Term, Terms
from directory.listings.service import taxonomy as service

_OF = click.option(
    "--of",
    "taxonomy",
    type=click.Choice((*TAXONOMIES, TOPIC)),
    default="need",
    show_default=True,
    help="Which taxonomy.",
)


@click.group("taxonomy")
def taxonomy() -> None:
    """List what people call needs and other terms; add words, or take some away, in this installation."""


def _own() -> Path:
    return service.own_file(Path(current_app.instance_path))


def _terms() -> Terms:
    return service.load_terms(own=_own())


@taxonomy.command("list")
@_OF
@with_app
def list_terms(taxonomy: str) -> None:
    """List the terms of a taxonomy, with how many words there are for each."""
    terms = _terms()
    listed: Mapping[str, Term] = terms.said.topics if taxonomy == TOPIC else terms.taxonomies[taxonomy].terms
    for term in listed.values():
        click.echo(f"{term.slug}  {term.name}  {len(term.synonyms)} synonyms")


@taxonomy.command()
@click.argument("slug")
@_OF
@with_app
def show(slug: str, taxonomy: str) -> None:
    """Show every word for a term; for "stop-words", the words that say nothing in a question."""
    terms = _terms()
    if slug == "stop-words":
        click.echo("\n".join(sorted(terms.stop_words)))
        return
    term = terms.term(taxonomy, slug)
    if term is None:
        raise click.ClickException(f"There is no {taxonomy} {slug!r}. See: directory taxonomy list --of {taxonomy}")
    click.echo(f"{term.name}\n{term.description}")
    for word in term.synonyms:
        click.echo(f"  {word}")
    for group in term.alike:
        click.echo(f"  alike: {', '.join(group)}")


@taxonomy.command("add-synonym")
@click.argument("slug")
@click.argument("word")
@_OF
@with_app
def add_synonym(slug: str, word: str, taxonomy: str) -> None:
    """Let WORD (or a phrase) mean the term SLUG."""
    _change(lambda own, terms: rules.with_synonym(own, terms, (taxonomy, slug), word))
    click.echo(f"{word!r} now means {slug}.")


@taxonomy.command("remove-synonym")
@click.argument("slug")
@click.argument("word")
@_OF
@with_app
def remove_synonym(slug: str, word: str, taxonomy: str) -> None:
    """Let WORD mean the term SLUG no more."""
    _change(lambda own, terms: rules.without_synonym(own, terms, (taxonomy, slug), word))
    click.echo(f"{word!r} means {slug} no more.")


@taxonomy.command("add-stop-word")
@click.argument("word")
@with_app
def add_stop_word(word: str) -> None:
    """Let WORD say nothing in a question."""
    _change(lambda own, terms: rules.with_stop_word(own, terms, word))
    click.echo(f"{word!r} is left out of questions.")


@taxonomy.command("remove-stop-word")
@click.argument("word")
@with_app
def remove_stop_word(word: str) -> None:
    """Let WORD say something in a question."""
    _change(lambda own, terms: rules.without_stop_word(own, terms, word))
    click.echo(f"{word!r} is looked for again.")


def _change(change: Callable[[Overlay, Terms], Overlay]) -> None:
    """Change the installation's own file and apply it; running servers notice within a second."""
    with transaction() as session:  # one at a time: what is read is what is changed
        service.write_own(_own(), change(service.read_own(_own()), _terms()))
        service.apply(session, _terms())
