"""The base of every form: labels are questions, errors are instructions, answers leave typed."""

from __future__ import annotations

from typing import Any, Self

from flask import request
from flask_wtf import FlaskForm
from wtforms import Field


class BaseForm(FlaskForm):  # type: ignore[misc] # Flask-WTF comes without types
    """A form that is sent by POST. Its token is in the signed cookie, which only a page with a form sets."""

    @classmethod
    def from_request(cls, **given: Any) -> Self:
        """The form with what was sent, or with ``given`` to begin from."""
        return cls(**given)

    def submitted_and_valid(self) -> bool:
        """Whether this request sends the form, and all of it is right; else its fields have the errors."""
        return bool(request.method == "POST" and self.validate())


def answer(field: Field) -> Any:
    """The value of a valid field. Raises ValueError for one without an answer: a validator is missing."""
    if field.data is None:
        raise ValueError(f"{field.name} has no answer")
    return field.data
