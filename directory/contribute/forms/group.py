"""Who they are."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from wtforms import Field
from wtforms.validators import StopValidation

from directory.contribute.forms.base import PageForm, hints, options
from directory.contribute.rules import texts
from directory.contribute.rules.answers import Answers, Group, Register
from directory.core.errors import Invalid
from directory.core.identifiers import charity_number, company_number
from directory.web.fields import ChoiceField, Needed, TextField
from directory.web.forms import GuardedForm
from directory.web.words import gettext as _
from directory.web.words import lazy_gettext as _l


class GroupForm(PageForm, GuardedForm):
    """The number first: a register may know the rest."""

    register_ = ChoiceField(
        _l("Is your group on a public register?"),
        [Needed(_l("Choose whether your group is on a public register"))],
        name="register",
        options=[
            (Register.CHARITY, _l("Yes, as a charity")),
            (Register.COMPANY, _l("Yes, as a company or CIC")),
            (Register.NONE, _l("No, it is not registered")),
        ],
        hints={Register.NONE: _l("That is as good an answer. You need no constitution and no bank account.")},
    )
    charity = TextField(
        _l("Charity number"), description=_l("For example 1000003. It fills in what the register knows.")
    )
    company = TextField(_l("Company number"), description=_l("Eight characters, for example 01234567"))
    name_ = TextField(
        _l("What is your group called?"), [Needed(_l("Enter the name of your group"))], most=texts.NAME, name="name"
    )
    also = TextField(_l("Other names or initials people use (optional)"), most=texts.NAME)
    kind = ChoiceField(_l("What sort of group is it?"), [Needed(_l("Choose what sort of group it is"))])

    @classmethod
    def given(cls, answers: Answers, key: str, place_key: str) -> dict[str, Any]:
        """What the fields hold before anybody types."""
        del key, place_key
        group = answers.group
        if group is None:
            return {}
        return {
            "register_": group.register,
            "charity": group.number if group.register is Register.CHARITY else "",
            "company": group.number if group.register is Register.COMPANY else "",
            "name_": group.name,
            "also": group.also,
            "kind": group.kind,
        }

    def offer(self, answers: Answers) -> None:
        """Every sort of group there is."""
        del answers
        self.kind.offer(options(self.here.terms.kinds), hints(self.here.terms.kinds))

    def validate_charity(self, field: Field) -> None:
        """A charity has a number."""
        if self.register_.data == Register.CHARITY:
            field.data = _number(field, charity_number, _("Enter the charity number, for example 1000003 or SC012345"))

    def validate_company(self, field: Field) -> None:
        """A company has a number."""
        if self.register_.data == Register.COMPANY:
            field.data = _number(field, company_number, _("Enter the company number, for example 01234567 or SC123456"))

    def put(self, answers: Answers) -> Answers:
        """``answers`` with who they are."""
        return replace(answers, group=self.group())

    def group(self) -> Group:
        """Who they are."""
        register = Register(self.register_.data)
        numbers = {Register.CHARITY: self.charity.data, Register.COMPANY: self.company.data}
        return Group(
            register=register,
            number=numbers.get(register) or "",
            name=self.name_.data or "",
            also=self.also.data or "",
            kind=self.kind.data,
        )


def _number(field: Field, read: Any, remedy: str) -> str:
    try:
        found: str = read(field.data or "")
    except Invalid:
        raise StopValidation(remedy) from None
    return found
