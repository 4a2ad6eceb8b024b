"""What they do, and for whom: one service."""

from __future__ import annotations

from typing import Any

from directory.contribute.forms.base import PageForm, options
from directory.contribute.rules import texts
from directory.contribute.rules.answers import Answers, Doing
from directory.web.fields import ChoicesField, LinesField, Needed, TextField
from directory.web.words import lazy_gettext as _l


class DoingForm(PageForm):
    """One thing that the group does for people."""

    name_ = TextField(
        _l("What do you do?"),
        [Needed(_l("Enter what you do, in a few words"))],
        most=texts.NAME,
        name="name",
        description=_l("A short name, for example “Food bank” or “Tuesday choir”"),
    )
    about = LinesField(
        _l("What happens, in your own words"),
        [Needed(_l("Describe what happens, in a sentence or two"))],
        most=texts.ABOUT,
        description=_l("As you would tell a neighbour. Do not put anybody's name or home address here."),
    )
    needs = ChoicesField(
        _l("What does it help with?"),
        [Needed(_l("Choose at least one thing it helps with"))],
        description=_l("Choose all that fit. This is how people find you."),
    )
    audiences = ChoicesField(
        _l("Is it for certain people? (optional)"), description=_l("Leave empty if anybody may come.")
    )

    @classmethod
    def given(cls, answers: Answers, key: str, place_key: str) -> dict[str, Any]:
        """What the fields hold before anybody types."""
        del place_key
        found = answers.service(key)
        if found is None:
            return {}
        return {
            "name_": found.name,
            "about": found.about,
            "needs": list(found.needs),
            "audiences": list(found.audiences),
        }

    def offer(self, answers: Answers) -> None:
        """Every need, and everybody a service may be for."""
        del answers
        self.needs.offer(options(self.here.terms.needs))
        self.audiences.offer([each for each in options(self.here.terms.audiences) if each[0] != "everyone"])

    def put(self, answers: Answers) -> Answers:
        """``answers`` with this service."""
        before = answers.service(self.item_key)
        return answers.with_service(
            Doing(
                key=self.item_key,
                name=self.name_.data or "",
                about=self.about.data or "",
                needs=tuple(self.needs.data or ()),
                audiences=tuple(self.audiences.data or ()),
                known=before.known if before else None,
            )
        )
