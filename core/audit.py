"""The audit trail: what was done, by whom, why, in the same transaction; sealed in batches so that tampering shows.

Sealing. Writers take no lock. A seal names exactly the entries it covers, so one whose transaction was still open when its
neighbours were sealed comes under the next seal. Each seal is chained to the one before with a key that is not in the
database, and its head is appended to a file outside the database: a missing tail shows against that file.
"""

import hashlib
import json
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, models, transaction
from django.utils.translation import gettext as _

from core import clock, requests, secrets
from core.models import AuditEntry, AuditSeal

# An entry may become visible after its neighbours were sealed only while its transaction is open: minutes. Within this
# window a newly seen id is a late one; an id that appears below it was written in by hand.
LATE_HOURS = 6
SEAL_LIMIT = 50_000
LEAF_BYTES = 16
SEAL_LOCK = 7_420_001

_LEAF_SQL = """
SELECT id, sha256(convert_to(jsonb_build_array(id, act, actor_id, actor_name, region_code, object_type, object_id,
       object_label, reason, changes, request_id, extract(epoch FROM at)::text)::text, 'UTF8'))
FROM core_auditentry
"""


@dataclass(frozen=True)
class Fault:
    """Where the trail is not whole: the kind of fault, the first entry or seal concerned, in words."""

    kind: str
    entry_id: int | None
    seal_number: int | None
    message: str

    def __str__(self) -> str:
        return self.message


# --- Writing -----------------------------------------------------------------------------------------------------------


def record(
    actor: Any,
    act: str,
    obj: models.Model | None = None,
    *,
    reason: str = "",
    changes: dict[str, Any] | None = None,
    region_code: str | None = None,
    label: str | None = None,
) -> AuditEntry:
    """Write one entry; `actor` None means the system. `act` is '<app>.<noun>.<verb in the past>'.

    `changes` is JSON for people: {"字段": ["before", "after"]}; never put an identity number in it.
    """
    return AuditEntry.everywhere.create(
        **_content(actor, act, obj, reason=reason, changes=changes, region_code=region_code, label=label)
    )


COLUMNS = (
    "act", "actor_id", "actor_name", "region_code", "object_type", "object_id", "object_label", "reason", "changes",
    "request_id",
)  # fmt: skip
"""The columns of an entry that its writer gives; the database adds number and time."""


def row(actor: Any, act: str, model: type[models.Model], *, label: str, region_code: str) -> dict[str, Any]:
    """The columns of an entry about an object that the caller's own statement makes together with its entry.

    Nothing is written. ``object_id`` is empty: the statement fills it with the number of the row it makes.
    """
    content = _content(actor, act, None, reason="", changes=None, region_code=region_code, label=label)
    return {**content, "object_type": model._meta.label}


def record_many(actor: Any, act: str, objects: Any, *, reason: str = "", region_code: str | None = None) -> int:
    """One entry for each of many objects, in few statements; gives their number."""
    entries = [
        AuditEntry(**_content(actor, act, obj, reason=reason, changes=None, region_code=region_code, label=None))
        for obj in objects
    ]
    AuditEntry.everywhere.bulk_create(entries, batch_size=2000)
    return len(entries)


def _content(
    actor: Any,
    act: str,
    obj: models.Model | None,
    *,
    reason: str,
    changes: dict[str, Any] | None,
    region_code: str | None,
    label: str | None,
) -> dict[str, Any]:
    return {
        "act": act,
        "actor_id": requests.actor_id(actor),
        "actor_name": requests.actor_name(actor),
        "region_code": region_code if region_code is not None else _region_code(obj, actor),
        "object_type": obj._meta.label if obj is not None else "",
        "object_id": str(obj.pk) if obj is not None else "",
        "object_label": (label if label is not None else str(obj) if obj is not None else "")[:200],
        "reason": reason,
        "changes": jsonable(changes or {}),
        "request_id": requests.request_id()[:32],
    }


def _region_code(obj: models.Model | None, actor: Any) -> str:
    for source in (obj, actor):
        code = getattr(source, "region_code", None) or getattr(getattr(source, "region", None), "code", None)
        if code:
            return str(code)
    return ""


def jsonable(value: Any) -> Any:
    """The value as JSON can hold it; dates as ISO text, models by their label."""
    if isinstance(value, dict):
        return {str(key): jsonable(item) for key, item in value.items()}
    if isinstance(value, (list, tuple, set)):
        return [jsonable(item) for item in value]
    if value is None or isinstance(value, (str, int, bool)):
        return value
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    return str(value)


# --- Reading -----------------------------------------------------------------------------------------------------------


def history(obj: models.Model) -> models.QuerySet[AuditEntry]:
    """The entries about one object, newest first. The caller has come to the object through its scope."""
    return AuditEntry.everywhere.filter(object_type=obj._meta.label, object_id=str(obj.pk)).order_by("-id")


# --- Sealing -----------------------------------------------------------------------------------------------------------


@transaction.atomic
def seal() -> AuditSeal | None:
    """Seal all entries that no seal covers yet, up to SEAL_LIMIT; None when there are none. One sealer at a time."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [SEAL_LOCK])
        last = AuditSeal.everywhere.order_by("-number").first()
        floor = _late_floor(last)
        cursor.execute(
            _LEAF_SQL
            + """
            WHERE id >= %s AND NOT EXISTS (
                SELECT FROM core_auditseal s, generate_subscripts(s.ranges, 1) i
                WHERE s.last_id >= %s AND core_auditentry.id BETWEEN s.ranges[i][1] AND s.ranges[i][2])
            ORDER BY id LIMIT %s
            """,
            [floor, floor, SEAL_LIMIT],
        )
        found = [(number, bytes(leaf)) for number, leaf in cursor.fetchall()]
    if not found:
        return None
    ids = [number for number, _leaf in found]
    made = AuditSeal(
        number=last.number + 1 if last else 1,
        first_id=ids[0],
        last_id=ids[-1],
        count=len(ids),
        ranges=_ranges(ids),
        leaves=b"".join(leaf[:LEAF_BYTES] for _id, leaf in found),
        previous=bytes(last.digest) if last else b"",
    )
    made.digest = _digest(made)
    made.save(force_insert=True)
    head = {
        "database": _database_identity(),
        "number": made.number,
        "last_id": made.last_id,
        "count": made.count,
        "digest": bytes(made.digest).hex(),
    }
    transaction.on_commit(lambda: _export_head({**head, "sealed_at": clock.now().isoformat(timespec="seconds")}))
    return made


def seal_all() -> int:
    """Seal until nothing is left; gives the number of seals made."""
    made = 0
    while seal() is not None:
        made += 1
    return made


def _late_floor(last: AuditSeal | None) -> int:
    """The lowest id that may still come in late."""
    if last is None:
        return 0
    horizon = last.sealed_at - timedelta(hours=LATE_HOURS)
    recent = AuditSeal.everywhere.filter(sealed_at__gte=horizon).aggregate(lowest=models.Min("first_id"))["lowest"]
    return min(recent if recent is not None else last.last_id + 1, last.last_id + 1)


def _ranges(ids: list[int]) -> list[list[int]]:
    ranges: list[list[int]] = []
    for number in ids:
        if ranges and ranges[-1][1] == number - 1:
            ranges[-1][1] = number
        else:
            ranges.append([number, number])
    return ranges


def _digest(item: AuditSeal) -> bytes:
    head = json.dumps([item.number, item.first_id, item.last_id, item.count, item.ranges]).encode()
    return secrets.seal_digest(
        bytes(item.previous) + hashlib.sha256(head).digest() + hashlib.sha256(bytes(item.leaves)).digest()
    )


def head_file() -> Path:
    """Where the heads of the seals are exported: outside the database, to be copied elsewhere each day."""
    return Path(getattr(settings, "AUDIT_HEAD_FILE", "") or Path(settings.VAR_DIR) / "audit" / "heads.jsonl")


def _database_identity() -> str:
    """Tells one database from another that took its name: a dropped and remade one starts its seals at 1 again."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT datname || '/' || oid FROM pg_database WHERE datname = current_database()")
        return str(cursor.fetchone()[0])


def _export_head(head: dict[str, Any]) -> None:
    path = head_file()
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="utf-8") as file:
        file.write(json.dumps(head) + "\n")


def exported_heads() -> list[dict[str, Any]]:
    """The exported heads that belong to this database, oldest first.

    A restored database has another identity but the same chain: a run of heads is ours too when one of its seals is.
    """
    if not head_file().exists():
        return []
    runs: dict[str, list[dict[str, Any]]] = {}
    for line in head_file().read_text(encoding="utf-8").splitlines():
        if line.strip():
            head = json.loads(line)
            runs.setdefault(head["database"], []).append(head)
    identity = _database_identity()
    known = {bytes(digest).hex() for digest in AuditSeal.everywhere.values_list("digest", flat=True)}
    ours = [run for name, run in runs.items() if name == identity or any(head["digest"] in known for head in run)]
    return sorted((head for run in ours for head in run), key=lambda head: int(head["number"]))


# --- Checking ----------------------------------------------------------------------------------------------------------


@transaction.atomic
def verify() -> Fault | None:
    """Walk the chain and all entries; the first fault, or None when the trail is whole."""
    digest = b""
    expected = 1
    last: AuditSeal | None = None
    for item in AuditSeal.everywhere.order_by("number").iterator(chunk_size=50):
        fault = _verify_seal(item, expected, digest)
        if fault:
            return fault
        digest, expected, last = bytes(item.digest), expected + 1, item
    return _verify_heads() or _verify_unsealed(last)


def _verify_seal(item: AuditSeal, expected: int, previous: bytes) -> Fault | None:
    if item.number != expected:
        return Fault("seal_missing", None, expected, _("审计封存 #%(number)s 缺失。") % {"number": expected})
    if bytes(item.previous) != previous or bytes(item.digest) != _digest(item):
        return Fault("seal_changed", None, item.number, _("审计封存 #%(number)s 被改动。") % {"number": item.number})
    with connection.cursor() as cursor:
        cursor.execute(
            _LEAF_SQL
            + """
            WHERE id BETWEEN %s AND %s AND EXISTS (
                SELECT FROM core_auditseal s, generate_subscripts(s.ranges, 1) i
                WHERE s.id = %s AND core_auditentry.id BETWEEN s.ranges[i][1] AND s.ranges[i][2])
            ORDER BY id
            """,
            [item.first_id, item.last_id, item.pk],
        )
        found = {number: bytes(leaf)[:LEAF_BYTES] for number, leaf in cursor.fetchall()}
    leaves = bytes(item.leaves)
    position = 0
    for first, last in item.ranges:
        for number in range(first, last + 1):
            leaf = leaves[position : position + LEAF_BYTES]
            position += LEAF_BYTES
            if number not in found:
                return Fault("deleted", number, item.number, _("审计记录 %(id)s 被删除。") % {"id": number})
            if found[number] != leaf:
                return Fault("changed", number, item.number, _("审计记录 %(id)s 被改动。") % {"id": number})
    return None


def _verify_heads() -> Fault | None:
    digests = dict(AuditSeal.everywhere.values_list("number", "digest"))
    for head in exported_heads():
        digest = digests.get(head["number"])
        if digest is None:
            return Fault(
                "truncated",
                None,
                head["number"],
                _("审计封存 #%(number)s 及其后的记录被截去（与导出的封存摘要不符）。") % head,
            )
        if bytes(digest).hex() != head["digest"]:
            return Fault("seal_changed", None, head["number"], _("审计封存 #%(number)s 与导出的封存摘要不符。") % head)
    return None


def _verify_unsealed(last: AuditSeal | None) -> Fault | None:
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT min(e.id) FROM core_auditentry e WHERE e.id < %s AND NOT EXISTS (
                SELECT FROM core_auditseal s, generate_subscripts(s.ranges, 1) i
                WHERE e.id BETWEEN s.ranges[i][1] AND s.ranges[i][2])
            """,
            [_late_floor(last)],
        )
        number = cursor.fetchone()[0]
    if number is None:
        return None
    return Fault("inserted", number, None, _("审计记录 %(id)s 是事后插入的，没有封存。") % {"id": number})
