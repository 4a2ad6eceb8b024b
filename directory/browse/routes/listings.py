"""One organisation's page."""

from __future__ import annotations

from flask import redirect, render_template, request
from flask.typing import ResponseReturnValue

from directory.browse.routes.blueprint import bp, running
from directory.browse.views.carried import Toggles, carry
from directory.browse.views.linked import linked_data
from directory.browse.views.listing import Seen, listing_page, summary
from directory.browse.views.maps import of_listing
from directory.core.errors import NotFound
from directory.geocoding.rules import Located
from directory.infra import clock
from directory.listings import queries
from directory.listings.rules.codes import code_of
from directory.publishing import queries as published
from directory.search.rules.request import LONGEST_PLACE
from directory.web.access import Who, open_to
from directory.web.addresses import address, language
from directory.web.layout import begin


@bp.get("/listings/<slug>")
@open_to(Who.ANYONE)
def listing(slug: str) -> ResponseReturnValue:
    """One organisation: what it offers, where, when, and how to reach it. ``near`` tells how far it is."""
    now = clock.now()
    with begin(now) as session:
        page = queries.page(session, slug)
        moved = None if page else queries.moved(session, slug) or published.merged_slug(session, slug)
    if moved:
        return redirect(carry(address("browse.listing", slug=moved, near=request.args.get("near"))), code=301)
    if page is None:
        raise NotFound(slug)
    here = running()
    typed = request.args.get("near", "")
    seen = Seen(
        now, here.place, here.terms, here.areas.get, near=_near(typed), language=language(), providers=here.providers
    )
    shown = listing_page(page, seen)
    code = code_of(shown.id)
    toggles = Toggles(address("browse.listing", slug=slug, near=typed[:LONGEST_PLACE] or None))
    return render_template(
        "browse/listing.html",
        page=shown,
        keep_url=toggles.url(code).partition("#")[0],
        is_kept=toggles.has(code),
        can_put_right=True,
        map=of_listing(shown),
        summary=summary(page["record"]),
        linked=linked_data(page["record"], url=address("browse.listing", slug=slug, absolute=True)),
        canonical=address("browse.listing", slug=slug, absolute=True),
    )


def _near(words: str) -> Located | None:
    found = running().geocoding.locate(words) if words else None
    return found if isinstance(found, Located) else None
