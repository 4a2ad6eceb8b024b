"""Into every field of every form there is, what programs have stumbled over is typed, on both databases.

The forms are found by looking for them: whoever adds one, or a field, says in ``pages`` where it is, or the test fails.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator

import pytest
from wtforms import StringField
from wtforms.fields.core import UnboundField

from directory.web import forms
from directory.web.forms import BaseForm
from tests.contracts.desk import Desk
from tests.support.apps import INSTALLED
from tests.support.filling import values_of
from tests.support.pages import soup_of

TYPED = (
    "<script>alert(1)</script>",
    '"><svg onload=alert(1)> &lt;b&gt;',
    "{{ 7*7 }} {% raw %} ${7*7} %(name)s {0} %s",
    "=cmd|'/C calc'!A1",
    "' OR 1=1 -- ../../../etc/passwd%00",
    "\U0001f469\u200d\U0001f467 \u2764\ufe0f \u202etest\u202d \u200b\ufeff",
    "\u05d1\u05b0\u05bc\u05e8\u05b5\u05d0 \u062b\u0645 \u0646\u0641\u0633",
    "1e999",
    "a\x00b",
    "a\x1b[31m\uffffb",
    "x" * 6_000,
)
STORED = (TYPED[4], TYPED[5], *TYPED[7:])  # what another database may take otherwise; with the others by `make soak`
SEEN = frozenset(TYPED[:8])  # it must come back as it was typed, or be kept
CODES = frozenset({"code"})  # of an authenticator: it is not shown again
GUARDS = frozenset({"homepage"})  # what people cannot reach


class Typed:
    """Which fields of which forms were sent with one of TYPED."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.fields: set[tuple[type[BaseForm], str]] = set()
        whole = BaseForm.submitted_and_valid

        def noted(form: BaseForm) -> bool:
            for field in form:
                if isinstance(field, StringField) and any(text in TYPED for text in field.raw_data or ()):
                    self.fields |= {(kind, field.short_name) for kind in type(form).__mro__}
            return whole(form)

        monkeypatch.setattr(BaseForm, "submitted_and_valid", noted)


def there_are() -> set[tuple[type[BaseForm], str]]:
    """Each field that takes text, of each form. Forms that are made for one request are of one that is named."""
    found, kinds = set(), [BaseForm]
    while kinds:
        kind = kinds.pop()
        kinds += kind.__subclasses__()
        if kind.__module__.startswith("directory.") and getattr(sys.modules[kind.__module__], kind.__name__, 0) is kind:
            found |= {(kind, name) for name in _texts(kind)}
    return found


def _texts(kind: type[BaseForm]) -> Iterator[str]:
    for attribute in dir(kind):
        field = getattr(kind, attribute)
        if isinstance(field, UnboundField) and issubclass(field.field_class, StringField):
            yield field.name or field.kwargs.get("name", attribute)


@pytest.fixture
def desk(make_app, databases, kind, tmp_path, monkeypatch):
    monkeypatch.setattr(forms, "QUICKEST_S", 0)
    monkeypatch.setattr("directory.accounts.service.limits.count", lambda *_args, **_kept: 0)
    app = make_app(databases.copy_of(INSTALLED, kind), reads_a_minute="0")
    return Desk(app, tmp_path / "instance" / "outbox")


@pytest.mark.parametrize(
    ("kind", "texts"),
    [
        pytest.param("sqlite", TYPED, id="sqlite"),
        pytest.param("postgres", STORED, id="postgres"),
        pytest.param("postgres", TYPED, id="postgres, all of it", marks=pytest.mark.soak),
    ],
)
def test_every_field_of_every_form_takes_what_programs_stumble_over(desk, texts, monkeypatch):
    typed = Typed(monkeypatch)
    for who, page in desk.pages():
        again = None
        for text in texts:
            again = _type(who, page, text, again=again)
        for text in (texts[0], "a\x00b"):
            _type(who, page, text, hidden=True)
    assert there_are() - typed.fields == set(), "say in tests/contracts/desk.py where these are"


def _type(client, page, text, *, hidden=False, again=None):
    """Type ``text`` into all fields of each form of a page that people see, or into those that they do not.

    ``again``: the page and its path as it stands when what was typed before was refused; it is typed into as people
    do, and need not be fetched. What this leaves of it, if its forms are all still there.
    """
    path, soup = again or _fetched(client, page())
    for form in _forms(soup):
        names = [name for name in _fields(form, hidden=hidden) if name != "csrf_token"]
        if not names:
            continue
        target = str(form.get("action") or path)
        answer = client.post(target, data=values_of(form) | dict.fromkeys(names, text))
        assert answer.status_code in {200, 303, 400, 409, 410}, (path, target, text[:50], answer.status_code)
        if answer.status_code in {200, 400}:
            left = soup_of(answer)
            if text in SEEN and not hidden:
                _is_kept(answer, left, names, text)
            again = (path, left) if _asks(left) == _asks(soup) else None
        else:
            again = None
    return again


def _fetched(client, path):
    return path, client.page(path).soup


def _forms(soup):
    return soup.select("main form[method=post i]")


def _asks(soup):
    """Where each form of a page goes, and which fields it has."""
    return [(form.get("action"), sorted(str(each["name"]) for each in form.select("[name]"))) for form in _forms(soup)]


def _fields(form, *, hidden):
    for each in form.select("input[name], textarea[name]"):
        name, kind = str(each["name"]), str(each.get("type", "text"))
        unseen = kind == "hidden" or name in GUARDS
        if kind not in {"radio", "checkbox", "submit", "file"} and unseen == hidden:
            yield name


def _is_kept(answer, soup, names, text):
    for name in names:
        field = soup.select_one(f'[name="{name}"]')
        if field is None or name.rpartition("-")[2] in CODES:
            continue
        now = field.get_text().removeprefix("\n") if field.name == "textarea" else field["value"]
        assert now == text.strip(), (answer.request.path, name)
