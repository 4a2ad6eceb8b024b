"""How to reach them, and what it costs, how one gets in, and in which languages."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from wtforms import Field
from wtforms.validators import StopValidation

from directory.contribute.forms.base import PageForm, lined, options
from directory.contribute.forms.costs import CostForm, cost_field, fees_field, held, languages_field
from directory.contribute.forms.served import ServedForm, parts_field, served_field
from directory.contribute.rules import texts
from directory.contribute.rules.answers import IN_PERSON, Answers, Details, Own, OwnOf, Reach, Ways
from directory.web.fields import ChoicesField, EmailField, PhoneField, TextField, TickField, WebsiteField
from directory.web.words import gettext as _
from directory.web.words import lazy_gettext as _l


class ReachForm(PageForm):
    """What the public may use: of a role, not of a person."""

    phone = PhoneField(_l("Public phone number (optional)"), most=60)
    email = EmailField(
        _l("Public e-mail address (optional)"),
        most=254,
        description=_l("One that belongs to the group, for example hello@example.org"),
    )
    website = WebsiteField(_l("Website or social media page (optional)"))
    role = TextField(
        _l("Who answers? (optional)"),
        most=100,
        description=_l("A role, not a person's name: “the coordinator”, “any volunteer”"),
    )
    come_along = TickField(_l("There is nothing of the kind: people just come along"))

    @classmethod
    def given(cls, answers: Answers, key: str, place_key: str) -> dict[str, Any]:
        """What the fields hold before anybody types."""
        del key, place_key
        reach = answers.reach
        if reach is None:
            return {}
        return {name: getattr(reach, name) for name in ("phone", "email", "website", "role", "come_along")}

    def validate_come_along(self, field: Field) -> None:
        """People need some way."""
        if not (field.data or self.phone.data or self.email.data or self.website.data):
            raise StopValidation(_("Enter at least one way to reach you, or tick that people just come along"))

    def put(self, answers: Answers) -> Answers:
        """``answers`` with these ways."""
        reach = Reach(
            phone=self.phone.data or "",
            email=self.email.data or "",
            website=self.website.data or "",
            role=self.role.data or "",
            come_along=bool(self.come_along.data),
        )
        return replace(answers, reach=reach)


class DetailsForm(CostForm):
    """Cost, access and languages."""

    cost = cost_field()
    fees = fees_field()
    access = ChoicesField(
        _l("What does your place have? (optional)"), description=_l("Choose what is there today, not what is planned.")
    )
    access_note = TextField(_l("Anything else about getting in (optional)"), most=texts.LINE)
    languages = languages_field()
    differ = TickField(
        _l("It is not: ask me about each of them"),
        description=_l(
            "Is all that you do offered in the same way, at the same cost, in the same languages, and to people in the "
            "same places?"
        ),
    )

    has_place = True
    may_differ = False  # whether there are several services, which are asked about together

    @classmethod
    def given(cls, answers: Answers, key: str, place_key: str) -> dict[str, Any]:
        """What the fields hold before anybody types."""
        del key, place_key
        details = answers.details
        if details is None:
            return {}
        return {
            **held(details),
            "access": list(details.access),
            "access_note": details.access_note,
            "differ": details.differ,
        }

    def offer(self, answers: Answers) -> None:
        """What a place may have, if there is one."""
        self.access.offer(options(self.here.terms.access))
        self.has_place = answers.ways is None or answers.ways.has_place
        self.may_differ = len(answers.services) > 1
        self.offer_languages()

    def put(self, answers: Answers) -> Answers:
        """``answers`` with these."""
        before = answers.details or Details()
        details = replace(
            before,
            access=tuple(self.access.data or ()) if self.has_place else (),
            access_note=(self.access_note.data or "") if self.has_place else "",
            differ=bool(self.differ.data) if self.may_differ else before.differ,
        )
        if self.asks_cost:
            free, fees = self.price()
            details = replace(details, free=free, fees=fees, languages=self.chosen_languages())
        return replace(answers, details=details)


class EachForm(CostForm, ServedForm):
    """How people get one of several services, what it costs, in which languages it is, and for whom."""

    how = ChoicesField(_l("How do people get it?"), description=_l("Choose all that fit."))
    cost = cost_field()
    fees = fees_field()
    languages = languages_field()
    served = served_field()
    parts = parts_field()

    has_place = True
    asks_how = False  # whether there are several ways
    others_come = False  # whether people come to a place for another service

    @classmethod
    def given(cls, answers: Answers, key: str, place_key: str) -> dict[str, Any]:
        """What was said for it; before that, what was said for all."""
        del place_key
        own = answers.own_of(key)
        said = answers.details is not None or answers.has_own(key)
        where = {"how": list(own.how), "served": own.served or None, "parts": lined(own.parts)}
        return {**(held(own) if said else {}), **where}

    def offer(self, answers: Answers) -> None:
        """The ways that were chosen for all; the whole place, parts of it, or anywhere."""
        ways = answers.ways or Ways(how=())
        self.has_place = answers.ways is None or ways.has_place
        self.asks_how = len(ways.how) > 1
        self.others_come = any(answers.comes_to(each.key) for each in answers.services if each.key != self.item_key)
        self.how.offer([each for each in options(self.here.terms.hows) if each[0] in ways.how])
        self.offer_languages()
        self.offer_served()

    def validate_how(self, field: Field) -> None:
        """At least one way; and a place that is listed is one that somebody comes to."""
        if self.asks_how and not field.data:
            raise StopValidation(_("Choose at least one way that people get it"))
        if self.has_place and not self._comes and not self.others_come:
            raise StopValidation(
                _("You gave a place that people come to. If nobody comes there, change that on the page “Where” first")
            )

    def validate_served(self, field: Field) -> None:
        """What people need not come for serves people somewhere."""
        if not self._comes and not field.data:
            raise StopValidation(_("Choose who it is for, by where they live"))

    def put(self, answers: Answers) -> Answers:
        """``answers`` with what is this service's own."""
        free, fees = self.price()
        own = Own(
            free=free,
            fees=fees,
            languages=self.chosen_languages(),
            served=self.served.data or "",
            parts=self.chosen_parts(),
            how=tuple(self.how.data or ()) if self.asks_how else (),
        )
        return answers.with_own(OwnOf(service=self.item_key, own=own))

    @property
    def _comes(self) -> bool:
        """Whether people come to a place for it."""
        return IN_PERSON in (self.how.data or ()) if self.asks_how else self.has_place
