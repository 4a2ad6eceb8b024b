"""The secret key: made once, whole, and readable by its owner alone."""

from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor

import pytest

from directory.core.errors import Invalid
from directory.infra.settings import load


def test_the_key_is_made_once_and_only_its_owner_reads_it(tmp_path):
    first = load({}, tmp_path / "new").secret_key
    file = tmp_path / "new" / "secret_key"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert len(bytes.fromhex(first)) == 32
    assert load({}, tmp_path / "new").secret_key == first
    assert [path.name for path in file.parent.iterdir()] == ["secret_key"]


def test_processes_that_start_at_once_get_one_key(tmp_path):
    settings = load({}, tmp_path / "new")
    with ThreadPoolExecutor(16) as pool:
        keys = set(pool.map(lambda _: settings.secret_key, range(64)))
    assert len(keys) == 1


def test_a_key_that_is_given_goes_before_the_file(tmp_path):
    settings = load({"DIRECTORY_SECRET_KEY": "k" * 32}, tmp_path)
    assert settings.secret_key == "k" * 32
    assert not (tmp_path / "secret_key").exists()
    assert "kkkk" not in repr(settings)


def test_a_file_too_short_to_be_a_key_is_refused(tmp_path):
    (tmp_path / "secret_key").write_text("abc\n")
    with pytest.raises(Invalid, match="3 characters"):
        _ = load({}, tmp_path).secret_key
