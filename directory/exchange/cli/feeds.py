"""``directory feeds``: other directories that this one is kept in step with."""

from __future__ import annotations

import click
from flask import current_app

from directory.exchange.service import feeds as service
from directory.exchange.service.fetching import fetcher_of
from directory.exchange.service.harvest import Work, harvest
from directory.exchange.service.oruk_terms import view_of
from directory.infra import clock
from directory.infra.cli.session import with_app
from directory.infra.db import reading, transaction

DAY_LONG_S = 86_400.0  # who types the command waits for its end


@click.group()
def feeds() -> None:
    """Harvest other directories (Open Referral UK, HSDS 3.0): add, list, run, remove."""


@feeds.command()
@click.argument("url")
@click.option("--title", prompt="What is it called, as listings say it", help="What listings say they are from.")
@click.option("--licence", prompt="On what terms may it be used", help="Its licence, as listings say it.")
@click.option("--name", default="", help="Its lasting short name; else its host.")
@click.option("--every", default=24, show_default=True, type=click.IntRange(1, 8_760), help="Hours between harvests.")
@with_app
def add(url: str, title: str, licence: str, name: str, every: int) -> None:
    """Add the feed whose API is at URL, for example https://directory.example.org/oruk/v3."""
    with transaction() as session:
        known = service.add(session, url, title=title, licence=licence, name=name, every_hours=every, now=clock.now())
    click.echo(f"{known} is harvested by the next job. Now: directory feeds run {known}")


@feeds.command("list")
@with_app
def list_feeds() -> None:
    """List the feeds, how far each is, and what it last brought."""
    with reading() as session:
        found = service.known(session)
    for feed in found:
        click.echo(f"{feed.name}  {feed.title} ({feed.licence})  {feed.url}  every {feed.every_hours} h")
        last = f"{feed.finished_at:%Y-%m-%d %H:%M}" if feed.finished_at else "never"
        under_way = f", under way at {feed.stage}, page {feed.page}" if feed.stage else ""
        click.echo(f"    {feed.services:,} services, harvested {last}{under_way}, next {feed.next_at:%Y-%m-%d %H:%M}")
        if feed.result:
            click.echo(f"    {feed.result}")


@feeds.command()
@click.argument("names", nargs=-1)
@click.option("--removals", is_flag=True, help="Take out what is gone, also when that is more than half of it.")
@with_app
def run(names: tuple[str, ...], removals: bool) -> None:
    """Harvest the feeds called NAMES now, or all of them; one that was cut short goes on where it was."""
    here = current_app.extensions["directory"]
    get = fetcher_of(here.settings).get
    failed = False
    with reading() as session:
        every = [feed.name for feed in service.known(session)]
    for name in names or every:
        work = Work(
            transaction=transaction, get=get, around=here.around, view=view_of(here), began=clock.now(),
            removals=removals, longest_s=DAY_LONG_S,
        )  # fmt: skip
        done = harvest(name, work, take_over=True)
        failed = failed or done.failed
        click.echo(f"{name}: {done.result}")
    raise SystemExit(1 if failed else 0)


@feeds.command()
@click.argument("name")
@with_app
def remove(name: str) -> None:
    """Remove the feed called NAME and its listings, but for those that were edited or confirmed here."""
    around = current_app.extensions["directory"].around
    removed = left = 0
    is_all = False
    while not is_all:
        with transaction() as session:
            some, kept, is_all = service.remove_some(session, name, around=around, now=clock.now())
        removed, left = removed + some, left + kept
    click.echo(f"{name} is removed: {removed:,} listings went, {left:,} stay as edited here")
