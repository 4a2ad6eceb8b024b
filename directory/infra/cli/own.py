"""What this floor itself adds to ``directory init`` and ``directory doctor``."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Final

from directory.infra import facts, files
from directory.infra.cli.session import require_current
from directory.infra.composition import Check, Progress, Step, Trouble, Work
from directory.infra.db import reading, transaction
from directory.infra.mail import SmtpMailer, mailer_of
from directory.infra.outbox import service as outbox
from directory.infra.standbys import Standbys

BUILD: Final = "Run: make assets (or install the package again)"


def settle(work: Work, _progress: Progress) -> str:
    """Note which place the database holds. Raises Conflict when it holds another one."""
    with transaction(work.engine) as session:
        return work.place.name if facts.settle(session, work.place.slug) else ""


def check_instance(work: Work) -> str:
    """Whether the instance can be written, and its key is one and read by nobody else."""
    folder = work.settings.instance
    if not os.access(folder, os.W_OK):
        raise Trouble(f"{folder} cannot be written by this user. Make it, or change its owner")
    key = folder / "secret_key"
    if key.exists() and key.stat().st_mode & 0o077:
        raise Trouble(f"others can read {key}. Delete it: a new one is made, and everyone signs in again")
    if key.exists():  # the doctor makes none
        _ = work.settings.secret_key
    return str(folder)


def check_place(work: Work) -> str:
    """The place was read: what it is."""
    return f"{work.place.name}, {len(work.place.neighbourhoods)} neighbourhoods"


def check_database(work: Work) -> str:
    """Whether the database is there, as the code wants it, and of this place."""
    require_current(work.settings)
    if (file := work.settings.sqlite_file) is not None:
        _require_private(file)
    with reading(work.engine) as session:
        held = facts.fact(session, "place")
    if held != work.place.slug:
        raise Trouble(f"it holds the place {held!r}, not {work.place.slug!r}. Run: directory init")
    return work.engine.dialect.name


def check_standbys(work: Work) -> str:
    """Whether each standby can be read."""
    settings = work.settings
    if not settings.read_urls:
        return "none"
    standbys = Standbys(settings.database_url, settings.read_urls, most_behind_s=settings.read_lag)
    try:
        standbys.look()
        standbys.look()  # by now it has what the primary had at the first look, or it is behind
    finally:
        standbys.close()
    if bad := [f"standby {each.number}: {why_not}" for each in standbys.all if (why_not := each.why_not())]:
        raise Trouble("; ".join(bad))
    return f"{len(standbys.all)} can be read"


def check_mail(work: Work) -> str:
    """Whether the mail server answers, and what failed last. Without one mails lie in a folder, which is said."""
    settings = work.settings
    require_current(settings)
    with reading(work.engine) as session:
        found = outbox.health(session)
    failed = (
        f"; the last that failed, at {found.failed_at:%Y-%m-%d %H:%M} UTC: {found.reply}" if found.failed_at else ""
    )
    told = f"{found.waiting} waiting{failed}"
    mailer = mailer_of(settings, work.now)
    if not isinstance(mailer, SmtpMailer):
        return f"no server is set: mails lie in {settings.instance / 'outbox'}, and nobody gets them; {told}"
    try:
        fault = mailer.fault()
    finally:
        mailer.close()
    if fault:
        raise Trouble(f"the server does not take mail ({fault}). Look at DIRECTORY_SMTP_URL; {told}")
    return f"the server answers; {told}"


def _require_private(file: Path) -> None:
    """Raise Trouble when somebody else may read the database or its log: it holds addresses that must stay hidden."""
    parts = [part for part in (file, Path(f"{file}-wal"), Path(f"{file}-shm")) if part.exists()]
    if any(part.stat().st_mode & 0o077 for part in parts):
        raise Trouble(f"others can read {file}. Run: chmod go= {' '.join(map(str, parts))}")


def check_assets(_work: Work) -> str:
    """Whether the styles and scripts that pages ask for were built."""
    manifest = files.static() / "manifest.json"
    if not manifest.is_file():
        raise Trouble(f"not built. {BUILD}")
    names = json.loads(manifest.read_text(encoding="utf-8")).values()
    if missing := [name for name in names if not (files.static() / name).is_file()]:
        raise Trouble(f"{', '.join(missing)} missing. {BUILD}")
    return f"{len(names)} files"


OWN_STEPS: Final = (Step("Place", settle),)
OWN_CHECKS: Final = (
    Check("instance", check_instance),
    Check("place", check_place),
    Check("database", check_database),
    Check("standbys", check_standbys),
    Check("assets", check_assets),
    Check("mail", check_mail),
)
