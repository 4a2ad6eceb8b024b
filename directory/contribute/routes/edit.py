"""The pages by which whoever speaks for a listing changes it: those of adding a group, one at a time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final
from uuid import UUID

from babel.dates import get_day_names
from flask import abort
from flask.typing import ResponseReturnValue

from directory.contribute.forms import (
    DoingForm,
    ExtrasForm,
    GroupForm,
    HoursForm,
    PageForm,
    ReachForm,
    VisibilityForm,
)
from directory.contribute.forms.manage import AboutForm, KeptAddressForm, KeptDetailsForm, KeptEachForm, KeptWaysForm
from directory.contribute.forms.times import OTHERS
from directory.contribute.routes.blueprint import bp, here, running
from directory.contribute.routes.changing import Asking, ask
from directory.contribute.rules.answers import MOST_PLACES, MOST_SERVICES, Address, Answers, next_key
from directory.contribute.rules.editing import edited
from directory.contribute.rules.placing import readdressed
from directory.contribute.rules.tasks import Step, Task, is_sensitive
from directory.contribute.rules.told import address_of, told
from directory.contribute.service.sending import named
from directory.contribute.views.manage import ABOUT, SHOW, THEIRS, Side, edit_url
from directory.contribute.views.pin import pin_shown
from directory.infra import clock
from directory.listings.rules.record import Location, Record
from directory.moderation.service.amend import Change
from directory.web.access import Who, open_to
from directory.web.addresses import address
from directory.web.words import locale

FORMS: Final[Mapping[str, type[PageForm]]] = {
    Task.WHO: GroupForm,
    Task.WHAT: DoingForm,
    Task.WHERE: KeptWaysForm,
    SHOW: VisibilityForm,
    Task.PLACE: KeptAddressForm,
    Task.WHEN: HoursForm,
    Task.REACH: ReachForm,
    Task.DETAILS: KeptDetailsForm,
    Task.EACH: KeptEachForm,
    Task.EXTRAS: ExtrasForm,
}
TEMPLATES: Final = {SHOW: "show_place", Task.EXTRAS: "more"}
ADDRESS: Final = ("venue", "line_1", "line_2", "town", "postcode", "lat", "lon")


@bp.route("/manage/<uuid:organization>/edit/<task>", defaults={"key": "", "place_key": ""}, methods=["GET", "POST"])
@bp.route("/manage/<uuid:organization>/edit/<task>/<key>", defaults={"place_key": ""}, methods=["GET", "POST"])
@bp.route("/manage/<uuid:organization>/edit/<task>/<key>/<place_key>", methods=["GET", "POST"])
@open_to(Who.STEWARD)
def edit(organization: UUID, task: str, key: str, place_key: str) -> ResponseReturnValue:
    """One page of questions about a listing, with what it says."""
    return one_page(organization, task, key, place_key, THEIRS)


def one_page(organization: UUID, task: str, key: str, place_key: str, side: Side) -> ResponseReturnValue:
    """The page ``task`` about a listing, of its service or place ``key``."""
    if task == ABOUT:
        return ask(organization, _ABOUT, side)
    if task not in FORMS:
        abort(404)
    return ask(organization, _Questions(organization, task, key, place_key, side).asking(), side)


class _Questions:
    """A page that adding a group has too."""

    def __init__(self, organization: UUID, task: str, key: str, place_key: str, side: Side) -> None:
        self._organization, self._side = organization, side
        self._task, self._key, self._place_key = task, key, place_key

    def asking(self) -> Asking:
        """How the page goes."""
        return Asking(
            template=f"contribute/{TEMPLATES.get(self._task, self._task)}.html",
            form=self._form,
            holds=self._holds,
            put=self._put,
            shown=self._shown,
        )

    def _form(self, record: Record) -> PageForm:
        answers = told(record)
        self._require(answers)
        form = FORMS[self._task].asked(answers, here(clock.now()), self._key, self._place_key)
        if isinstance(form, KeptAddressForm):
            place = _place(record, answers, self._key)
            form.fill(address_of(place) if place else None)
        return form

    def _require(self, answers: Answers) -> None:
        """Answer 404 for a service or place that the listing has not, and is not to get next."""
        service, spot = answers.service(self._key), answers.spot(self._key)
        known = {
            Task.WHAT: service or (self._key == next_key(answers.services) and len(answers.services) < MOST_SERVICES),
            SHOW: spot or (self._key == next_key(answers.spots) and len(answers.spots) < MOST_PLACES),
            Task.PLACE: spot,
            Task.EACH: service and len(answers.services) > 1,
            Task.WHEN: service and (not self._place_key or answers.spot(self._place_key)),
        }.get(self._task, not self._key)
        if not known:
            abort(404)

    def _holds(self, record: Record) -> Mapping[str, Any]:
        answers = told(record)
        held = FORMS[self._task].given(answers, self._key, self._place_key)
        place = _place(record, answers, self._key) if self._task == Task.PLACE else None
        there = (address_of(place) if place else None) or Address()
        return {**held, **{name: getattr(there, name) for name in ADDRESS}} if place else held

    def _put(self, record: Record, form: PageForm) -> Change:
        before = told(record)
        after, around = form.put(before), running().around
        place = _place(record, before, self._key)
        moved = isinstance(form, KeptAddressForm) and place is not None and not form.is_kept

        def change(given: Record) -> Record:
            made = edited(given, before, after, named(around))
            if not moved or not isinstance(form, KeptAddressForm) or place is None:
                return made
            return readdressed(made, place.id, address_of(place), form.address())

        return change

    def _shown(self, record: Record, form: PageForm) -> Mapping[str, Any]:
        answers = told(record)
        task = Task.PLACE if self._task == SHOW else Task(self._task)
        return {
            "answers": answers,
            "step": Step(task, done=True, key=self._key, place=self._place_key),
            "sensitive": is_sensitive(answers),
            "show_url": edit_url(self._side, self._organization, SHOW, self._key),
            **self._extra(answers, form),
            **self._removing(record, answers),
        }

    def _extra(self, answers: Answers, form: Any) -> Mapping[str, Any]:
        """What some pages need besides."""
        if self._task == Task.PLACE:
            return _of_place(form)
        return self._of_hours(answers, form) if self._task == Task.WHEN else {}

    def _of_hours(self, answers: Answers, form: Any) -> Mapping[str, Any]:
        """The days, and where the times are others."""
        apart = answers.spots if not form.at_key and len(answers.spots) > 1 else ()
        urls = [
            (each.key, edit_url(self._side, self._organization, Task.WHEN, form.item_key, each.key)) for each in apart
        ]
        return {
            "apart": urls,
            "days": get_day_names(locale=locale()),
            "has_others": any(form[f"often_o{at}"].data for at in OTHERS),
        }

    def _removing(self, record: Record, answers: Answers) -> Mapping[str, Any]:
        """The button that takes a service or a place out; the last service stays."""
        doing = answers.service(self._key) if self._task == Task.WHAT else None
        if doing is not None and len(record.services) > 1:
            url = address(self._side.remove_service, organization=self._organization, service=doing.known)
            return {"may_remove": True, "remove_url": url}
        place = _place(record, answers, self._key) if self._task == Task.PLACE else None
        if place is not None:
            url = address(self._side.remove_place, organization=self._organization, location=place.id)
            return {"may_remove": True, "remove_url": url}
        return {"may_remove": False}


def _place(record: Record, answers: Answers, key: str) -> Location | None:
    """The place with a key."""
    spot = answers.spot(key)
    return next((each for each in record.locations if spot and each.id == spot.known), None)


def _of_place(form: Any) -> Mapping[str, Any]:
    pin: dict[str, Any] = {"pin": None, "pin_said": ""}
    if form.is_shown:
        pin = pin_shown(form.point(), form.precise(), form.postcode.data or "", form.here.place.box)
    return {**pin, "is_kept": not form.is_shown}


def _described(_record: Record, form: Any) -> Change:
    return lambda given: replace(given, description=form.description.data or "")


_ABOUT: Final = Asking(
    template="contribute/manage/about.html",
    form=lambda record: AboutForm.from_request(description=record.description),
    holds=lambda record: {"description": record.description},
    put=_described,
)
