"""Checks over the staged rows, all in SQL, and the preview: what is wrong, what would change. Never touches the register."""

import hashlib
from typing import Any

from django.db import connection
from django.db.backends.utils import CursorWrapper
from django.utils.translation import gettext as _

from core import clock
from core.jobs import RunningJob
from core.models import BatchState, ImportBatch, ImportRow
from core.staging.kinds import Check, ImportKind, parameters_of
from core.staging.loading import load

SAMPLES = 50


def check(kind: ImportKind, batch: ImportBatch, job: RunningJob) -> None:
    """Load and check a batch; leaves it CHECKED with counts and preview. Safe to run again from any point."""
    if batch.state not in (BatchState.UPLOADED, BatchState.CHECKING):
        return
    if batch.state == BatchState.UPLOADED:
        batch.state = BatchState.CHECKING
        batch.save(update_fields=["state"])
    if not job.checkpoint.get("loaded"):
        load(kind, batch, job)
        with job.transaction():
            job.progress(message=_("正在校验"), checkpoint={**job.checkpoint, "loaded": True})
    with job.transaction(), connection.cursor() as cursor:
        _run_checks(kind, batch, cursor)
        batch.preview_digest = digest(kind, batch, cursor, prepared=True)
        _note_effects(kind, batch, cursor)
        _count(batch, cursor)
        batch.preview = _preview(cursor, batch)
        batch.state, batch.checked_at, batch.message = BatchState.CHECKED, clock.now(), ""
        batch.save()
        batch.file.content = b""  # the staged rows hold all of it now
        batch.file.save(update_fields=["content"])
        job.result({"batch": batch.pk})
        job.progress(
            done=1,
            total=1,
            message=_("校验完成：共 %(read)s 行，可导入 %(valid)s 行，有错误 %(wrong)s 行")
            % {"read": batch.read_count, "valid": batch.valid_count, "wrong": batch.refused_count},
        )


def all_checks(kind: ImportKind) -> list[Check]:
    """The kind's own checks and the one that every kind with `unique` has: no row twice in one file."""
    twice = []
    if kind.unique:
        identity = kind.identity_column
        keys = ", ".join(
            "r.identity_index" if identity is not None and name == identity.field else _value_key(kind, name)
            for name in kind.unique
        )
        names = "、".join(column.name for column in kind.columns if column.field in kind.unique)
        twice.append(
            Check(
                "twice_in_file",
                _("与第 %(row)s 行重复（同一%(names)s）") % {"row": "{row}", "names": names},
                sql=f"""
                SELECT row_number, replace(%(message)s, '{{row}}', first::text) AS message FROM (
                    SELECT r.row_number, min(r.row_number) OVER (PARTITION BY {keys}) AS first
                    FROM core_importrow r WHERE r.batch_id = %(batch)s AND num_nulls({keys}) = 0) numbered
                WHERE row_number > first
                """,  # noqa: S608  # names of fields from the kind's declaration
            )
        )
    return [*twice, *kind.checks]


def _value_key(kind: ImportKind, name: str) -> str:
    column = next(column for column in kind.columns if column.field == name)
    return f"(r.values->>'{name}_index')" if column.kind in ("identity", "document") else f"(r.values->>'{name}')"


def _run_checks(kind: ImportKind, batch: ImportBatch, cursor: CursorWrapper) -> None:
    """Set errors and warnings of each row: those of its cells, then those of each check in order."""
    cursor.execute(
        "UPDATE core_importrow SET errors = cell_errors, warnings = '{}', effect = '', detail = ''"
        " WHERE batch_id = %s AND (errors <> cell_errors OR warnings <> '{}' OR effect <> '')",
        [batch.pk],
    )
    if kind.prepare is not None:
        kind.prepare(batch, cursor)
    for item in all_checks(kind):
        column = "warnings" if item.is_warning else "errors"
        cursor.execute(
            f"""
            UPDATE core_importrow target SET {column} = target.{column} || found.messages
            FROM (SELECT row_number, array_agg(DISTINCT message) AS messages FROM ({item.statement()}) list GROUP BY 1) found
            WHERE target.batch_id = %(batch)s AND target.row_number = found.row_number
            """,  # noqa: S608  # statements come from the kind's declaration
            {**parameters_of(batch), "message": str(item.message)},
        )


def digest(kind: ImportKind, batch: ImportBatch, cursor: CursorWrapper, *, prepared: bool = False) -> str:
    """A hash of everything the checks and effects say now, so that a change since the preview is noticed."""
    if not prepared and kind.prepare is not None:
        kind.prepare(batch, cursor)
    whole = hashlib.sha256()
    statements = [(item.statement(), {"message": str(item.message)}, "message") for item in all_checks(kind)]
    if kind.effects:
        statements.append((kind.effects, {}, "effect || ':' || coalesce(detail, '')"))
    for statement, extra, text in statements:
        cursor.execute(
            f"SELECT md5(coalesce(string_agg(row_number || ':' || {text}, ',' ORDER BY row_number, {text}), ''))"  # noqa: S608
            f" FROM ({statement}) found",
            {**parameters_of(batch), **extra},
        )
        whole.update(cursor.fetchone()[0].encode())
    return whole.hexdigest()


def _note_effects(kind: ImportKind, batch: ImportBatch, cursor: CursorWrapper) -> None:
    if kind.effects:
        cursor.execute(
            f"""
            UPDATE core_importrow target SET effect = found.effect, detail = coalesce(found.detail, '')
            FROM ({kind.effects}) found
            WHERE target.batch_id = %(batch)s AND target.row_number = found.row_number AND target.errors = '{{}}'
            """,  # noqa: S608  # statements come from the kind's declaration
            parameters_of(batch),
        )
    cursor.execute(
        "UPDATE core_importrow SET effect = 'new' WHERE batch_id = %s AND effect = '' AND errors = '{}'", [batch.pk]
    )


def _count(batch: ImportBatch, cursor: CursorWrapper) -> None:
    cursor.execute(
        """
        SELECT count(*), count(*) FILTER (WHERE errors = '{}'), count(*) FILTER (WHERE errors <> '{}'),
               count(*) FILTER (WHERE warnings <> '{}'), count(*) FILTER (WHERE effect = 'new'),
               count(*) FILTER (WHERE effect = 'changed'), count(*) FILTER (WHERE effect = 'same')
        FROM core_importrow WHERE batch_id = %s
        """,
        [batch.pk],
    )
    (
        batch.read_count,
        batch.valid_count,
        batch.refused_count,
        batch.warned_count,
        batch.new_count,
        batch.changed_count,
        batch.unchanged_count,
    ) = cursor.fetchone()


def _preview(cursor: CursorWrapper, batch: ImportBatch) -> dict[str, Any]:
    cursor.execute(
        """
        SELECT regexp_replace(message, '第 [0-9]+ 行', '第 … 行'), count(*)
        FROM core_importrow, unnest(errors) message WHERE batch_id = %s GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 30
        """,
        [batch.pk],
    )
    reasons = [{"message": message, "count": count} for message, count in cursor.fetchall()]
    samples = {
        effect: list(
            ImportRow.everywhere.filter(batch=batch, effect=effect)
            .order_by("row_number")
            .values_list("row_number", flat=True)[:SAMPLES]
        )
        for effect in (ImportRow.Effect.NEW, ImportRow.Effect.CHANGED)
    }
    wrong = ImportRow.everywhere.filter(batch=batch).exclude(errors=[]).order_by("row_number")
    return {
        "reasons": reasons,
        "first_errors": list(wrong.values_list("row_number", flat=True)[:SAMPLES]),
        "new_rows": samples[ImportRow.Effect.NEW],
        "changed_rows": samples[ImportRow.Effect.CHANGED],
    }
