"""A search inside a page of another site: its address, and the markup that puts it there."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from html import escape
from typing import Final, Self
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit

from directory.search.rules.request import SearchRequest
from directory.web.addresses import address

LEAST_PX, MOST_PX, USUAL_PX = 240, 2_000, 640  # heights of a frame
WIDE_PX: Final = 800  # where the other site does not say
# What the other page may add: our frame tells its height, and the one that told it gets it.
GROW: Final = """<script>
addEventListener("message", function (event) {
  var height = event.data && event.data.communityDirectoryHeight;
  if (!(height > 0)) return;
  document.querySelectorAll("iframe").forEach(function (frame) {
    if (frame.contentWindow === event.source) frame.height = Math.min(height, 10000);
  });
});
</script>"""


class Show(StrEnum):
    """What a frame holds."""

    LIST = "list"
    MAP = "map"
    BOTH = "both"

    @classmethod
    def read(cls, text: str) -> Self:
        """What an address asks for: both, unless it says otherwise."""
        known = {each.value: each for each in cls}
        return known.get(text.strip().lower(), cls("both"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Snippet:
    """The markup for the other site, and what it shows."""

    url: str
    own_url: str
    title: str
    height: int
    text: str


def embed_url(asked: SearchRequest, show: Show, *, absolute: bool = False, in_language: str | None = None) -> str:
    """The address of a search in a frame: its filters are locked, for the frame has no form."""
    pairs = [*asked.args(), *([("show", str(show))] if show is not Show.BOTH else [])]
    path = address("browse.embed", absolute=absolute, in_language=in_language)
    return f"{path}?{urlencode(pairs)}" if pairs else path


def snippet(asked: SearchRequest, show: Show, *, title: str, height: int, grows: bool = False) -> Snippet:
    """What somebody copies into their own page; ``grows``: with a script by which the frame is as high as its list."""
    url = embed_url(asked, show, absolute=True)
    frame = frame_markup(url, title=title, width="100%", height=height)
    return Snippet(
        url=url,
        own_url=embed_url(asked, show),
        title=title,
        height=height,
        text=f"{frame}\n{GROW}" if grows else frame,
    )


def frame_markup(url: str, *, title: str, width: str, height: int) -> str:
    """An iframe, every value escaped."""
    return (
        f'<iframe src="{escape(url)}" title="{escape(title)}" width="{escape(width)}" height="{height}"'
        ' style="border:0" loading="lazy"></iframe>'
    )


def height_of(text: str, *, most: int = MOST_PX) -> int:
    """A height in px, as somebody typed it, within what is sensible."""
    number = int(text) if text.isascii() and text.isdecimal() and len(text) < 6 else USUAL_PX
    return max(min(LEAST_PX, most), min(most, number))


@dataclass(frozen=True, slots=True)
class Shown:
    """What an address of ours shows: the language of its prefix ("" for the place's own), and its parameters."""

    language: str
    show: Show
    args: dict[str, list[str]]


def shown_at(url: str, *, site: str, languages: frozenset[str]) -> Shown | None:
    """What the page at ``url`` shows, for a frame of it; None for another site's, and for a page that has no list."""
    try:
        parts = urlsplit(url)
    except ValueError:  # "http://[" is half of an address
        return None
    if f"{parts.scheme}://{parts.netloc}".lower() != site.lower():
        return None
    first, _, rest = parts.path.lstrip("/").partition("/")
    language, path = (first, rest) if first in languages else ("", parts.path.lstrip("/"))
    args: dict[str, list[str]] = {}
    for name, value in parse_qsl(parts.query):
        args.setdefault(name, []).append(value)
    kind, _, name = path.rstrip("/").partition("/")
    if kind in {"needs", "areas"} and name and "/" not in name:
        return Shown(language, Show.BOTH, {"need" if kind == "needs" else "area": [unquote(name)]})
    shows = {"search": Show.BOTH, "map": Show.MAP, "embed": Show.read(args.get("show", [""])[0])}
    return Shown(language, shows[kind], args) if kind in shows and not name else None
