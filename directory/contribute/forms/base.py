"""What every page of questions has in common."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Self

from directory.accounts.rules import mail_address
from directory.areas.service import AreaIndex
from directory.contribute.rules.answers import Answers
from directory.geocoding.service import Geocoding
from directory.infra.place import Place
from directory.listings.rules.taxonomy import Term, Terms
from directory.web.fields import EmailField
from directory.web.forms import BaseForm
from directory.web.words import gettext as _


@dataclass(frozen=True, slots=True, kw_only=True)
class Here:
    """What questions and answers are about: the place, what things are called in it, and the day it is there."""

    place: Place
    terms: Terms
    areas: AreaIndex
    geocoding: Geocoding
    today: date


class PageForm(BaseForm):
    """One page of questions, about service or place ``item_key`` (at place ``at_key``) where there may be several."""

    item_key: str = ""
    at_key: str = ""
    here: Here

    @classmethod
    def asked(cls, answers: Answers, here: Here, key: str = "", place_key: str = "") -> Self:
        """The page as it stands in ``answers``, or with what this request sends."""
        form = cls.from_request(**cls.given(answers, key, place_key))
        form.item_key, form.at_key, form.here = key, place_key, here
        form.offer(answers)
        return form

    @classmethod
    def given(cls, answers: Answers, key: str, place_key: str) -> dict[str, Any]:
        """What the fields hold before anybody types."""
        raise NotImplementedError

    def offer(self, answers: Answers) -> None:
        """Give the fields what can be chosen."""

    def put(self, answers: Answers) -> Answers:
        """``answers`` with those of this page, which is valid."""
        raise NotImplementedError


class MailboxField(EmailField):
    """The sender's own address: one that ordinary mail servers reach, as mails are sent to it."""

    def parse(self, text: str) -> str:
        """As ``mail_address``."""
        return mail_address(super().parse(text))


def options(terms: Mapping[str, Term]) -> list[tuple[str, str]]:
    """Terms to choose from, in their order."""
    return [(slug, _(term.name)) for slug, term in terms.items()]


def hints(terms: Mapping[str, Term], among: Sequence[str] = ()) -> dict[str, str]:
    """What terms mean."""
    return {slug: _(term.description) for slug, term in terms.items() if not among or slug in among}


def lined(items: Sequence[str]) -> str:
    """Things as lines of a box."""
    return "\n".join(items)
