"""Listings that look like what is being added, and why they do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from directory.contribute.service.alike import Alike
from directory.moderation.rules.likeness import Why
from directory.web.words import lazy_gettext as _l

WHY: Final = {
    Why.NUMBER: _l("the same number in a register"),
    Why.PHONE: _l("the same phone number"),
    Why.WEBSITE: _l("the same website"),
    Why.NAME: _l("a name like it"),
    Why.NEAR: _l("the same street"),
}


@dataclass(frozen=True, slots=True)
class AlikeView:
    """One listing that may be the same group."""

    uuid: str
    slug: str
    name: str
    where: str
    why: str
    is_claimed: bool


def alike_views(found: Sequence[Alike]) -> list[AlikeView]:
    """Each with its reasons in words."""
    return [
        AlikeView(
            str(each.uuid),
            each.slug,
            each.name,
            each.where,
            ", ".join(str(WHY[why]) for why in each.why),
            each.is_claimed,
        )
        for each in found
    ]
