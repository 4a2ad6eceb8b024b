"""Languages: from the address alone, and two made-up ones that show what is not translatable."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from io import BytesIO

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po
from click.testing import CliRunner
from flask import Flask, render_template_string, request
from flask_babel import force_locale, format_date, gettext, lazy_gettext

from directory.infra import catalogues, files, pseudo
from directory.infra.i18n import add_languages, languages

LABEL = lazy_gettext("Needs")


@pytest.fixture
def client():
    app = Flask("tiny")
    add_languages(app, languages(["en", "cy"], pseudo=True), lambda: request.args.get("in", "en"))

    @app.get("/")
    def words():
        template = "{{ _('Needs') }}|{% trans n=n %}{{ n }} place{% pluralize %}{{ n }} places{% endtrans %}"
        return render_template_string(template, n=2) + f"|{LABEL}|{gettext('Needs')}"

    @app.get("/forced")
    def forced():
        with force_locale("en"):
            return gettext("Needs")

    return app.test_client()


@pytest.fixture
def found(monkeypatch):
    """What the source says, for one test: three strings."""
    made = Catalog()
    made.add("Needs")
    made.add(("%(n)s place", "%(n)s places"))
    monkeypatch.setattr(catalogues, "extract", lambda: made)
    pseudo.catalogue.cache_clear()
    yield made
    pseudo.catalogue.cache_clear()


def test_a_place_has_its_languages_and_tests_have_two_more():
    known = languages(["en", "cy", "ur"])
    assert [(each.code, each.name, each.direction) for each in known] == [
        ("en", "English", "ltr"),
        ("cy", "Cymraeg", "ltr"),
        ("ur", "اردو", "rtl"),
    ]
    assert [each.code for each in languages(["en"], pseudo=True)] == ["en", "en-XA", "ar-XB"]
    assert languages(["en"], pseudo=True)[-1].direction == "rtl"


def test_a_language_without_a_catalogue_is_english(client):
    assert client.get("/?in=cy").text == "Needs|2 places|Needs|Needs"


def test_every_string_of_the_source_is_accented_and_longer(client, found):
    assert client.get("/?in=en-XA").text == "[Ñéédš~]|[2 pļàçéš~~~~]|[Ñéédš~]|[Ñéédš~]"


def test_every_string_of_the_source_can_be_written_right_to_left(client, found):
    said = client.get("/?in=ar-XB").text
    assert said.count("\u202eNeeds\u202c") == 3
    assert "2 \u202eplaces\u202c" in said


def test_a_string_that_nobody_extracted_shows_in_the_made_up_language(client, found, monkeypatch):
    empty = Catalog()
    monkeypatch.setattr(catalogues, "extract", lambda: empty)
    assert client.get("/?in=en-XA").text.endswith("|Needs")


def test_a_forced_locale_goes_before_the_address(client, found):
    assert client.get("/forced?in=ar-XB").text == "Needs"


def test_dates_are_written_the_british_way(client):
    with client.application.test_request_context("/"):
        assert format_date(date(2026, 5, 4), "long") == "4 May 2026"
    with client.application.test_request_context("/?in=en-XA"):
        assert format_date(date(2026, 5, 4), "long") == "4 May 2026"


@pytest.mark.parametrize("change", [pseudo.accented, pseudo.mirrored])
@pytest.mark.parametrize("kept", ["%(name)s", "%s", "{link}", '<a href="/x">', "&nbsp;"])
def test_placeholders_and_markup_stay_as_they_are(change, kept):
    assert kept in change(f"Ask {kept} about it")


def test_code_templates_and_taxonomies_are_read():
    names = {location[0].rpartition(".")[2] for message in catalogues.extract() for location in message.locations}
    assert {"py", "toml", "html"} <= names


def test_no_string_has_a_percent_sign_that_breaks_when_it_is_filled():
    for message in catalogues.extract():
        for text in [message.id] if isinstance(message.id, str) else message.id:
            if "python-format" in message.flags:
                assert text % defaultdict(int), f"in {message.locations}, write 100%% for 100%"


def test_a_catalogue_is_made_filled_refreshed_and_compiled(tmp_path, found):
    file = catalogues.update("cy", tmp_path)
    assert file == tmp_path / "cy" / "LC_MESSAGES" / "messages.po"
    words = read_po(BytesIO(file.read_bytes()), locale="cy")
    words["Needs"].string = "Anghenion"
    with file.open("wb") as out:
        write_po(out, words)
    found.add("Areas")
    catalogues.update("cy", tmp_path)
    again = read_po(BytesIO(file.read_bytes()), locale="cy")
    assert (again["Needs"].string, again["Areas"].string) == ("Anghenion", "")
    assert catalogues.compile_all(tmp_path) == 1
    assert file.with_suffix(".mo").stat().st_size > 0


def test_a_catalogue_is_used(client, tmp_path, found, monkeypatch):
    file = catalogues.update("cy", tmp_path)
    words = read_po(BytesIO(file.read_bytes()), locale="cy")
    words["Needs"].string = "Anghenion"
    with file.open("wb") as out:
        write_po(out, words)
    catalogues.compile_all(tmp_path)
    client.application.extensions["babel"].translation_directories[:] = [str(tmp_path)]
    assert client.get("/?in=cy").text == "Anghenion|2 places|Anghenion|Anghenion"
    assert client.get("/").text == "Needs|2 places|Needs|Needs"


def test_the_commands_for_translators(tmp_path, monkeypatch, found):
    monkeypatch.setattr(files, "translations", lambda: tmp_path)
    run = CliRunner()
    assert "Needs" in run.invoke(catalogues.main, ["extract", "-"]).output
    assert run.invoke(catalogues.main, ["update", "cy", "pt-BR"]).exit_code == 0
    assert run.invoke(catalogues.main, ["compile"]).output == "2 catalogues compiled\n"
