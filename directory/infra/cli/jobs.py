"""``directory jobs``: what runs by itself, when it last did, and how it went."""

from __future__ import annotations

import signal
import threading
from datetime import datetime, timedelta

import click
from flask import current_app

from directory.infra import clock, jobs
from directory.infra.cli.session import opened, require_current, with_app
from directory.infra.composition import Composition
from directory.infra.db import db
from directory.infra.settings import load


@click.group("jobs", invoke_without_command=True)
@click.pass_context
def group(ctx: click.Context) -> None:
    """List the background jobs: last run, next run, failures."""
    if ctx.invoked_subcommand is None:
        _list(ctx.obj)


def _list(composition: Composition) -> None:
    settings = load()
    require_current(settings)
    with opened(settings) as work:
        known = jobs.known(work.engine)
        for job in composition.jobs():
            state = known.get(job.name)
            click.echo(f"{job.name}  every {_words(job.every)}")
            if state is None:
                click.echo("  never run: `directory serve` or `directory jobs run` runs it")
                continue
            click.echo(f"  last run {_when(state.last_started)}: {state.last_result or 'nothing to say'}")
            click.echo(f"  next run {_when(state.next_run_at)}; failed {state.failures} times in a row")


@group.command("run")
@click.argument("name", required=False)
@with_app
@click.pass_obj
def run(composition: Composition, name: str | None) -> None:
    """Run the job NAME now, whatever the time; exit code 1 if it fails.

    Without NAME run each job when it is due, until stopped: for a process of its own, beside servers with
    DIRECTORY_JOBS=0.
    """
    if name is None:
        _run_all(composition)
        return
    names = [job.name for job in composition.jobs()]
    if name not in names:
        raise click.BadParameter(f"no job is called {name!r}; there are: {', '.join(names) or 'none'}")
    done = composition.runner(current_app).run_alone(name, clock.now())
    if done is None:
        raise click.ClickException("Another process is running it.")
    click.echo(jobs.known(db.engine)[name].last_result)
    raise SystemExit(0 if done else 1)


def _run_all(composition: Composition) -> None:
    stopped = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopped.set())
    runner = composition.runner(current_app)
    runner.start()
    click.echo("The jobs run here (Ctrl+C stops them)")
    stopped.wait()
    runner.stop()


def _when(moment: datetime | None) -> str:
    return "never" if moment is None else moment.strftime("%Y-%m-%d %H:%M:%S UTC")


def _words(length: timedelta) -> str:
    seconds = int(length.total_seconds())
    for size, name in ((86_400, "day"), (3_600, "hour"), (60, "minute"), (1, "second")):
        if seconds % size == 0 and seconds >= size:
            return f"{seconds // size} {name}{'' if seconds == size else 's'}"
    return f"{seconds} seconds"
