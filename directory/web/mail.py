"""The words of mails: templates in ``mail/``, in the language of whoever gets them, plain text and HTML."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from babel import Locale
from flask import current_app

from directory.infra.place import Place
from directory.web.addresses import language, site_address, speaking
from directory.web.words import gettext as _
from directory.web.words import locale, moment

SUBJECT: Final = "Subject:"  # how the first line of a text begins; not translated
_GAPS: Final = re.compile(r"[ \t]*\n(?:[ \t]*\n)+")


@dataclass(frozen=True, slots=True)
class Written:
    """A mail in words."""

    subject: str
    text: str
    html: str


def write(kind: str, code: str, place: Place, values: Mapping[str, Any]) -> Written:
    """The mail ``kind`` in the language ``code`` (the place's own if the site does not speak it).

    Its templates have ``values``, ``site_name``, ``place``, ``home``, ``lang``, ``dir`` and ``moment(text)``, which
    writes an instant (as ``datetime.isoformat`` has it) as people of the place do. Raises jinja2's errors, and
    ValueError for a text without subject.
    """
    with speaking(code):
        given = {
            **values,
            "place": place,
            "site_name": _("Community Directory"),
            "home": site_address("/", in_language=language()),
            "lang": language(),
            "dir": Locale.parse(locale()).text_direction,
            "moment": lambda text: moment(datetime.fromisoformat(text), place.time_zone),
        }
        text = current_app.jinja_env.get_template(f"mail/{kind}.txt").render(given)
        html = current_app.jinja_env.get_template(f"mail/{kind}.html").render(given)
    first, _end, rest = text.lstrip().partition("\n")
    if not first.startswith(SUBJECT):
        raise ValueError(f"the first line of mail/{kind}.txt is not its subject")
    return Written(first.removeprefix(SUBJECT).strip(), _GAPS.sub("\n\n", rest).strip() + "\n", html)
