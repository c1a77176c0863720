"""What a clerk does with a list: hand it in, look at the preview, confirm, take it back, drop it."""

import hashlib
import json
import uuid
from collections.abc import Mapping
from datetime import UTC
from pathlib import Path
from typing import IO, Any

from django.db import connection, transaction
from django.utils.translation import gettext as _

from core import audit, clock, jobs, requests, secrets
from core.models import BatchState, ImportBatch, ImportFile, Job
from core.refusal import Forbidden, Refused
from core.staging import applying, checking, files
from core.staging.kinds import ImportKind, kind

Upload = str | Path | IO[bytes] | bytes


@transaction.atomic
def receive(
    file: Upload,
    kind_code: str | ImportKind,
    *,
    actor: Any,
    region: Any = None,
    file_name: str = "",
    parameters: Mapping[str, Any] | None = None,
) -> ImportBatch:
    """Take in a file (an upload, a path, or bytes) and ask for its check. Nothing of the register changes.

    The same file for the same kind, area and parameters gives the batch that is there, with `is_repeat` set. Refuses files that
    are too large, and people without the right or outside their area.
    """
    chosen = kind_code if isinstance(kind_code, ImportKind) else kind(kind_code)
    _require(actor, chosen)
    if chosen.needs_region and region is None:
        raise Refused(_("没有选择导入到哪个地区。请选择后重新上传。"), code="no_region", field="region")
    if region is not None and hasattr(actor, "may_see") and not actor.may_see(region):
        raise Forbidden()
    missing = [name for name in chosen.parameters if (parameters or {}).get(name) in (None, "")]
    if missing:
        raise Refused(_("导入缺少参数：%(names)s。") % {"names": "、".join(missing)}, code="no_parameter")
    content, given_name = _content(file)
    kept = dict(audit.jsonable(dict(parameters or {})))
    digest = hashlib.sha256(content)
    if kept:
        digest.update(json.dumps(kept, sort_keys=True, ensure_ascii=False).encode())
    made = ImportBatch(
        kind=chosen.code,
        file_name=Path(file_name or given_name or str(chosen.title)).name[-200:],
        file_sha256=digest.hexdigest(),
        file_bytes=len(content),
        region_id=getattr(region, "pk", None),
        region_code=getattr(region, "code", "") or "",
        region_name=str(getattr(region, "name", "") or ""),
        owner_id=requests.actor_id(actor),
        owner_name=requests.actor_name(actor),
        parameters=kept,
    )
    with connection.cursor() as cursor:
        # Two clicks at once: the second waits here and then finds the first one's batch.
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"import {made.file_sha256} {made.region_code}"]
        )
    earlier = (
        ImportBatch.everywhere.filter(kind=made.kind, region_code=made.region_code, file_sha256=made.file_sha256)
        .exclude(state__in=[BatchState.UNDONE, BatchState.REFUSED])
        .first()
    )
    if earlier is not None:
        earlier.is_repeat = True  # type: ignore[attr-defined]
        return earlier
    made.save()
    ImportFile.everywhere.create(batch=made, content=secrets.encrypt_bytes(content))
    audit.record(actor, "core.import.received", made, region_code=made.region_code, changes={"大小": made.file_bytes})
    made.is_repeat = False  # type: ignore[attr-defined]
    _enqueue("core.import.check", made, actor, str(made.pk), chosen)
    return made


@transaction.atomic
def confirm(batch: ImportBatch, *, actor: Any) -> Job:
    """Apply a checked batch as it was previewed; a second confirmation gives the same job."""
    held = _lock(batch)
    chosen = kind(held.kind)
    _require(actor, chosen)
    if held.state == BatchState.CHECKED:
        if not held.valid_count:
            raise Refused(_("没有可以导入的行。请下载错误文件，改正后重新上传。"), code="nothing_valid")
        held.state, held.message, held.confirmed_at = BatchState.APPLYING, "", clock.now()
        held.confirmed_by_id, held.confirmed_by_name = requests.actor_id(actor), requests.actor_name(actor)
        held.save()
        audit.record(actor, "core.import.confirmed", held, region_code=held.region_code)
    elif held.state not in (BatchState.APPLYING, BatchState.APPLIED):
        raise Refused(_("这批数据还没有校验完，或已撤销，不能确认。请刷新页面查看状态。"), code="not_checked")
    batch.refresh_from_db()
    stamp = held.confirmed_at.astimezone(UTC).isoformat() if held.confirmed_at else ""
    return _enqueue("core.import.apply", held, actor, f"{held.pk}:{stamp}", chosen)


@transaction.atomic
def undo(batch: ImportBatch, *, actor: Any, reason: str) -> Job:
    """Take back an applied batch; refused when later work touched its rows."""
    held = _lock(batch)
    chosen = kind(held.kind)
    _require(actor, chosen)
    if not reason.strip():
        raise Refused(_("请填写撤销的原因。"), code="no_reason", field="reason")
    if chosen.undo is None:
        raise Refused(_("这种导入不能整批撤销。请逐条更正。"), code="no_undo")
    if held.state != BatchState.APPLIED or held.is_cleared:
        raise Refused(_("只有已导入的批次可以撤销。请刷新页面查看状态。"), code="not_applied")
    with connection.cursor() as cursor:
        applying.refuse_undo_if_touched(chosen, held, cursor)
    held.state = BatchState.UNDOING
    held.save(update_fields=["state"])
    audit.record(actor, "core.import.undone", held, reason=reason, region_code=held.region_code)
    batch.refresh_from_db()
    return _enqueue("core.import.undo", held, actor, f"{held.pk}:{uuid.uuid4().hex[:8]}", chosen)


@transaction.atomic
def discard(batch: ImportBatch, *, actor: Any) -> ImportBatch:
    """Drop a batch that was not confirmed; the same file may be handed in again."""
    held = _lock(batch)
    _require(actor, kind(held.kind))
    if held.state not in (BatchState.CHECKED, BatchState.UPLOADED):
        raise Refused(_("这批数据已确认或已结束，不能放弃。请刷新页面查看状态。"), code="not_open")
    held.state, held.message = BatchState.REFUSED, _("已放弃，没有导入任何数据。")
    held.save(update_fields=["state", "message"])
    audit.record(actor, "core.import.discarded", held, region_code=held.region_code)
    return held


def import_file(
    file: Upload,
    kind_code: str | ImportKind,
    *,
    actor: Any,
    region: Any = None,
    parameters: Mapping[str, Any] | None = None,
    file_name: str = "",
) -> ImportBatch:
    """Receive, check, confirm and apply in one go, here and now: for commands. The batch tells what came of each row."""
    batch = receive(file, kind_code, actor=actor, region=region, parameters=parameters, file_name=file_name)
    batch.refresh_from_db()
    if batch.state in (BatchState.UPLOADED, BatchState.CHECKING):
        jobs.run_now(job_of(batch, "core.import.check"))
        batch.refresh_from_db()
    if batch.state == BatchState.CHECKED and not batch.valid_count:
        return batch
    if batch.state in (BatchState.CHECKED, BatchState.APPLYING):
        jobs.run_now(confirm(batch, actor=actor))
        batch.refresh_from_db()
    return batch


def job_of(batch: ImportBatch, kind_of_job: str = "") -> Job:
    """The job that works, or last worked, on the batch; of one kind when given."""
    found = (
        Job.everywhere.filter(arguments__batch=batch.pk, kind__startswith=kind_of_job or "core.import.")
        .order_by("-pk")
        .first()
    )
    if found is None:
        raise Refused(_("找不到这批数据的后台任务。请重新上传文件。"), code="no_job")
    return found


# --- Doors and jobs ----------------------------------------------------------------------------------------------------


def _require(actor: Any, chosen: ImportKind) -> None:
    if actor is not None and not actor.can(chosen.permission):
        raise Forbidden()


def _content(file: Upload) -> tuple[bytes, str]:
    too_large = Refused(
        _("文件超过 %(limit)s MB，没有读取。请分成几个文件，或另存为 CSV。") % {"limit": files.FILE_BYTES // 2**20},
        code="too_large",
    )
    if isinstance(file, bytes):
        if len(file) > files.FILE_BYTES:
            raise too_large
        return file, ""
    if isinstance(file, (str, Path)):
        path = Path(file)
        if not path.is_file():
            raise Refused(_("找不到文件 %(name)s。请检查路径。") % {"name": path.name}, code="no_file")
        if path.stat().st_size > files.FILE_BYTES:
            raise too_large
        return path.read_bytes(), path.name
    content = file.read(files.FILE_BYTES + 1)
    if len(content) > files.FILE_BYTES:
        raise too_large
    return content, str(getattr(file, "name", "") or "")


def _lock(batch: ImportBatch) -> ImportBatch:
    return ImportBatch.everywhere.select_for_update(of=("self",)).get(pk=batch.pk)


def _enqueue(kind_of_job: str, batch: ImportBatch, actor: Any, key: str, chosen: ImportKind) -> Job:
    return jobs.enqueue(
        kind_of_job,
        key,
        {"batch": batch.pk},
        actor=actor,
        region_code=batch.region_code,
        title=f"{jobs.kind_title(kind_of_job)}：{chosen.title}"[:120],
    )


def _batch_of(job: jobs.RunningJob) -> ImportBatch:
    return ImportBatch.everywhere.select_related("file").get(pk=job.arguments["batch"])


def check_job(job: jobs.RunningJob) -> None:
    """Load and check the batch; a file that is no list at all ends the batch as refused, with the reason."""
    batch = _batch_of(job)
    try:
        checking.check(kind(batch.kind), batch, job)
    except Refused as refusal:
        with job.transaction():
            ImportBatch.everywhere.filter(pk=batch.pk).update(state=BatchState.REFUSED, message=str(refusal))
            batch.file.content = b""
            batch.file.save(update_fields=["content"])
        raise


def apply_job(job: jobs.RunningJob) -> None:
    batch = _batch_of(job)
    applying.apply(kind(batch.kind), batch, job)


def undo_job(job: jobs.RunningJob) -> None:
    batch = _batch_of(job)
    applying.undo(kind(batch.kind), batch, job)
