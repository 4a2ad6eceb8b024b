"""The file of map tiles, in parts: what a browser asks of it is a few kilobytes at a time."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from flask import Response, request
from flask.typing import ResponseReturnValue

from directory.browse.routes.blueprint import bp, running
from directory.core.errors import NotFound
from directory.web.access import Who, open_to
from directory.web.addresses import address
from directory.web.errors import problem
from directory.web.words import gettext as _

MOST: Final = 4 << 20  # bytes of one part; the largest tiles have a hundredth of that
KEPT_S: Final = 86_400  # the address changes with the file
KIND: Final = "application/vnd.pmtiles"


@bp.get("/map/tiles.pmtiles")
@open_to(Who.ANYONE)
def tiles_file() -> ResponseReturnValue:
    """A part of the file: 206, or 416 for one that is not there, is several, or has more than MOST bytes.

    Without a range, or with one for another version of the file, it is 200 for a file that is no larger than a part.
    A larger one is refused whole (400): it may be gigabytes, which nobody who draws a map wants.
    """
    file = running().settings.tiles_file
    if file is None or not file.is_file():
        raise NotFound("there is no file of map tiles")
    size, tag = _size_and_tag(file)
    part = request.range if not request.if_range.etag or request.if_range.etag == tag else None
    if part is None:
        if size > MOST and request.method != "HEAD":
            return problem(400, _("Ask for a part of the file, with a Range header of at most 4 MiB."))
        return _headed(Response(_read(file, 0, size)), size, tag)
    found = part.range_for_length(size)
    if part.units != "bytes" or found is None or found[1] - found[0] > MOST:
        refused = Response(status=416, mimetype=KIND)
        refused.headers["Content-Range"] = f"bytes */{size}"
        return refused
    first, beyond = found
    answer = Response(_read(file, first, beyond), status=206)
    answer.headers["Content-Range"] = f"bytes {first}-{beyond - 1}/{size}"
    return _headed(answer, beyond - first, tag)


def tiles_address() -> str:
    """Where the file is, its version included; "" when there is none."""
    file = running().settings.tiles_file
    if file is None or not file.is_file():
        return ""
    return address("browse.tiles_file", v=_size_and_tag(file)[1])


def tiles_thanks() -> str:
    """Whom the map thanks for the file."""
    here = running()
    named = here.settings.tiles_attribution
    return here.place.tiles_attribution if named is None else named


def _headed(answer: Response, length: int, tag: str) -> Response:
    answer.mimetype = KIND
    answer.set_etag(tag)
    answer.content_length = length
    answer.headers["Accept-Ranges"] = "bytes"
    answer.headers["Cache-Control"] = f"public, max-age={KEPT_S}"
    return answer


def _read(file: Path, first: int, beyond: int) -> bytes:
    """Nothing is read for HEAD, which is answered by the same view."""
    if request.method == "HEAD":
        return b""
    with file.open("rb") as opened:
        opened.seek(first)
        return opened.read(beyond - first)


def _size_and_tag(file: Path) -> tuple[int, str]:
    found = file.stat()
    return found.st_size, f"{found.st_size:x}-{found.st_mtime_ns:x}"


bp.add_app_template_global(tiles_address, "tiles_address")
bp.add_app_template_global(tiles_thanks, "tiles_thanks")
