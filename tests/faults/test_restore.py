"""A backup put into a new server is the same office: every row is there, and identity numbers can still be read."""

import dataclasses
import os
import time
from datetime import date
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.conf import settings
from django.db import connection

from core import secrets
from enrollment.models import Person
from launcher import archive, options, places
from launcher.refusals import Unusable
from office.models import Region
from tests.launcher.checkouts import clone, held, let_go, look, number_from

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.embedded]

NUMBER = "230803198001010010"


@pytest.fixture
def person() -> Person:
    region = Region.everywhere.create(
        code="230803", name="向阳区", full_name="向阳区", level="county", starts_on=date(2000, 1, 1)
    )
    return Person.everywhere.create(
        name="李大海",
        pinyin="lidahai",
        sex="1",
        birth_on=date(1980, 1, 1),
        id_cipher=secrets.encrypt(NUMBER),
        id_index=secrets.blind_index(NUMBER),
        id_last4=NUMBER[-4:],
        region=region,
    )


def outside(**database: str) -> options.Options:
    """The settings of an office whose owner works on this database."""
    return dataclasses.replace(options.read({}), data_key=settings.DATA_KEY, migration_database=database)


def source() -> options.Options:
    owner = settings.DATABASES["owner"]
    return outside(**{name: owner[name] for name in ("NAME", "USER", "PASSWORD", "HOST", "PORT")})


def counts(rows: Any) -> dict[str, int]:
    """How many rows each table has, with what counts them (a cursor)."""
    rows.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
    names = [name for (name,) in rows.fetchall()]
    found = {}
    for name in names:
        rows.execute(f'SELECT count(*) FROM "{name}"')
        found[name] = rows.fetchone()[0]
    return found


def test_restored_office_is_the_same(person: Person, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(places, "VAR", tmp_path / "here")
    paper = tmp_path / "here" / "papers" / "a" / "sheet.pdf"
    paper.parent.mkdir(parents=True)
    paper.write_bytes(b"%PDF sheet")
    backup = archive.back_up(tmp_path / "backups", source())
    assert NUMBER.encode() not in b"".join(path.read_bytes() for path in backup.iterdir())
    with connection.cursor() as cursor:
        before = counts(cursor)

    for folder in clone(Path("/tmp") / f"office-{os.getpid()}-{time.monotonic_ns() % 100_000}"):
        with held(folder) as process:
            number_from(process)
            socket = str(Path(look(folder)[1]) / "data")
            target = outside(NAME="office", USER="office_owner", PASSWORD="", HOST=socket, PORT="5432")
            monkeypatch.setattr(places, "VAR", tmp_path / "there")
            archive.restore(backup, target)
            with (
                psycopg.connect(host=socket, port=5432, user="office_owner", dbname="office") as link,
                link.cursor() as cursor,
            ):
                assert counts(cursor) == before
                cursor.execute(
                    "SELECT id_cipher FROM enrollment_person WHERE id_index = %s", [secrets.blind_index(NUMBER)]
                )
                (cipher,) = cursor.fetchone() or (b"",)
                assert secrets.decrypt(bytes(cipher)) == NUMBER
            assert (tmp_path / "there" / "papers" / "a" / "sheet.pdf").read_bytes() == b"%PDF sheet"
            with pytest.raises(Unusable, match="is not empty"):
                archive.restore(backup, target)
            let_go(process)


def test_wrong_key_and_changed_backup_are_refused(person: Person, tmp_path: Path) -> None:
    backup = archive.back_up(tmp_path, source())
    archive.check(backup, source())
    with pytest.raises(Unusable, match="another data key"):
        archive.check(backup, dataclasses.replace(source(), data_key=bytes(32)))
    rows = backup / archive.ROWS
    rows.write_bytes(rows.read_bytes()[:-1])
    with pytest.raises(Unusable, match="changed or cut short"):
        archive.check(backup, source())
    with pytest.raises(Unusable, match="is no backup"):
        archive.check(tmp_path, source())
