"""A search in a frame of another site, the page that makes the markup for it, and the oEmbed answer."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final
from urllib.parse import urlencode

from flask import Response, jsonify, render_template, request
from flask.typing import ResponseReturnValue

from directory.browse.routes.blueprint import bp, running
from directory.browse.routes.finding import find
from directory.browse.views import embed as views
from directory.browse.views.carried import carry
from directory.browse.views.filters import miles_to_choose, search_url, with_query, within_words
from directory.browse.views.results import heading, note_words
from directory.core.errors import NotFound
from directory.geocoding.rules import Located
from directory.infra import clock
from directory.search.rules.request import SearchRequest, from_args, from_args_strictly
from directory.web.access import Who, open_to
from directory.web.addresses import address
from directory.web.errors import problem
from directory.web.headers import frames_ours, may_be_framed
from directory.web.layout import begin
from directory.web.words import gettext as _

LONGEST: Final = 8_000  # characters of an address that are looked at
ASKED: Final = frozenset({"q", "near", "within", "need", "page", "sort"})  # by the page's own form; the rest goes along


@bp.get("/embed")
@open_to(Who.ANYONE)
def embed() -> ResponseReturnValue:
    """A search as list, map or both, for a frame: the only page that others may frame. Its address is its filters."""
    here = running()
    asked, notes = from_args(request.args, here.terms, here.areas)
    show = views.Show.read(request.args.get("show", ""))
    may_be_framed()
    found = find(asked, notes=[note_words(note) for note in notes], url=lambda way: views.embed_url(way, show))
    page = found["page"]
    found["page"] = replace(page, rows=[row._replace(keep_url="") for row in page.rows])
    found["map"] = replace(found["map"], area_url="", locked=True) if show is not views.Show.LIST else None
    return render_template("browse/embed.html", show=str(show), own_url=search_url(replace(asked, page=1)), **found)


@bp.get("/embed/make")
@open_to(Who.ANYONE)
def embed_maker() -> ResponseReturnValue:
    """What to copy into a page to have a search there, and how it looks: a form that asks itself."""
    here = running()
    asked, notes = from_args(request.args, here.terms, here.areas)
    asked = replace(asked, page=1)
    show = views.Show.read(request.args.get("show", ""))
    frames_ours()
    with begin(clock.now()):
        pass
    return render_template(
        "browse/embed_maker.html",
        asked=asked,
        notes=[note_words(note) for note in notes],
        show=str(show),
        grows=bool(request.args.get("grows")),
        needs=here.terms.needs.values(),
        distances=[(f"{miles:g}", within_words(miles)) for miles in miles_to_choose(asked) if miles],
        within=f"{asked.within_miles:g}",
        kept=[pair for pair in asked.args() if pair[0] not in ASKED]
        + [("need", slug) for slug in asked.chosen("need")[1:]],
        snippet=views.snippet(
            asked,
            show,
            title=_title(asked),
            height=views.height_of(request.args.get("height", "")),
            grows=bool(request.args.get("grows")),
        ),
    )


@bp.get("/oembed")
@open_to(Who.ANYONE)
def oembed() -> tuple[Response, int] | Response:
    """The oEmbed 1.0 answer for one of our own pages with a list; nothing is fetched. 501 for another format.

    Raises Invalid for a value that the page would only note: a frame of everything is not what was asked for.
    """
    if request.args.get("format", "json").lower() != "json":
        return problem(501, _("Only the format json is there."))
    here = running()
    others = frozenset(each for each in here.place.languages[1:])
    shown = views.shown_at(request.args.get("url", "")[:LONGEST], site=here.settings.site_address, languages=others)
    if shown is None:
        raise NotFound("an address to embed")
    with begin(clock.now()):
        pass
    asked = from_args_strictly(_Many(shown.args), here.terms, here.areas)
    width = min(views.WIDE_PX, _most("maxwidth"))
    height = views.height_of("", most=_most("maxheight"))
    url = views.embed_url(asked, shown.show, absolute=True, in_language=shown.language or None)
    title = _title(asked)
    return jsonify(
        version="1.0",
        type="rich",
        title=title,
        provider_name=f"{_('Community Directory')}, {here.place.name}",
        provider_url=here.settings.site_address,
        cache_age=86_400,
        width=width,
        height=height,
        html=views.frame_markup(url, title=title, width=str(width), height=height),
    )


class _Many(dict[str, Any]):
    """Parameters that may be repeated, as a request has them."""

    def getlist(self, name: str) -> list[str]:
        """Every value of one."""
        found: list[str] = self.get(name, [])
        return found


def _most(name: str) -> int:
    """A limit in px that the other site sets; large when it does not."""
    text = request.args.get(name, "")
    return max(1, int(text)) if text.isascii() and text.isdecimal() and len(text) < 6 else views.MOST_PX


def _title(asked: SearchRequest) -> str:
    """What a frame is called, in the words of its own heading."""
    here = running()
    near = here.geocoding.locate(asked.near) if asked.near else None
    area = here.areas.get(asked.area) if asked.area else None
    said = heading(
        asked,
        here.terms,
        near=near.label if isinstance(near, Located) else "",
        area=area.name if area else "",
    )
    return f"{said} - {_('Community Directory')}, {here.place.name}"


def oembed_address(asked: SearchRequest) -> str:
    """Where another site asks for the markup of a search: the link that its page offers for discovery."""
    page = with_query(address("browse.search", absolute=True), urlencode(replace(asked, page=1).args()))
    return address("browse.oembed", url=page, absolute=True)


def maker_address(asked: SearchRequest) -> str:
    """The page that makes the markup of a search."""
    return carry(with_query(address("browse.embed_maker"), urlencode(replace(asked, page=1).args())))


bp.add_app_template_global(oembed_address, "oembed_address")
bp.add_app_template_global(maker_address, "maker_address")
