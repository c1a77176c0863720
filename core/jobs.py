"""Background work. The row in PostgreSQL is the truth; the broker is a doorbell that carries the job's id.

    @jobs.handles("enrollment.sweep", title="重复参保筛查")
    def sweep_overlaps(job: RunningJob) -> None:
        after = job.checkpoint.get("after", 0)
        while ids := next_ids(after):
            with job.transaction():              # checks the fence, renews the lease, commits with the work
                work_on(ids)
                after = ids[-1]
                job.progress(done=…, total=…, checkpoint={"after": after})

    jobs.enqueue("enrollment.sweep", "2018-12-31", {"on": "2018-12-31"}, actor=None)

Whoever runs a job holds a lease with a fencing token. A worker that lost its lease (it slept, it was thought dead) finds out
inside its next transaction, before anything is written. A handler is started again from its checkpoint; it must therefore
save the checkpoint in the same transaction as the work of that chunk. Every handler is safe to run twice.
"""

import contextlib
import functools
import traceback
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import structlog
from django.db import DatabaseError, connection, models, transaction
from django.db.models import Case, F, Q, Value, When
from django.db.models.functions import Least, Now
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from core import audit, clock, requests
from core.models import Heartbeat, Job, JobState
from core.refusal import Forbidden, Refused

ALIVE_LOCKS = 7_420_000_000_000
LEASE_SECONDS = 90
LATE_SECONDS = 60
# After this long without a sign of life the pages say that the background service does not answer.
SILENT_SECONDS = 120
RETRY_SECONDS = (10, 60, 300, 900)
TRACE_CHARACTERS = 20_000

log = structlog.get_logger("office.jobs")

Handler = Callable[["RunningJob"], None]


class LeaseLost(Exception):
    """Another worker holds this job now; whatever is under way here must not be written."""


class Cancelled(Exception):
    """The job was cancelled while it ran."""


class Kind:
    """A kind of job: its handler and how it is called on screens."""

    def __init__(self, code: str, handler: Handler, title: str | Promise, attempt_limit: int) -> None:
        self.code, self.handler, self.title, self.attempt_limit = code, handler, title, attempt_limit


_kinds: dict[str, Kind] = {}


def handles(kind: str, *, title: str | Promise = "", attempt_limit: int = 5) -> Callable[[Handler], Handler]:
    """Register the function that carries out jobs of this kind."""

    def register(handler: Handler) -> Handler:
        _kinds[kind] = Kind(kind, handler, title or kind, attempt_limit)
        return handler

    return register


def kind_title(kind: str) -> str:
    """The kind's name for people."""
    return str(_kinds[kind].title) if kind in _kinds else kind


# --- Asking for work ---------------------------------------------------------------------------------------------------


@transaction.atomic
def enqueue(
    kind: str,
    key: str,
    arguments: Mapping[str, Any] | None = None,
    *,
    actor: Any,
    region_code: str = "",
    title: str = "",
    delay: timedelta | None = None,
) -> Job:
    """Ask for a piece of work; the same kind and key gives the row that is there already. Arguments carry ids, not names.

    The broker is rung when the transaction commits. If it does not answer the row says so and the sweeper rings later.
    """
    if kind not in _kinds:
        raise KeyError(f"no handler for jobs of kind {kind}")
    made = Job.everywhere.bulk_create(
        [
            Job(
                kind=kind,
                key=key,
                title=title or str(_kinds[kind].title),
                arguments=dict(arguments or {}),
                owner_id=requests.actor_id(actor),
                owner_name=requests.actor_name(actor),
                region_code=region_code,
                attempt_limit=_kinds[kind].attempt_limit,
                not_before=clock.now() + delay if delay else None,
            )
        ],
        ignore_conflicts=True,
    )
    job = Job.everywhere.get(kind=kind, key=key)
    if made and job.state == JobState.WAITING and delay is None:
        transaction.on_commit(functools.partial(ring, job.pk))
    return job


def ring(job_id: int) -> bool:
    """Ring the broker for one row. A broker that does not answer is noted in the row, never raised."""
    from core.tasks import run_job

    problem = ""
    try:
        run_job.apply_async((job_id,), retry=False)
    except Exception as error:  # whatever transport is in use raises its own kinds of error
        problem = f"{type(error).__name__}: {error}"[:200]
        log.warning("broker does not answer", job=job_id, error=type(error).__name__)
    Job.everywhere.filter(pk=job_id).update(rung_at=Now(), ring_problem=problem)
    return not problem


@transaction.atomic
def retry(job: Job, *, actor: Any) -> Job:
    """Start a failed or cancelled job again from its checkpoint."""
    held = _lock(job)
    if held.state not in (JobState.FAILED, JobState.CANCELLED):
        raise Refused(_("这项任务没有失败，不需要重试。请刷新页面查看进度。"))
    held.state, held.attempt, held.message, held.trace = JobState.WAITING, 0, "", ""
    held.is_cancel_requested, held.finished_at, held.not_before, held.lease_until = False, None, None, None
    held.save()
    audit.record(actor, "core.job.retried", held, region_code=held.region_code)
    transaction.on_commit(functools.partial(ring, held.pk))
    return held


@transaction.atomic
def cancel(job: Job, *, actor: Any) -> Job:
    """Cancel a waiting job at once; ask a running one to stop after its chunk. What is committed stays."""
    held = _lock(job)
    if held.owner_id is not None and held.owner_id != requests.actor_id(actor) and not actor.can("office.jobs"):
        raise Forbidden()
    if held.state == JobState.WAITING:
        held.state, held.finished_at, held.message = JobState.CANCELLED, clock.now(), _("已取消。")
    elif held.state == JobState.RUNNING:
        held.is_cancel_requested = True
    else:
        raise Refused(_("这项任务已经结束，不能取消。"))
    held.save()
    audit.record(actor, "core.job.cancelled", held, region_code=held.region_code)
    return held


def _lock(job: Job) -> Job:
    return Job.everywhere.select_for_update(of=("self",)).get(pk=job.pk)


# --- Doing the work ----------------------------------------------------------------------------------------------------


class RunningJob:
    """A job in the hands of one worker."""

    def __init__(self, row: Job) -> None:
        self.id: int = row.pk
        self.fence: int = row.fence
        self.kind: str = row.kind
        self.key: str = row.key
        self.arguments: dict[str, Any] = row.arguments
        self.checkpoint: dict[str, Any] = row.checkpoint
        self.owner_id: int | None = row.owner_id
        self.owner_name: str = row.owner_name
        self.region_code: str = row.region_code
        self.attempt: int = row.attempt

    @contextlib.contextmanager
    def transaction(self) -> Iterator[None]:
        """A transaction for one chunk: nothing of it is written unless this worker still holds the job when it ends.

        While it is open no other worker can take the job (an advisory lock says that this one is alive), so a chunk may
        last longer than the lease. The job's row itself is locked only at the end, so that pages can cancel meanwhile.
        """
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_xact_lock(%s)", [ALIVE_LOCKS + self.id])
            self.check()
            yield
            self._renew()

    def check(self) -> None:
        """Raise LeaseLost when another worker holds the job, Cancelled when it is to stop."""
        asked_to_stop = self._held().values_list("is_cancel_requested", flat=True).first()
        if asked_to_stop is None:
            raise LeaseLost(f"job {self.id} is held by another worker")
        if asked_to_stop:
            raise Cancelled

    def renew(self) -> None:
        """Take a fresh lease between two long steps that are not chunks; also checks as check() does."""
        self.check()
        self._renew()

    def _renew(self) -> None:
        self._update({"lease_until": clock.now() + timedelta(seconds=LEASE_SECONDS)})

    def progress(
        self,
        done: int | None = None,
        total: int | None = None,
        message: str | None = None,
        *,
        checkpoint: dict[str, Any] | None = None,
    ) -> None:
        """Say how far it is. Inside transaction() it commits with the chunk, and so does the checkpoint."""
        changes: dict[str, Any] = {}
        if total is not None:
            changes["total"] = total
        if done is not None:
            # The total is an estimate for some files; the bar must not run past its end.
            changes["done"] = min(done, total) if total else _within_total(done)
        if message is not None:
            changes["message"] = message
        if checkpoint is not None:
            changes["checkpoint"] = checkpoint
        if changes:
            self._update(changes)
            if checkpoint is not None:
                self.checkpoint = checkpoint

    def result_file(self, path: Path | str) -> None:
        """Name the file that came out of it."""
        self._update({"result_path": str(path)})

    def result(self, content: dict[str, Any]) -> None:
        """Keep what came out of it: figures and ids for the page that follows."""
        self._update({"result": audit.jsonable(content)})

    def _update(self, changes: dict[str, Any]) -> None:
        if not self._held().update(**changes):
            raise LeaseLost(f"job {self.id} is held by another worker")

    def _held(self) -> models.QuerySet[Job]:
        return Job.everywhere.filter(pk=self.id, fence=self.fence, state=JobState.RUNNING)


def _within_total(done: int) -> Case:
    value = Value(done, output_field=models.PositiveBigIntegerField())
    return Case(When(total=0, then=value), default=Least(value, F("total")))


def claim(job_id: int) -> RunningJob | None:
    """Take a due and free job, with a new fencing token; None when there is nothing to take."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE core_job SET state = 'running', fence = fence + 1, attempt = attempt + 1,
                   lease_until = clock_timestamp() + make_interval(secs => %s),
                   started_at = coalesce(started_at, clock_timestamp()), not_before = NULL
            WHERE id = (SELECT id FROM core_job WHERE id = %s AND attempt < attempt_limit AND (
                            (state = 'waiting' AND (not_before IS NULL OR not_before <= clock_timestamp()))
                            OR (state = 'running' AND lease_until < clock_timestamp()
                                AND pg_try_advisory_xact_lock(%s + id)))
                        FOR UPDATE SKIP LOCKED)
            RETURNING id
            """,
            [LEASE_SECONDS, job_id, ALIVE_LOCKS],
        )
        row = cursor.fetchone()
    return RunningJob(Job.everywhere.get(pk=job_id)) if row else None


def run(job_id: int) -> Job | None:
    """Carry out one job if it is due and free; failures are kept in the row, not raised. None when not taken."""
    running = claim(job_id)
    if running is None:
        return None
    _carry_out(running)
    return Job.everywhere.get(pk=job_id)


def run_now(job: Job) -> Job:
    """Carry out a job here and at once, for commands and tests; a failure is raised after it is kept in the row."""
    running = claim(job.pk)
    if running is None:
        job.refresh_from_db()
        if job.state == JobState.DONE:
            return job
        raise Refused(_("这项任务正由后台进程处理，请稍候查看进度。"), code="job_taken")
    error = _carry_out(running)
    job.refresh_from_db()
    if error is not None:
        raise error
    return job


def run_waiting(limit: int = 1000) -> int:
    """Carry out all due jobs here, oldest first, also those they ask for: for commands and tests without a worker."""
    count = 0
    tried: set[int] = set()
    while count < limit:
        due = Job.everywhere.filter(_due()).exclude(pk__in=tried).order_by("pk").values_list("pk", flat=True).first()
        if due is None:
            break
        tried.add(due)
        if run(due) is not None:
            count += 1
    return count


def _carry_out(running: RunningJob) -> Exception | None:
    actor = _Owner(running.owner_id, running.owner_name, running.region_code)
    try:
        if running.kind not in _kinds:
            raise Refused(_("系统中没有处理这类任务的程序，可能是版本不一致。请告诉系统管理员。"))
        with requests.acting(actor, number=f"job-{running.id}"):
            _kinds[running.kind].handler(running)
        running._update(
            {"state": JobState.DONE, "finished_at": clock.now(), "lease_until": None, "trace": "", "ring_problem": ""}
        )
    except LeaseLost as error:
        log.warning("lease lost", job=running.id)
        return error
    except Cancelled as error:
        _finish(running, JobState.CANCELLED, _("已取消；取消之前完成的部分保留。"))
        return error
    except Refused as error:
        _finish(running, JobState.FAILED, str(error))
        return error
    except Exception as error:
        log.exception("job failed", job=running.id, kind=running.kind)
        _fail(running, error)
        return error
    return None


class _Owner:
    """Who asked for the job, as far as the trail needs it."""

    def __init__(self, pk: int | None, name: str, region_code: str) -> None:
        self.pk, self.name, self.region_code = pk, name, region_code


def _finish(running: RunningJob, state: JobState, message: str, trace: str = "") -> None:
    running._held().update(
        state=state, message=message, trace=trace[-TRACE_CHARACTERS:], finished_at=clock.now(), lease_until=None
    )


def _fail(running: RunningJob, error: Exception) -> None:
    trace = "".join(traceback.format_exception(error))
    try:
        limit = Job.everywhere.values_list("attempt_limit", flat=True).get(pk=running.id)
        if running.attempt >= limit:
            message = _(
                "处理时出错，已重试 %(count)s 次仍未成功。已完成的部分保留；请把任务编号 %(id)s 告诉系统管理员。"
            )
            _finish(running, JobState.FAILED, message % {"count": running.attempt, "id": running.id}, trace)
            return
        wait = RETRY_SECONDS[min(running.attempt, len(RETRY_SECONDS)) - 1]
        message = _("处理时出错，%(seconds)s 秒后自动重试（第 %(next)s 次，最多 %(limit)s 次）。")
        running._held().update(
            state=JobState.WAITING,
            message=message % {"seconds": wait, "next": running.attempt + 1, "limit": limit},
            trace=trace[-TRACE_CHARACTERS:],
            not_before=clock.now() + timedelta(seconds=wait),
            rung_at=None,
            lease_until=None,
        )
    except DatabaseError:
        # The database itself is away: the lease runs out and the sweeper finds the row.
        log.exception("failure of a job could not be kept", job=running.id)


# --- Looking after the rows --------------------------------------------------------------------------------------------


def _due() -> Q:
    return Q(state=JobState.WAITING) & (Q(not_before__isnull=True) | Q(not_before__lte=Now())) | Q(
        state=JobState.RUNNING, lease_until__lt=Now()
    )


def sweep() -> int:
    """Ring again for due rows that nobody took, and end those whose worker died too often. Gives the number rung."""
    died = Job.everywhere.filter(state=JobState.RUNNING, lease_until__lt=Now(), attempt__gte=F("attempt_limit")).update(
        state=JobState.FAILED,
        finished_at=Now(),
        message=_("处理进程多次中断，任务已停止。已完成的部分保留，可以重试；仍不成功请告诉系统管理员。"),
    )
    if died:
        log.error("jobs ended after their workers died", count=died)
    late = clock.now() - timedelta(seconds=LATE_SECONDS)
    due = Job.everywhere.filter(_due()).filter(Q(rung_at__isnull=True) | Q(rung_at__lt=late))
    rung = 0
    for job_id in due.order_by("pk").values_list("pk", flat=True)[:500]:
        if not ring(job_id):
            break
        rung += 1
    return rung


def beat(name: str = "worker") -> None:
    """Note that a part that runs by itself is alive."""
    Heartbeat.everywhere.bulk_create(
        [Heartbeat(name=name, at=clock.now())], update_conflicts=True, unique_fields=["name"], update_fields=["at"]
    )


def last_beat(name: str = "worker") -> datetime | None:
    """When that part was last seen alive."""
    return Heartbeat.everywhere.filter(name=name).values_list("at", flat=True).first()


def trouble() -> str:
    """What a page should say about the background service, or ''."""
    if Job.everywhere.filter(state=JobState.WAITING).exclude(ring_problem="").exists():
        return _("后台消息服务连接不上，新任务已登记，恢复后会自动开始，不必重复提交。")
    seen = last_beat()
    waiting_since = Job.everywhere.filter(_due()).aggregate(oldest=models.Min("created_at"))["oldest"]
    silent = clock.now() - timedelta(seconds=SILENT_SECONDS)
    if waiting_since is not None and waiting_since < silent and (seen is None or seen < silent):
        return _("后台处理服务没有响应，任务已登记，恢复后会自动继续，不必重复提交。")
    return ""
