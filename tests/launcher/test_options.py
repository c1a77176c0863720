"""Settings from outside: each that cannot be used is refused by name, in one line."""

import datetime
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from launcher import options, places
from launcher.refusals import Unusable

APP = "postgresql://office_app:secret@db.example/office"
OWNER = "postgresql://office_owner:secret@db.example/office"
SERVED = {"DATABASE_URL": APP, "MIGRATION_DATABASE_URL": OWNER}
WORKING = {**SERVED, "DEBUG": "0", "SECRET_KEY": "s" * 50, "DATA_KEY": "0f" * 32, "ALLOWED_HOSTS": "office.example"}

UNUSABLE = [
    ("DATABASE_URL", {"DATABASE_URL": "mysql://u@h/d"}),
    ("DATABASE_URL", {"DATABASE_URL": "postgresql://u@h:port/d"}),
    ("DATABASE_URL", {"DATABASE_URL": "postgresql://u@h"}),
    ("DATABASE_URL", {"DATABASE_URL": "postgresql://h/d"}),
    ("DATABASE_URL", {"MIGRATION_DATABASE_URL": OWNER}),
    ("MIGRATION_DATABASE_URL", {"DATABASE_URL": APP}),
    ("MIGRATION_DATABASE_URL", {"DATABASE_URL": APP, "MIGRATION_DATABASE_URL": "office"}),
    ("same role", {"DATABASE_URL": OWNER, "MIGRATION_DATABASE_URL": OWNER}),
    ("READ_DATABASE_URL", {"READ_DATABASE_URL": "sqlite:///x"}),
    ("REDIS_URL", {"REDIS_URL": "http://127.0.0.1"}),
    ("REDIS_URL", {"REDIS_URL": "redis://127.0.0.1:door"}),
    ("DEBUG", {"DEBUG": "perhaps"}),
    ("PORT", {"PORT": "http"}),
    ("PORT", {"PORT": "70000"}),
    ("PORT", {"PORT": "٣"}),
    ("OFFICE_DATE", {"OFFICE_DATE": "31.12.2018"}),
    ("OFFICE_DATE", {"OFFICE_DATE": "2018-02-30"}),
    ("OFFICE_DATE", {**WORKING, "OFFICE_DATE": "2018-12-31"}),
    ("SECRET_KEY", {**WORKING, "SECRET_KEY": ""}),
    ("SECRET_KEY", {"SECRET_KEY": "short"}),
    ("DATA_KEY", {**WORKING, "DATA_KEY": ""}),
    ("DATA_KEY", {"DATA_KEY": "not hex"}),
    ("DATA_KEY_FILE", {"DATA_KEY_FILE": "/nowhere/at/all"}),
    ("ALLOWED_HOSTS", {**WORKING, "ALLOWED_HOSTS": ""}),
    ("ALLOWED_HOSTS", {"ALLOWED_HOSTS": "https://office.example/"}),
    ("PASSWORD_POLICY", {"PASSWORD_POLICY": "none"}),
]


@pytest.mark.parametrize(("name", "environment"), UNUSABLE)
def test_unusable_setting_is_named_in_one_line(name: str, environment: dict[str, str]) -> None:
    with pytest.raises(Unusable, match=name) as refusal:
        options.read(environment)
    assert "\n" not in str(refusal.value)
    assert "secret" not in str(refusal.value)  # a password in an address is not repeated


@pytest.mark.parametrize("command", [["./run", "--once"], ["./run", "manage", "check"], ["./check"]])
def test_scripts_end_in_one_line(command: list[str]) -> None:
    ended = subprocess.run(
        [sys.executable, *command],
        cwd=places.ROOT,
        env={**os.environ, "PORT": "x"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 2
    assert ended.stdout == ""
    assert len(ended.stderr.splitlines()) == 1
    assert "PORT='x' is not a port" in ended.stderr


def test_manage_ends_in_one_line() -> None:
    ended = subprocess.run(
        [sys.executable, "manage.py", "check"],
        cwd=places.ROOT,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings", "OFFICE_DATE": "soon"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 1
    assert ended.stderr.splitlines() == ["manage.py: OFFICE_DATE='soon' is not a date: write it as 2018-12-31."]


def test_unreachable_database_is_one_line() -> None:
    """The served database is asked before anything else works with it."""
    closed = "127.0.0.1:9"
    served = {
        "DATABASE_URL": f"postgresql://office_app@{closed}/office",
        "MIGRATION_DATABASE_URL": f"postgresql://office_owner@{closed}/office",
        "DEBUG": "1",
    }
    ended = subprocess.run(
        [sys.executable, "manage.py", "reach"],
        cwd=places.ROOT,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings", **served},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 1
    (line,) = ended.stderr.splitlines()
    assert "DATABASE_URL cannot be used" in line


def test_working_office_has_the_real_day() -> None:
    read = options.read(WORKING)
    assert not read.is_demonstration
    assert read.office_date is None
    assert read.is_behind_https
    assert read.data_key == bytes([0x0F]) * 32
    assert read.allowed_hosts == ("office.example",)


def test_demonstration_lives_at_the_end_of_2018() -> None:
    read = options.read({})
    assert read.is_demonstration
    assert read.office_date == datetime.date(2018, 12, 31)
    assert not read.shows_debug_pages
    assert options.read({"OFFICE_DATE": ""}).office_date is None


def test_served_database_is_no_demonstration_unless_said() -> None:
    with pytest.raises(Unusable, match="SECRET_KEY"):
        options.read(SERVED)
    assert options.read({**SERVED, "DEBUG": "1"}).is_demonstration


def test_debug_pages_never_show_in_a_working_office() -> None:
    assert not options.read({**WORKING, "DEBUG_PAGES": "1"}).shows_debug_pages


def test_address_is_unquoted() -> None:
    read = options.database_url({"A": "postgresql://u%40x:p%2Fw@h:5433/d?host=/run/pg"}, "A")
    assert read == {"NAME": "d", "USER": "u@x", "PASSWORD": "p/w", "HOST": "/run/pg", "PORT": "5433"}


def test_development_key_is_made_once_and_private(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(places, "KEYS", tmp_path / "keys")
    first = options.kept_key("data_key")
    assert first == options.kept_key("data_key")
    assert len(bytes.fromhex(first)) == 32
    assert stat.S_IMODE((tmp_path / "keys" / "data_key").stat().st_mode) == 0o600
    assert [path.name for path in (tmp_path / "keys").iterdir()] == ["data_key"]
