"""Claiming a listing that is there already, without an account."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from flask import redirect, render_template, request, session
from flask.typing import ResponseReturnValue

from directory.contribute.forms import PressForm
from directory.contribute.forms.manage import ClaimForm
from directory.contribute.routes.blueprint import bp, count, running
from directory.contribute.routes.put_right import listing_at, thanked
from directory.contribute.routes.receipts import done, receipt
from directory.contribute.service.limits import Deed
from directory.core.errors import Invalid
from directory.infra import clock
from directory.infra.db import reading, transaction
from directory.moderation.rules.claiming import DOMAIN, EVIDENCE, Ways, is_at
from directory.moderation.rules.states import Kind
from directory.moderation.rules.values import Receipt, Sending
from directory.moderation.service import claiming
from directory.publishing.queries import Current
from directory.web.access import Who, open_to
from directory.web.addresses import address, language
from directory.web.headers import secret_page
from directory.web.people import acting
from directory.web.words import gettext as _

TO: Final = "to "  # before an address that is published, among the ways
MAILED: Final = "claim-mailed"  # in the signed cookie: what this browser claimed last, and where the mail went


@bp.route("/listings/<slug>/claim", methods=["GET", "POST"])
@open_to(Who.ANYONE)
def claim(slug: str) -> ResponseReturnValue:
    """Is this your group? A link to an address that is the group's, or a moderator who is told why."""
    now = clock.now()
    found = listing_at(slug, now)
    if isinstance(found, str):
        return redirect(address("contribute.claim", slug=found), code=308)
    if request.method == "GET" and "sent" in request.args and (told := _mailed(found)):
        return render_template("contribute/claim_sent.html", **told)
    with reading() as opened:
        ways = claiming.ways(opened, found.record)
    form = ClaimForm.from_request(email=acting().email)
    offered = _ways(ways)
    form.way.offer(offered)
    if len(offered) == 1:  # nothing to choose
        form.way.data = EVIDENCE
    if form.submitted_and_valid() and _is_at_domain(form, ways):
        return _claimed(found, form, ways, now)
    return render_template(
        "contribute/claim.html", form=form, name=found.record.name, slug=found.slug, secret=False, domain=ways.domain
    )


@bp.route("/claim/<token>", methods=["GET", "POST"])
@open_to(Who.ANYONE)
def claim_link(token: str) -> ResponseReturnValue:
    """The link that was sent to the group: its page says who asks, and has a button."""
    secret_page()
    now = clock.now()
    if told := receipt(token):
        return render_template("contribute/manage/taken.html", **told)
    with reading() as opened:
        found = claiming.peek(opened, token, now)
    if found is None:
        return render_template("contribute/manage/dead.html"), 410
    form = PressForm()  # not before: a form gives a cookie
    if form.submitted_and_valid():
        with transaction() as opened:
            taken = claiming.take_up(opened, token, language=language(), now=now)
        if taken is not None:
            return done(token, name=taken.name, email=taken.who)
        return render_template("contribute/manage/dead.html"), 410
    return render_template("contribute/manage/allow.html", form=form, found=found)


def _ways(ways: Ways) -> list[tuple[str, str]]:
    """The ways that there are; a moderator can always be told."""
    found = [(f"{TO}{each}", _("I can read mail sent to %(email)s", email=each)) for each in ways.addresses]
    if ways.domain:
        found.append((DOMAIN, _("I have an e-mail address at %(domain)s", domain=ways.domain)))
    tell = _("None of these: I will tell a moderator") if found else _("I will tell a moderator")
    return [*found, (EVIDENCE, tell)]


def _mailbox(form: ClaimForm, ways: Ways) -> str:
    """Where the link goes; "" for none."""
    way = str(form.way.data)
    if way.startswith(TO):
        return way.removeprefix(TO)
    typed = (form.at_domain.data or "").strip()
    return typed if "@" in typed else f"{typed}@{ways.domain}"


def _is_at_domain(form: ClaimForm, ways: Ways) -> bool:
    if form.way.data != DOMAIN or is_at(_mailbox(form, ways), ways.domain):
        return True
    form.at_domain.errors = [_("Enter an address that ends in @%(domain)s", domain=ways.domain)]
    return False


def _claimed(found: Current, form: ClaimForm, ways: Ways, now: datetime) -> ResponseReturnValue:
    count(Deed.CLAIM, now)
    email = str(form.email.data)
    if form.way.data == EVIDENCE:
        return thanked(found, _suggested(found, form, email, now), "claim", email)
    count(Deed.CLAIM_LISTING, now, who=found.record.id.hex)
    try:
        with transaction() as opened:
            claiming.send(opened, found.record, to=_mailbox(form, ways), who=email, language=language(), now=now)
    except Invalid:
        form.at_domain.errors = [_("Enter an e-mail address like name@example.org")]
        return render_template(
            "contribute/claim.html",
            form=form,
            name=found.record.name,
            slug=found.slug,
            secret=False,
            domain=ways.domain,
        )
    session[MAILED] = {"slug": found.slug, "to": _mailbox(form, ways)}
    return redirect(address("contribute.claim", slug=found.slug, sent="1"), code=303)  # to load it again mails nothing


def _mailed(found: Current) -> dict[str, str] | None:
    """What the page says once a claim of the listing was mailed from this browser."""
    told = session.get(MAILED)
    return told if isinstance(told, dict) and told.get("slug") == found.slug else None


def _suggested(found: Current, form: ClaimForm, email: str, now: datetime) -> Receipt:
    sending = Sending(kind=Kind.CLAIM, email=email, language=language(), once=form.key, words=form.words.data or "")
    with transaction() as opened:
        return claiming.with_evidence(opened, found.record, sending, acting=acting(), around=running().around, now=now)
