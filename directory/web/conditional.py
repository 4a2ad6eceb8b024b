"""Answers that a browser already has: 304 from the data version, before anything is queried or drawn.

A page is told by the versions of the published data (``infra.versions``), the code and settings that draw it,
and the minute it was drawn in: "open now" is true to the minute, in words and as a filter. The versions are read
in the session that the page is: a database that is behind says so itself.

Readers have no cookie, so their pages are everybody's: a cache in front of the site may answer with one until its
minute is over.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Final

from flask import Flask, Response, abort, current_app, g, request

from directory.infra import files
from directory.web.people import account_link

SLICE_S: Final = 60  # seconds in which nothing opens or closes: times of day are whole minutes
PART_OF_CODE: Final = frozenset({".py", ".html", ".toml", ".mo"})
REVALIDATE: Final = "no-cache"  # keep it, ask each time whether it is still right
PRIVATE: Final = "private, no-cache"  # as above, and no shared cache may keep it
# No stale-while-revalidate: browsers obey it too, and would show people their page as it was before they changed it.
PUBLIC: Final = "public, max-age=0, s-maxage={}"
_EXTENSION: Final = "directory.code_version"


def code_version(folders: Iterable[Path], *facts: str) -> str:
    """A short hash of the code, templates and words below ``folders``, and of ``facts``; alike everywhere."""
    digest = hashlib.blake2b(digest_size=8)
    for folder in folders:
        digest.update(_code_below(folder))
    for fact in facts:
        digest.update(fact.encode() + b"\0")
    return digest.hexdigest()


@cache  # a process runs the code that it read when it began
def _code_below(folder: Path) -> bytes:
    digest = hashlib.blake2b()
    for path in sorted(path for path in folder.rglob("*") if path.suffix in PART_OF_CODE):
        digest.update(path.relative_to(folder).as_posix().encode())
        digest.update(path.read_bytes())
    return digest.digest()


def add_conditional(app: Flask, *facts: str) -> None:
    """Prepare ``not_modified``; ``facts`` are settings that pages show."""
    manifest = files.static() / "manifest.json"
    built = manifest.read_text(encoding="utf-8") if manifest.is_file() else ""
    app.extensions[_EXTENSION] = code_version([files.PACKAGE, files.templates()], built, *facts)
    app.after_request(_remember)


def not_modified(versions: Mapping[str, int], now: datetime, *, timely: bool = True) -> None:
    """Leave with 304 when the browser's copy is still right; else have the answer carry its ETag.

    Call it first in a view that reads, with ``infra.versions.current(session)``. ``timely``: what is answered goes by
    the time of day.
    """
    # Weak: the same page may be compressed in three ways. The address tells language and query already.
    numbers = ".".join(f"{name}{number}" for name, number in sorted(versions.items()))
    number, gone_s = divmod(int(now.timestamp()), SLICE_S)
    # Who signs in or out is shown another header.
    minute = f"-{number}" if timely else ""
    g.etag = f"{current_app.extensions[_EXTENSION]}-{numbers}{minute}{account_link()}"
    g.shared_s = SLICE_S - gone_s
    if request.if_none_match.contains_weak(g.etag):
        abort(_remember(Response(status=304)))


def _remember(response: Response) -> Response:
    if "etag" in g and response.status_code in {200, 304}:
        response.set_etag(g.etag, weak=True)
        response.headers["Cache-Control"] = PRIVATE if account_link() else PUBLIC.format(g.shared_s)
    elif "Cache-Control" not in response.headers:
        response.headers["Cache-Control"] = "no-store" if response.status_code >= 400 else REVALIDATE
    return response
