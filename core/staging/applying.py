"""From staging into the register, and back: in chunks under the job's fence, one outcome for each row."""

from django.db import DataError, IntegrityError, InternalError, connection, transaction
from django.db.backends.utils import CursorWrapper
from django.utils.translation import gettext as _

from core import audit, clock, constraints, statistics
from core.jobs import RunningJob
from core.models import BatchState, ImportBatch
from core.refusal import Refused
from core.staging.checking import check, digest
from core.staging.kinds import Chunk, ImportKind, parameters_of
from core.staging.loading import SMALLEST_TO_REFRESH


def apply(kind: ImportKind, batch: ImportBatch, job: RunningJob) -> None:
    """Apply a confirmed batch. Goes on where an interrupted attempt stopped; leaves it APPLIED, or CHECKED when the register
    has changed so much since the preview that the clerk must look again."""
    if batch.state != BatchState.APPLYING:
        return
    if not job.checkpoint.get("begun") and not _begin(kind, batch, job):
        return
    after = int(job.checkpoint.get("row", 0))
    chunks = 0
    while (upto := _end_of_chunk(kind, batch, after)) is not None:
        with job.transaction(), connection.cursor() as cursor:
            _apply_range(kind, batch, after, upto, cursor)
            job.progress(
                done=_done(batch, upto, cursor),
                total=batch.read_count,
                message=_("已导入到第 %(row)s 行") % {"row": upto},
                checkpoint={"begun": True, "row": upto},
            )
        chunks += 1
        # Chunks that follow look up what this one wrote: the planner must know of it, at first and as the tables double.
        if upto - after >= SMALLEST_TO_REFRESH and chunks & (chunks - 1) == 0:
            statistics.refresh(*kind.fills)
        after = upto
    with job.transaction(), connection.cursor() as cursor:
        if kind.finish is not None:
            kind.finish(batch, cursor)
        _close(batch, cursor)
        job.result({"batch": batch.pk})
        job.progress(
            done=batch.read_count,
            total=batch.read_count,
            message=_("导入完成：读取 %(read)s 行，已导入 %(accepted)s，未导入 %(refused)s，无变化 %(unchanged)s")
            % {
                "read": batch.read_count,
                "accepted": batch.accepted_count,
                "refused": batch.refused_count,
                "unchanged": batch.unchanged_count,
            },
        )


def _begin(kind: ImportKind, batch: ImportBatch, job: RunningJob) -> bool:
    with job.transaction(), connection.cursor() as cursor:
        if digest(kind, batch, cursor) != batch.preview_digest:
            batch.state = BatchState.CHECKING
            batch.save(update_fields=["state"])
        else:
            cursor.execute(
                "UPDATE core_importrow SET outcome = CASE WHEN errors <> '{}' THEN 'refused' ELSE 'unchanged' END"
                " WHERE batch_id = %s AND outcome = '' AND (errors <> '{}' OR effect = 'same')",
                [batch.pk],
            )
            job.progress(done=0, total=batch.read_count, checkpoint={"begun": True, "row": 0})
            return True
    job.checkpoint = {**job.checkpoint, "loaded": True}
    check(kind, batch, job)
    batch.message = _("预览之后登记数据有了变化，已重新校验。请核对新的预览，再次确认。")
    batch.save(update_fields=["message"])
    job.progress(message=batch.message)
    return False


def _end_of_chunk(kind: ImportKind, batch: ImportBatch, after: int) -> int | None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT max(row_number) FROM (SELECT row_number FROM core_importrow WHERE batch_id = %s AND row_number > %s"
            " ORDER BY row_number LIMIT %s) next",
            [batch.pk, after, kind.chunk_rows],
        )
        upto: int | None = cursor.fetchone()[0]
        return upto


def _apply_range(kind: ImportKind, batch: ImportBatch, after: int, upto: int, cursor: CursorWrapper) -> None:
    """Apply the rows after..upto. When the database refuses, halve the range until the one row at fault is alone."""
    try:
        with transaction.atomic():
            kind.apply(Chunk(batch, after, upto), cursor)
            cursor.execute(
                f"UPDATE core_importrow r SET outcome = 'accepted' WHERE {Chunk.rows}",  # noqa: S608
                {"batch": batch.pk, "after": after, "upto": upto},
            )
    except (IntegrityError, DataError, InternalError, Refused) as error:
        if constraints.is_busy(error):
            raise
        cursor.execute(
            f"SELECT row_number FROM core_importrow r WHERE {Chunk.rows} ORDER BY row_number",  # noqa: S608
            {"batch": batch.pk, "after": after, "upto": upto},
        )
        numbers = [number for (number,) in cursor.fetchall()]
        if len(numbers) > 1:
            middle = numbers[(len(numbers) - 1) // 2]
            _apply_range(kind, batch, after, middle, cursor)
            _apply_range(kind, batch, middle, upto, cursor)
        elif numbers:
            _refuse_row(batch, numbers[0], error, cursor)
        else:
            raise


def _refuse_row(batch: ImportBatch, number: int, error: Exception, cursor: CursorWrapper) -> None:
    refusal = error if isinstance(error, Refused) else constraints.explain(error)
    if refusal is None:
        # A fault of the program, not of the row: it must not be reported to a clerk as a mistake in the list.
        raise error
    cursor.execute(
        "UPDATE core_importrow SET outcome = 'refused', errors = errors || %s WHERE batch_id = %s AND row_number = %s",
        [[str(refusal)], batch.pk, number],
    )


def _done(batch: ImportBatch, upto: int, cursor: CursorWrapper) -> int:
    cursor.execute("SELECT count(*) FROM core_importrow WHERE batch_id = %s AND row_number <= %s", [batch.pk, upto])
    return int(cursor.fetchone()[0])


def _close(batch: ImportBatch, cursor: CursorWrapper) -> None:
    cursor.execute(
        """
        SELECT count(*), count(*) FILTER (WHERE outcome = 'accepted'), count(*) FILTER (WHERE outcome = 'refused'),
               count(*) FILTER (WHERE outcome = 'unchanged')
        FROM core_importrow WHERE batch_id = %s
        """,
        [batch.pk],
    )
    batch.read_count, batch.accepted_count, batch.refused_count, batch.unchanged_count = cursor.fetchone()
    batch.state, batch.applied_at, batch.message = BatchState.APPLIED, clock.now(), ""
    batch.save()
    audit.record(
        _Confirmer(batch),
        "core.import.applied",
        batch,
        region_code=batch.region_code,
        changes={
            "读取": batch.read_count,
            "已导入": batch.accepted_count,
            "未导入": batch.refused_count,
            "无变化": batch.unchanged_count,
        },
    )


class _Confirmer:
    """Who confirmed the batch, as far as the trail needs it."""

    def __init__(self, batch: ImportBatch) -> None:
        self.pk, self.name = batch.confirmed_by_id, batch.confirmed_by_name


def undo(kind: ImportKind, batch: ImportBatch, job: RunningJob) -> None:
    """Take back a whole batch in one transaction, while nothing later touched its rows."""
    if batch.state != BatchState.UNDOING:
        return
    try:
        with job.transaction(), connection.cursor() as cursor:
            refuse_undo_if_touched(kind, batch, cursor)
            assert kind.undo is not None
            kind.undo(batch, cursor)
            cursor.execute(
                "UPDATE core_importrow SET outcome = 'undone' WHERE batch_id = %s AND outcome = 'accepted'", [batch.pk]
            )
            batch.state, batch.undone_at = BatchState.UNDONE, clock.now()
            batch.message = _("已撤销，共 %(count)s 行。") % {"count": batch.accepted_count}
            batch.save()
            job.result({"batch": batch.pk})
            job.progress(done=1, total=1, message=batch.message)
    except Refused as refusal:
        batch.state, batch.message = BatchState.APPLIED, str(refusal)
        batch.save(update_fields=["state", "message"])
        raise


def refuse_undo_if_touched(kind: ImportKind, batch: ImportBatch, cursor: CursorWrapper) -> None:
    """Raise Refused, naming the first rows, when something later depends on what the batch brought in."""
    if not kind.undo_refusals:
        return
    cursor.execute(
        f"SELECT row_number, message, count(*) OVER () FROM ({kind.undo_refusals}) found ORDER BY row_number LIMIT 3",  # noqa: S608
        parameters_of(batch),
    )
    found = cursor.fetchall()
    if found:
        rows = "；".join(
            _("第 %(row)s 行：%(message)s") % {"row": row, "message": message} for row, message, _count in found
        )
        raise Refused(
            _("有 %(count)s 行在导入之后又有了后续业务，整批不能撤销（%(rows)s）。请逐人更正。")
            % {"count": found[0][2], "rows": rows},
            code="touched",
        )
