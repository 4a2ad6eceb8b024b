"""Settings: environment over file over default, each checked, and every one documented."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import pytest
from sqlalchemy.engine import make_url

from directory.infra.settings import TABLE, Settings, SettingsError, load
from directory.infra.settings.document import document

ROOT = Path(__file__).resolve().parents[2]


def test_nothing_has_to_be_set(tmp_path):
    settings = load({}, tmp_path)
    assert settings.place == "birmingham"
    assert settings.database_url == f"sqlite:///{tmp_path}/birmingham.sqlite"
    assert settings.sqlite_file == tmp_path / "birmingham.sqlite"
    assert settings.site_address == "http://127.0.0.1:8000"
    assert settings.host == "127.0.0.1"
    assert settings.tiles_url is None
    assert not settings.secure


def test_the_environment_goes_before_the_file_and_the_file_before_the_default(tmp_path):
    (tmp_path / "settings.toml").write_text('port = 8001\nworkers = 3\njobs = false\nplace = "uk"\n')
    settings = load({"DIRECTORY_PORT": "8002"}, tmp_path)
    assert (settings.port, settings.workers, settings.threads, settings.jobs) == (8002, 3, 32, False)
    assert settings.database_url.endswith("/uk.sqlite")
    assert settings.site_address == "http://127.0.0.1:8002"


def test_the_instance_comes_from_the_environment(tmp_path):
    assert load({"DIRECTORY_INSTANCE": str(tmp_path / "here")}).instance == tmp_path / "here"


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("PORT", "web"),
        ("FEEDS_ALLOW", "feeds.example.org"),
        ("FEEDS_ALLOW", "10.0.0.1/8"),
        ("PORT", "0"),
        ("PORT", "65536"),
        ("WORKERS", "-1"),
        ("THREADS", "1"),
        ("JOBS", "perhaps"),
        ("LOG_FORMAT", "xml"),
        ("HOST", "not a host"),
        ("HOST", "999.1.1.1"),
        ("TRUSTED_PROXIES", "many"),
        ("SITE_ADDRESS", "directory.example.org"),
        ("SITE_ADDRESS", "https://directory.example.org/path"),
        ("SITE_ADDRESS", "ftp://directory.example.org"),
        ("SITE_ADDRESS", "https://directory.example.org:port"),
        ("DATABASE_URL", "mysql://localhost/directory"),
        ("DATABASE_URL", "sqlite://"),
        ("DATABASE_URL", "sqlite:///:memory:"),
        ("DATABASE_URL", "postgresql://me:hunt@er2@127.0.0.1/directory"),
        ("DATABASE_URL", "postgresql://me:1/hunt@er2@127.0.0.1/directory"),
        ("DATABASE_URL", "postgresql://me:hunter2@127.0.0.1:abc/directory"),
        ("DATABASE_URL", "postgresql://"),
        ("READ_URLS", "sqlite:////standby.sqlite"),
        ("READ_URLS", "postgresql://standby.example.org/directory postgresql://standby.example.org/directory"),
        ("READ_URLS", "standby.example.org"),
        ("READ_LAG", "0"),
        ("TILES_URL", "https://tile.example.org/tiles.png"),
        ("TILES_URL", "javascript:{z}{x}{y}"),
        ("NOMINATIM_URL", "nominatim"),
        ("NOMINATIM_CONTACT", "somebody"),
        ("SECRET_KEY", "short"),
        ("PLACE", "birming\nham"),
    ],
)
def test_a_wrong_value_stops_with_its_name_what_was_given_and_what_is_wanted(name, given, tmp_path):
    with pytest.raises(SettingsError) as caught:
        load({f"DIRECTORY_{name}": given}, tmp_path)
    setting = next(each for each in TABLE if each.variable == f"DIRECTORY_{name}")
    assert caught.value.field == f"DIRECTORY_{name}"
    assert caught.value.wanted == setting.wanted
    assert (caught.value.given == given) is not setting.secret  # a password is not repeated on a terminal


MAIN = "postgresql://primary.example.org/directory"
STANDBYS = ("postgresql+psycopg://one.example.org/directory", "postgresql+psycopg://two.example.org/directory")


def test_standbys_are_several_addresses_with_blanks_between_them_or_a_list_in_the_file(tmp_path):
    given = {"DIRECTORY_DATABASE_URL": MAIN, "DIRECTORY_READ_URLS": "  ".join(STANDBYS)}
    assert load(given, tmp_path).read_urls == STANDBYS
    (tmp_path / "settings.toml").write_text(f"database_url = '{MAIN}'\nread_urls = {list(STANDBYS)}\n")
    assert load({}, tmp_path).read_urls == STANDBYS


@pytest.mark.parametrize("main", ["", MAIN.replace("primary", "one")])
def test_standbys_need_a_primary_that_is_none_of_them(main, tmp_path):
    with pytest.raises(SettingsError) as caught:
        load({"DIRECTORY_DATABASE_URL": main, "DIRECTORY_READ_URLS": " ".join(STANDBYS)}, tmp_path)
    assert caught.value.field == "DIRECTORY_READ_URLS"
    assert "example.org" not in str(caught.value)


def test_a_wrong_value_in_the_file_names_the_file(tmp_path):
    (tmp_path / "settings.toml").write_text('port = "eighty"\n')
    with pytest.raises(SettingsError, match=r"port in .*settings\.toml: 'eighty' was given; wanted: a whole number"):
        load({}, tmp_path)


def test_a_broken_file_is_told_as_such(tmp_path):
    (tmp_path / "settings.toml").write_text("port: 8000\n")
    with pytest.raises(SettingsError, match="a TOML file"):
        load({}, tmp_path)


def test_an_unknown_variable_is_refused_with_the_nearest_known_name(tmp_path):
    with pytest.raises(SettingsError, match=r"DIRECTORY_PROT.*perhaps DIRECTORY_PORT"):
        load({"DIRECTORY_PROT": "8000"}, tmp_path)


@pytest.mark.parametrize(("key", "near"), [("tile_url", "tiles_url"), ("instance", "insecure")])
def test_an_unknown_key_of_the_file_is_refused_with_the_nearest_known_name(key, near, tmp_path):
    (tmp_path / "settings.toml").write_text(f'{key} = "x"\n')
    with pytest.raises(SettingsError, match=f"perhaps {near}"):
        load({}, tmp_path)


@pytest.mark.parametrize("address", ["http://directory.example.org", "http://192.168.1.20:8000"])
def test_a_site_address_without_https_is_refused_unless_it_is_this_machine(address, tmp_path):
    with pytest.raises(SettingsError, match="DIRECTORY_INSECURE=1"):
        load({"DIRECTORY_SITE_ADDRESS": address}, tmp_path)
    insecure = load({"DIRECTORY_SITE_ADDRESS": address, "DIRECTORY_INSECURE": "1"}, tmp_path)
    assert insecure.site_address == address


@pytest.mark.parametrize(
    ("given", "kept", "secure"),
    [
        ("https://directory.example.org/", "https://directory.example.org", True),
        ("http://localhost:8000", "http://localhost:8000", False),
        ("http://[::1]:8000/", "http://[::1]:8000", False),
        ("http://127.0.0.2", "http://127.0.0.2", False),
    ],
)
def test_the_site_address_decides_whether_cookies_are_secure(given, kept, secure, tmp_path):
    settings = load({"DIRECTORY_SITE_ADDRESS": given}, tmp_path)
    assert (settings.site_address, settings.secure) == (kept, secure)


@pytest.mark.parametrize(
    "rest",
    ["/directory", "me@127.0.0.1", "me:a%40b@[::1]:5432/directory", "me:a/b?c#d:e@127.0.0.1/d", "me@/d?host=/var/run"],
)
def test_postgresql_wherever_sqlalchemy_finds_it(rest, tmp_path):
    url = load({"DIRECTORY_DATABASE_URL": f"postgresql://{rest}"}, tmp_path).database_url
    assert url == f"postgresql+psycopg://{rest}"
    assert make_url(url).drivername == "postgresql+psycopg"


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_postgresql_by_its_url_alone(scheme, tmp_path):
    settings = load({"DIRECTORY_DATABASE_URL": f"{scheme}://me:secret@127.0.0.1/directory"}, tmp_path)
    assert settings.database_url == "postgresql+psycopg://me:secret@127.0.0.1/directory"
    assert settings.sqlite_file is None
    assert "secret" not in repr(settings)


def test_an_empty_variable_is_not_set_but_empty_tiles_are_none(tmp_path):
    settings = load({"DIRECTORY_PORT": "", "DIRECTORY_TILES_URL": ""}, tmp_path)
    assert settings.port == 8000
    assert settings.tiles_url == ""


def test_nominatim_is_off_and_wants_a_contact_when_it_is_on(tmp_path):
    assert load({}, tmp_path).nominatim_url == ""
    server = {"DIRECTORY_NOMINATIM_URL": "https://nominatim.example.org/"}
    with pytest.raises(SettingsError, match="DIRECTORY_NOMINATIM_CONTACT"):
        load(server, tmp_path)
    settings = load(server | {"DIRECTORY_NOMINATIM_CONTACT": "us@example.org"}, tmp_path)
    assert settings.nominatim_url == "https://nominatim.example.org"


def test_every_setting_has_a_field_and_every_field_a_setting():
    kept = {each.name for each in fields(Settings)}
    assert kept == {setting.name for setting in TABLE} - {"secret_key"} | {"given_secret"}


def test_the_documented_settings_are_all_there_are():
    assert (ROOT / "docs" / "settings.md").read_text(encoding="utf-8") == document(), (
        "docs/settings.md is out of date. Run: directory settings > docs/settings.md"
    )
    assert all(setting.meaning and setting.example and setting.wanted for setting in TABLE)


@pytest.mark.parametrize("setting", TABLE, ids=lambda setting: setting.name)
def test_the_example_of_a_setting_can_be_used(setting):
    if not setting.example.startswith("("):
        setting.check(setting.example)
