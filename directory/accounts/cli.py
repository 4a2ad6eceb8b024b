"""The commands for people: rights are given here, and nowhere else."""

from __future__ import annotations

import click

from directory.accounts.rules import Role
from directory.accounts.service import people as service
from directory.infra import clock
from directory.infra.cli.session import with_app
from directory.infra.db import reading, transaction

ROLES = click.Choice([role.value for role in Role])


@click.group()
def people() -> None:
    """Give people rights, list them, keep somebody out."""


@people.command("add")
@click.argument("email")
@click.option("--role", "roles", type=ROLES, multiple=True, required=True, help="A right; it can be given repeatedly.")
@with_app
def add(email: str, roles: tuple[str, ...]) -> None:
    """Let EMAIL sign in with these rights, beside those they have; one who was disabled is let in again."""
    with transaction() as session:
        person_id = service.add(session, email, [Role(role) for role in roles], clock.now())
        person = service.known(session, person_id=person_id)
    click.echo(_line(person) if person else "")
    click.echo("They sign in at /sign-in, and set up their second factor the first time.")


@people.command("remove-role")
@click.argument("email")
@click.option("--role", "roles", type=ROLES, multiple=True, required=True, help="A right to take away.")
@with_app
def remove_role(email: str, roles: tuple[str, ...]) -> None:
    """Take rights away from EMAIL, at once."""
    with transaction() as session:
        person_id = service.required(session, email)
        service.remove_roles(session, person_id, [Role(role) for role in roles], clock.now())
        person = service.known(session, person_id=person_id)
    click.echo(_line(person) if person else "")


@people.command("list")
@click.option("--all", "everybody", is_flag=True, help="Also those without rights: stewards.")
@with_app
def show(everybody: bool) -> None:
    """List who has rights, and whether they have set up their second factor."""
    with reading() as session:
        found = service.everybody(session, staff=not everybody)
    for person in found:
        click.echo(_line(person))
    click.echo(f"{len(found)} people")


@people.command("disable")
@click.argument("email")
@with_app
def disable(email: str) -> None:
    """Keep EMAIL out: they are signed out, and their links are dead, at once."""
    with transaction() as session:
        service.disable(session, email, clock.now())
    click.echo("Disabled. `directory people add` lets them in again.")


@people.command("reset-factor")
@click.argument("email")
@with_app
def reset_factor(email: str) -> None:
    """Let EMAIL set up their second factor anew, when phone and codes are lost. First make sure that it is they."""
    with transaction() as session:
        service.reset_factor(session, email, clock.now())
    click.echo("Reset. They set up a new one when they next sign in.")


def _line(person: service.Known) -> str:
    words = [
        person.email,
        ", ".join(sorted(person.roles)) or "no rights",
        *(["second factor set up"] if person.has_factor else ["no second factor"] if person.roles else []),
        *([f"disabled on {person.disabled_at:%Y-%m-%d}"] if person.disabled_at else []),
        *([f"mail refused on {person.bounced_at:%Y-%m-%d}"] if person.bounced_at else []),
    ]
    return "  ".join(words)
