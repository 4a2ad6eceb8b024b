"""Where: how people are helped, how openly a place may be shown, and only then its address."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from wtforms import Field
from wtforms.validators import StopValidation

from directory.contribute.forms.base import PageForm, hints, options
from directory.contribute.forms.served import ServedForm, parts_field, served_field
from directory.contribute.rules.answers import FIRST, IN_PERSON, Address, Answers, Spot, Ways
from directory.core.errors import Invalid
from directory.core.geo import Point
from directory.geocoding.rules import Located, Miss
from directory.listings.rules.record import Visibility
from directory.web.fields import ChoiceField, ChoicesField, PostcodeField, TextField
from directory.web.words import gettext as _
from directory.web.words import lazy_gettext as _l

VISIBLE: Final = [
    (Visibility.EXACT, _l("Yes, show the address")),
    (Visibility.APPROXIMATE, _l("Only roughly where it is")),
    (Visibility.HIDDEN, _l("No, show nothing of it")),
]
REASONS: Final = {
    Visibility.EXACT: _l("A hall, a church, a shop, an office: anybody may know."),
    Visibility.APPROXIMATE: _l("For example somebody's home. People see “near B13” and ring you for the rest."),
    Visibility.HIDDEN: _l("For example a refuge: people must stay safe. No address, no pin, not even the postcode."),
}


class VisibilityForm(PageForm):
    """How openly a place may be shown, before anybody asks where it is."""

    visibility = ChoiceField(_l("May people see where it is?"), options=VISIBLE, hints=REASONS)

    @classmethod
    def given(cls, answers: Answers, key: str, place_key: str) -> dict[str, Any]:
        """What the fields hold before anybody types."""
        del place_key
        spot = answers.spot(key)
        return {"visibility": spot.visibility} if spot else {}

    def validate_visibility(self, field: Field) -> None:
        """It cannot be guessed."""
        if not field.data:
            raise StopValidation(_("Choose whether people may see where it is"))

    def put(self, answers: Answers) -> Answers:
        """``answers`` with the place as openly as was chosen."""
        spot = answers.spot(self.item_key)
        visibility = Visibility(self.visibility.data)
        return answers.with_spot(
            replace(spot, visibility=visibility) if spot else Spot(key=self.item_key, visibility=visibility)
        )


class WaysForm(ServedForm):
    """How people are helped, whether their place may be shown, and whom they serve."""

    how = ChoicesField(_l("How do people get your help?"), description=_l("Choose all that fit."))
    visibility = ChoiceField(
        _l("May people see where you are?"),
        options=VISIBLE,
        hints=REASONS,
        description=_l("We ask this before the address. You can change it at any time."),
    )
    served = served_field()
    parts = parts_field()
    for_all = False  # whether what is changed here changes several services

    @classmethod
    def given(cls, answers: Answers, key: str, place_key: str) -> dict[str, Any]:
        """What the fields hold before anybody types."""
        del key, place_key
        ways, spot = answers.ways, _first(answers)
        found: dict[str, Any] = {"visibility": spot.visibility if spot else None}
        if ways:
            found |= {"how": list(ways.how), "served": ways.served or None, "parts": "\n".join(ways.parts)}
        return found

    def offer(self, answers: Answers) -> None:
        """Every way to be helped; the whole place, parts of it, or anywhere."""
        del answers
        hows = self.here.terms.hows
        self.how.offer(options(hows), hints(hows))
        self.offer_served()

    def validate_how(self, field: Field) -> None:
        """At least one way."""
        if not field.data:
            raise StopValidation(_("Choose at least one way that people get your help"))

    def validate_visibility(self, field: Field) -> None:
        """It cannot be guessed, where there is a place."""
        if IN_PERSON in (self.how.data or ()) and not field.data:
            raise StopValidation(_("Choose whether people may see where you are"))

    def validate_served(self, field: Field) -> None:
        """Who has no place serves people somewhere."""
        if self.asks_served and self.how.data and IN_PERSON not in self.how.data and not field.data:
            raise StopValidation(_("Choose who it is for, by where they live"))

    def put(self, answers: Answers) -> Answers:
        """``answers`` with the ways, and the first place as openly as was chosen."""
        ways = replace(answers.ways or Ways(how=()), how=tuple(self.how.data or ()))
        if self.asks_served:
            ways = replace(ways, served=self.served.data or "", parts=self.chosen_parts())
        answers = answers.with_ways(ways)
        if not ways.has_place:
            return answers
        visibility, spot = Visibility(self.visibility.data), _first(answers)
        return answers.with_spot(
            replace(spot, visibility=visibility) if spot else Spot(key=FIRST, visibility=visibility)
        )


def _first(answers: Answers) -> Spot | None:
    """The place that is asked about together with the ways: the first that is left, whatever its key."""
    return next(iter(answers.spots), None)


class AddressForm(PageForm):
    """Where a place is. The pin follows the postcode, unless somebody moved it."""

    venue = TextField(_l("Name of the building (optional)"), description=_l("For example “St Agatha's Hall”"))
    line_1 = TextField(_l("Street address"))
    line_2 = TextField(_l("Second line (optional)"))
    town = TextField(_l("Town or city"))
    postcode = PostcodeField(_l("Postcode"), most=40)
    lat = TextField(_l("Latitude"), most=30)
    lon = TextField(_l("Longitude"), most=30)
    services = ChoicesField(_l("What happens here?"))
    spot: Spot | None = None

    @classmethod
    def given(cls, answers: Answers, key: str, place_key: str) -> dict[str, Any]:
        """What happens there; the address itself comes from where it is kept (``fill``)."""
        del place_key
        spot = answers.spot(key)
        return {"services": list(spot.services if spot else ()) or [each.key for each in answers.services]}

    def fill(self, address: Address | None) -> None:
        """Show the address there is, unless one was sent."""
        if self.is_submitted():
            return
        given = address or Address(town=self.here.place.name)
        for name in ("venue", "line_1", "line_2", "town", "postcode"):
            self[name].data = getattr(given, name)
        for name in ("lat", "lon"):
            value = getattr(given, name)
            self[name].data = "" if value is None else f"{value:.6f}"

    def offer(self, answers: Answers) -> None:
        """The services that people come for, when there are several."""
        self.spot = answers.spot(self.item_key)
        known = self.spot.services if self.spot else ()
        there = [each for each in answers.services if answers.comes_to(each.key) or each.key in known]
        self.services.offer([(each.key, each.name) for each in there])

    def validate_line_1(self, field: Field) -> None:
        """An address that is shown has a street, or at least a building."""
        if self.is_shown and not (field.data or self.venue.data):
            raise StopValidation(_("Enter the street address, or the name of the building"))

    def validate_postcode(self, field: Field) -> None:
        """What the pin is set by."""
        if not field.data:
            if self.spot is None or self.spot.visibility is not Visibility.HIDDEN:
                raise StopValidation(_("Enter the postcode, for example B14 7QH"))
            return
        # One that nobody knows is kept: it may be newer than the file.
        if self.here.geocoding.postcode(field.data) is Miss.OUTSIDE:
            raise StopValidation(
                _(
                    "That postcode is outside %(place)s, which is all that this directory covers",
                    place=self.here.place.called,
                )
            )

    def validate_lat(self, field: Field) -> None:
        """A pin that was moved is within the place."""
        if not (field.data or self.lon.data):
            return
        point = self.point()
        if point is None or not self.here.place.box.contains(point):
            field.data = self.lon.data = ""
            raise StopValidation(_("Put the pin within %(place)s", place=self.here.place.called))

    def validate_services(self, field: Field) -> None:
        """Something happens there."""
        if len(self.services.options) > 1 and not field.data:
            raise StopValidation(_("Choose what happens here"))

    def put(self, answers: Answers) -> Answers:
        """``answers`` with what happens there."""
        spot = answers.spot(self.item_key) or Spot(key=self.item_key, visibility=Visibility.HIDDEN)
        if len(self.services.options) < 2:
            return answers.with_spot(spot)  # it was not asked
        chosen = tuple(self.services.data or ())
        coming = {each.key for each in answers.services if answers.comes_to(each.key)}
        return answers.with_spot(replace(spot, services=() if coming == set(chosen) else chosen))

    def address(self) -> Address:
        """The address, for the table that keeps it."""
        point = self.point() if self.is_shown else None
        return Address(
            venue=self.venue.data or "",
            line_1=self.line_1.data or "",
            line_2=self.line_2.data or "",
            town=self.town.data or "",
            postcode=self.postcode.data or "",
            lat=point.lat if point else None,
            lon=point.lon if point else None,
        )

    def point(self) -> Point | None:
        """Where the pin was moved to by hand."""
        try:
            return Point.parse(self.lat.data or "", self.lon.data or "")
        except Invalid:
            return None

    def precise(self) -> Located | None:
        """Where the postcode in the field sets the pin."""
        found = self.here.geocoding.postcode(self.postcode.data or "")
        return found if isinstance(found, Located) else None

    @property
    def is_shown(self) -> bool:
        """Whether everybody may see the address."""
        return self.spot is not None and self.spot.visibility is Visibility.EXACT
