"""The audit trail and what a database administrator cannot do to it unnoticed; idempotency; row versions; refusals."""

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, connections, transaction

from core import audit, verification
from core.models import AuditEntry, AuditSeal
from tests.core import kit
from tests.databases import owner_connection

pytestmark = pytest.mark.django_db(transaction=True)

CLERK = kit.Clerk()


@pytest.fixture(autouse=True)
def _heads(settings: object, tmp_path: Path) -> None:
    settings.AUDIT_HEAD_FILE = str(tmp_path / "heads.jsonl")  # type: ignore[attr-defined]


@pytest.fixture
def trail(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Three seals over nine entries; the window for late entries closed."""
    ids = []
    for _seal in range(3):
        for number in range(3):
            ids.append(audit.record(CLERK, "test.done", reason=f"第{number}次", region_code="230800").pk)
        audit.seal_all()
    monkeypatch.setattr(audit, "LATE_HOURS", 0)
    assert audit.verify() is None
    return ids


@contextlib.contextmanager
def tampering(table: str = "core_auditentry") -> Iterator[object]:
    """What someone with every right of the owner can do: switch the guards off and write."""
    with as_owner() as link:
        link.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        yield link.cursor()
        link.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


def as_owner() -> psycopg.Connection[Any]:
    return owner_connection(connection.settings_dict["NAME"])


def fault() -> tuple[str, int | None, int | None]:
    found = audit.verify()
    assert found is not None
    assert str(found)
    return found.kind, found.entry_id, found.seal_number


def test_changed(trail: list[int]) -> None:
    with tampering() as cursor:
        cursor.execute("UPDATE core_auditentry SET actor_name = '别人' WHERE id = ANY(%s)", [[trail[4], trail[7]]])
    assert fault() == ("changed", trail[4], 2)


def test_changed_in_time_only(trail: list[int]) -> None:
    with tampering() as cursor:
        cursor.execute("UPDATE core_auditentry SET at = at - interval '1 microsecond' WHERE id = %s", [trail[0]])
    assert fault() == ("changed", trail[0], 1)


def test_deleted(trail: list[int]) -> None:
    with tampering() as cursor:
        cursor.execute("DELETE FROM core_auditentry WHERE id = %s", [trail[3]])
    assert fault() == ("deleted", trail[3], 2)


def test_inserted(trail: list[int]) -> None:
    with tampering() as cursor:
        cursor.execute(
            "INSERT INTO core_auditentry (id, act, actor_name, region_code, object_type, object_id, object_label, reason, changes,"
            " request_id) VALUES (%s, 'test.done', '别人', '', '', '', '', '', '{}', '')",
            [trail[0] - 1],
        )
    assert fault() == ("inserted", trail[0] - 1, None)


def test_two_entries_exchanged(trail: list[int]) -> None:
    with tampering() as cursor:
        cursor.execute("UPDATE core_auditentry SET id = -1 WHERE id = %s", [trail[5]])
        cursor.execute("UPDATE core_auditentry SET id = %s WHERE id = %s", [trail[5], trail[3]])
        cursor.execute("UPDATE core_auditentry SET id = %s WHERE id = -1", [trail[3]])
    assert fault() == ("changed", trail[3], 2)


def test_the_tail_cut_off_with_its_seal(trail: list[int]) -> None:
    with tampering() as cursor, tampering("core_auditseal"):
        cursor.execute("DELETE FROM core_auditentry WHERE id >= %s", [trail[6]])
        cursor.execute("DELETE FROM core_auditseal WHERE number = 3")
    assert fault() == ("truncated", None, 3)


def test_everything_cut_off_and_begun_anew(trail: list[int]) -> None:
    with tampering() as cursor, tampering("core_auditseal"):
        cursor.execute("DELETE FROM core_auditentry")
        cursor.execute("DELETE FROM core_auditseal")
    audit.record(CLERK, "test.done")
    audit.seal_all()
    assert fault()[0] in ("seal_changed", "truncated")


def test_a_seal_in_the_middle_removed(trail: list[int]) -> None:
    with tampering("core_auditseal") as cursor:
        cursor.execute("DELETE FROM core_auditseal WHERE number = 2")
    assert fault() == ("seal_missing", None, 2)


def test_a_seal_made_to_fit_a_changed_entry(trail: list[int]) -> None:
    with tampering() as cursor, tampering("core_auditseal"):
        cursor.execute("UPDATE core_auditentry SET reason = '改' WHERE id = %s", [trail[0]])
        cursor.execute(f"SELECT leaf FROM ({audit._LEAF_SQL}) rows(id, leaf) WHERE id = %s", [trail[0]])
        leaf = bytes(cursor.fetchone()[0])[: audit.LEAF_BYTES]
        cursor.execute("UPDATE core_auditseal SET leaves = %s || substring(leaves from 17) WHERE number = 1", [leaf])
    assert fault() == ("seal_changed", None, 1), "without the key the digest cannot be made"


def test_the_command_names_the_fault(trail: list[int], capsys: pytest.CaptureFixture[str]) -> None:
    call_command("verify", "core.audit")
    assert capsys.readouterr().out.startswith("通过  core.audit")
    with tampering() as cursor:
        cursor.execute("DELETE FROM core_auditentry WHERE id = %s", [trail[3]])
    with pytest.raises(SystemExit) as ended:
        call_command("verify", "core.audit")
    assert ended.value.code == 1
    assert f"审计记录 {trail[3]} 被删除" in capsys.readouterr().out
    assert [outcome.is_well for outcome in verification.run(["core.audit"])] == [False]


def test_an_entry_whose_transaction_was_open_comes_under_the_next_seal() -> None:
    audit.record(CLERK, "test.first")
    other = connections.create_connection("default")
    try:
        with other.cursor() as cursor:
            cursor.execute("BEGIN")
            cursor.execute(
                "INSERT INTO core_auditentry (act, actor_name, region_code, object_type, object_id, object_label, reason, changes,"
                " request_id) VALUES ('test.late', '', '', '', '', '', '', '{}', '')"
            )
            audit.record(CLERK, "test.third")
            assert audit.seal().count == 2  # type: ignore[union-attr]
            cursor.execute("COMMIT")
    finally:
        other.close()
    second = audit.seal()
    assert second is not None
    assert second.count == 1
    assert second.first_id < AuditSeal.everywhere.get(number=1).last_id
    assert audit.seal() is None
    assert audit.verify() is None


def test_the_app_cannot_change_or_remove_an_entry() -> None:
    entry = audit.record(CLERK, "test.done", reason="补登", changes={"电话": ["1", "2"]})
    for statement in (
        "UPDATE core_auditentry SET reason = ''",
        "DELETE FROM core_auditentry",
        "TRUNCATE core_auditentry",
        "SET pgtrigger.ignore = '{x}'; DELETE FROM core_auditentry",
    ):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    with pytest.raises(psycopg.Error, match="只增不改"), as_owner() as link:
        link.execute("UPDATE core_auditentry SET reason = ''")
    with pytest.raises(psycopg.Error, match="不能清空"), as_owner() as link:
        link.execute("TRUNCATE core_auditentry")
    entry.refresh_from_db()
    assert (entry.reason, entry.actor_name, entry.region_code) == ("补登", "王办事", "")


def test_an_entry_is_written_with_its_act_or_not_at_all() -> None:
    def act_that_fails() -> None:
        with transaction.atomic():
            audit.record(None, "test.done")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        act_that_fails()
    assert not AuditEntry.everywhere.exists()
    assert audit.record(None, "test.done").actor_name == "系统"
    assert AuditEntry.objects.visible_to(CLERK).count() == 0, "what belongs to no area is not in this one"
