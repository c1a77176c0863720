"""Jobs: the row is the truth. Here belong leases, fences, kills, retries and a broker that is away."""

import os
import signal
import threading
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db import connection, connections, transaction
from django.utils import timezone

from core import clock, jobs, staging
from core import tasks as core_tasks
from core.models import AuditEntry, Heartbeat, ImportBatch, ImportRow, Job
from core.refusal import Forbidden, Refused
from tests.core import kit

CLERK = kit.Clerk()


@pytest.fixture(autouse=True)
def _kinds() -> Iterator[None]:
    before = dict(jobs._kinds)
    yield
    jobs._kinds.clear()
    jobs._kinds.update(before)


class Quit(BaseException):
    """As if the process had ended here."""


def expire(job: Job) -> None:
    Job.everywhere.filter(pk=job.pk).update(lease_until=clock.now() - timedelta(seconds=1))


def count_to(limit: int, *, stop_at: int | None = None) -> None:
    """Register a handler that adds one heartbeat for each number, one chunk each, and may quit inside a chunk."""

    @jobs.handles("test.count", attempt_limit=3)
    def count(job: jobs.RunningJob) -> None:
        for number in range(int(job.checkpoint.get("next", 0)), limit):
            with job.transaction():
                Heartbeat.everywhere.create(name=str(number), at=timezone.now())
                if number == stop_at and job.attempt == 1:
                    raise Quit
                job.progress(number + 1, limit, f"{number + 1}", checkpoint={"next": number + 1})
        job.result({"count": limit})


@pytest.mark.django_db
def test_keys_must_have_a_handler() -> None:
    with pytest.raises(KeyError):
        jobs.enqueue("test.unknown", "1", actor=None)


@pytest.mark.django_db
def test_the_same_key_gives_the_same_row() -> None:
    count_to(3)
    one = jobs.enqueue("test.count", "k", {"a": 1}, actor=CLERK, region_code="230800")
    other = jobs.enqueue("test.count", "k", {"a": 2}, actor=CLERK)
    assert one.pk == other.pk
    assert other.arguments == {"a": 1}
    assert jobs.enqueue("test.count", "k2", actor=None).pk != one.pk
    done = jobs.run_now(one)
    assert (done.state, done.done, done.total, done.percent, done.result) == ("done", 3, 3, 100, {"count": 3})
    assert jobs.run(one.pk) is None, "a doubled message finds nothing to do"
    assert Heartbeat.everywhere.count() == 3


@pytest.mark.django_db
def test_a_broken_chunk_is_rolled_back_and_the_next_attempt_goes_on_from_the_checkpoint() -> None:
    count_to(5, stop_at=3)
    job = jobs.enqueue("test.count", "k", actor=CLERK)
    with pytest.raises(Quit):
        jobs.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.done, Heartbeat.everywhere.count()) == ("running", 3, 3)
    assert jobs.run(job.pk) is None, "the lease still holds"
    expire(job)
    finished = jobs.run(job.pk)
    assert finished is not None
    assert (finished.state, finished.attempt, finished.fence) == ("done", 2, 2)
    assert sorted(Heartbeat.everywhere.values_list("name", flat=True)) == list("01234")


@pytest.mark.django_db
def test_a_worker_that_lost_its_lease_writes_nothing_more() -> None:
    stolen: list[jobs.RunningJob] = []

    @jobs.handles("test.slow")
    def slow(job: jobs.RunningJob) -> None:
        with job.transaction():
            Heartbeat.everywhere.create(name="before", at=timezone.now())
        if job.attempt == 1:
            expire(Job.everywhere.get(pk=job.id))
            thief = jobs.claim(job.id)
            assert thief is not None
            stolen.append(thief)
        for write in (
            lambda: job.progress(1, 2),
            lambda: job.result({"x": 1}),
            lambda: job.renew(),
            lambda: job.check(),
        ):
            with pytest.raises(jobs.LeaseLost):
                write()
        with job.transaction():
            Heartbeat.everywhere.create(name="after", at=timezone.now())

    job = jobs.enqueue("test.slow", "k", actor=None)
    jobs.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.fence) == ("running", 2), "the loser changed nothing: the thief holds it"
    assert list(Heartbeat.everywhere.values_list("name", flat=True)) == ["before"]
    stolen[0].progress(2, 2)
    stolen[0]._update({"state": "done"})


@pytest.mark.django_db
def test_a_lease_stolen_inside_a_chunk_rolls_the_chunk_back() -> None:
    @jobs.handles("test.slow")
    def slow(job: jobs.RunningJob) -> None:
        with job.transaction():
            Heartbeat.everywhere.create(name="half", at=timezone.now())
            Job.everywhere.filter(pk=job.id).update(fence=99)

    job = jobs.enqueue("test.slow", "k", actor=None)
    jobs.run(job.pk)
    assert not Heartbeat.everywhere.exists()


@pytest.mark.django_db
def test_failures_are_retried_with_pauses_and_end_with_words_and_a_trace() -> None:
    @jobs.handles("test.fails", attempt_limit=2)
    def fails(job: jobs.RunningJob) -> None:
        raise ZeroDivisionError("technical words")

    job = jobs.enqueue("test.fails", "k", actor=CLERK)
    jobs.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.attempt) == ("waiting", 1)
    assert job.not_before is not None
    assert job.not_before > clock.now()
    assert jobs.run(job.pk) is None, "not before the pause is over"
    Job.everywhere.update(not_before=None)
    jobs.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.attempt) == ("failed", 2)
    assert "ZeroDivisionError: technical words" in job.trace
    assert "处理时出错" in job.message
    assert "technical" not in job.message
    again = jobs.retry(job, actor=CLERK)
    assert (again.state, again.attempt, again.message) == ("waiting", 0, "")
    with pytest.raises(Refused):
        jobs.retry(again, actor=CLERK)


@pytest.mark.django_db
def test_a_refusal_is_not_retried() -> None:
    @jobs.handles("test.refuses")
    def refuses(job: jobs.RunningJob) -> None:
        raise Refused("本月已结账，请选择下一个月。")

    job = jobs.enqueue("test.refuses", "k", actor=CLERK)
    with pytest.raises(Refused, match="本月已结账"):
        jobs.run_now(job)
    job.refresh_from_db()
    assert (job.state, job.message, job.trace) == ("failed", "本月已结账，请选择下一个月。", "")


@pytest.mark.django_db
def test_cancelling() -> None:
    @jobs.handles("test.long")
    def long(job: jobs.RunningJob) -> None:
        for number in range(5):
            with job.transaction():
                Heartbeat.everywhere.create(name=str(number), at=timezone.now())
            if number == 1:
                jobs.cancel(Job.everywhere.get(pk=job.id), actor=CLERK)

    waiting = jobs.enqueue("test.long", "waiting", actor=CLERK)
    assert jobs.cancel(waiting, actor=CLERK).state == "cancelled"
    assert jobs.run(waiting.pk) is None
    running = jobs.enqueue("test.long", "running", actor=CLERK)
    jobs.run(running.pk)
    running.refresh_from_db()
    assert running.state == "cancelled"
    assert Heartbeat.everywhere.count() == 2, "what was committed stays"
    with pytest.raises(Refused):
        jobs.cancel(running, actor=CLERK)
    foreign = jobs.enqueue("test.long", "foreign", actor=kit.Clerk(pk=8))
    with pytest.raises(Forbidden):
        jobs.cancel(foreign, actor=kit.Clerk(pk=9, permissions=frozenset()))
    assert AuditEntry.everywhere.filter(act="core.job.cancelled").count() == 2


@pytest.mark.django_db
def test_the_sweeper_rings_late_rows_and_ends_those_that_kill_their_workers(monkeypatch: pytest.MonkeyPatch) -> None:
    rung: list[int] = []
    monkeypatch.setattr(core_tasks.run_job, "apply_async", lambda args, **kwargs: rung.append(args[0]))
    count_to(1)
    late = jobs.enqueue("test.count", "late", actor=None)
    fresh = jobs.enqueue("test.count", "fresh", actor=None)
    later = jobs.enqueue("test.count", "later", actor=None, delay=timedelta(hours=1))
    killer = jobs.enqueue("test.count", "killer", actor=None)
    lost = jobs.enqueue("test.count", "lost", actor=None)
    Job.everywhere.filter(pk=fresh.pk).update(rung_at=clock.now())
    past = clock.now() - timedelta(minutes=5)
    Job.everywhere.filter(pk=late.pk).update(rung_at=past)
    Job.everywhere.filter(pk=killer.pk).update(state="running", attempt=3, lease_until=past)
    Job.everywhere.filter(pk=lost.pk).update(state="running", attempt=1, lease_until=past, rung_at=past)
    assert jobs.sweep() == 2
    assert rung == [late.pk, lost.pk]
    assert later.pk not in rung
    killer.refresh_from_db()
    assert killer.state == "failed"
    assert "多次中断" in killer.message
    assert jobs.sweep() == 0, "rung a moment ago"


@pytest.mark.django_db(transaction=True)
def test_a_broker_that_is_away_is_noted_and_the_work_still_gets_done(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*args: object, **kwargs: object) -> None:
        raise ConnectionRefusedError("no broker here")

    monkeypatch.setattr(core_tasks.run_job, "apply_async", refuse)
    count_to(2)
    with transaction.atomic():
        job = jobs.enqueue("test.count", "k", actor=CLERK)
    job.refresh_from_db()
    assert job.state == "waiting"
    assert "no broker here" in job.ring_problem
    assert "消息服务连接不上" in jobs.trouble()
    assert jobs.run_waiting() == 1
    job.refresh_from_db()
    assert (job.state, job.ring_problem, jobs.trouble()) == ("done", "", "")


@pytest.mark.django_db
def test_a_silent_worker_is_told_on_the_page() -> None:
    count_to(1)
    job = jobs.enqueue("test.count", "k", actor=None)
    assert jobs.trouble() == "", "just asked for"
    with connection.cursor() as cursor:
        cursor.execute("UPDATE core_job SET created_at = now() - interval '10 minutes' WHERE id = %s", [job.pk])
    assert "没有响应" in jobs.trouble()
    jobs.beat()
    assert jobs.trouble() == ""
    assert jobs.last_beat() is not None


@pytest.mark.django_db
def test_who_sees_which_jobs() -> None:
    count_to(1)
    own = jobs.enqueue("test.count", "own", actor=CLERK)
    area = jobs.enqueue("test.count", "area", actor=kit.Clerk(pk=8), region_code="230800")
    jobs.enqueue("test.count", "foreign", actor=kit.Clerk(pk=9), region_code="130400")
    jobs.enqueue("test.count", "system", actor=None)
    assert set(Job.objects.visible_to(CLERK)) == {own, area}
    assert set(Job.objects.visible_to(kit.Clerk(permissions=frozenset()))) == {own}
    assert not Job.objects.visible_to(None).exists()


@pytest.mark.django_db(transaction=True)
def test_two_workers_never_take_the_same_job() -> None:
    taken: list[str] = []
    start = threading.Barrier(2)

    @jobs.handles("test.once")
    def once(job: jobs.RunningJob) -> None:
        taken.append(threading.current_thread().name)

    job = jobs.enqueue("test.once", "k", actor=None)

    def work() -> None:
        try:
            start.wait()
            jobs.run(job.pk)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work) for _number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(taken) == 1


@pytest.mark.django_db(transaction=True)
def test_a_live_worker_keeps_its_job_beyond_the_lease() -> None:
    """The lease has run out, but the chunk is still open: nobody may take the job until it ends."""
    attempts: list[object] = []

    @jobs.handles("test.long_chunk")
    def long_chunk(job: jobs.RunningJob) -> None:
        with job.transaction():
            Heartbeat.everywhere.create(name="long", at=timezone.now())

            def other_worker() -> None:
                try:
                    Job.everywhere.filter(pk=job.id).update(lease_until=clock.now() - timedelta(minutes=1))
                    attempts.append(jobs.claim(job.id))
                finally:
                    connections.close_all()

            thread = threading.Thread(target=other_worker)
            thread.start()
            thread.join()

    job = jobs.enqueue("test.long_chunk", "k", actor=None)
    finished = jobs.run(job.pk)
    assert attempts == [None]
    assert finished is not None
    assert finished.state == "done"
    assert Heartbeat.everywhere.filter(name="long").exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("where", ["loading", "applying"])
def test_an_import_whose_worker_is_killed_loses_and_doubles_nothing(
    where: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A real SIGKILL in the middle of a chunk; the next worker goes on and every row is there once."""
    from core.staging import loading

    monkeypatch.setattr(loading, "CHUNK_ROWS", 100)
    kind = staging.ImportKind(**{**vars(kit.KIND), "chunk_rows": 100})
    staging.register(kind)
    lines = [kit.line(serial, **({"日期": "坏"} if serial % 50 == 0 else {})) for serial in range(1, 501)]
    batch = staging.receive(kit.csv_of(lines).encode(), "core.test", actor=CLERK, region=kit.Area())
    if where == "applying":
        jobs.run_now(staging.job_of(batch))
        job = staging.confirm(batch, actor=CLERK)
    else:
        job = staging.job_of(batch)

    def killed_in_child() -> int:
        connections.close_all()
        child = os.fork()
        if child == 0:
            real = jobs.RunningJob.progress

            def progress(self: jobs.RunningJob, done: int | None = None, *rest: object, **more: object) -> None:
                if done is not None and done >= 300:
                    os.kill(os.getpid(), signal.SIGKILL)
                real(self, done, *rest, **more)  # type: ignore[arg-type]

            jobs.RunningJob.progress = progress  # type: ignore[method-assign]
            try:
                jobs.run(job.pk)
            finally:
                os._exit(0)
        _pid, status = os.waitpid(child, 0)
        return os.WTERMSIG(status)

    assert killed_in_child() == signal.SIGKILL
    job.refresh_from_db()
    assert (job.state, job.fence) == ("running", 1)
    if where == "loading":
        assert ImportRow.everywhere.filter(batch=batch).count() == 200, "the chunk under way is rolled back"
    else:
        assert Heartbeat.everywhere.count() == 200 - 4
    expire(job)
    jobs.run_waiting()
    if where == "loading":
        batch.refresh_from_db()
        jobs.run_now(staging.confirm(batch, actor=CLERK))
    batch = ImportBatch.everywhere.get(pk=batch.pk)
    assert (batch.state, batch.read_count, batch.accepted_count, batch.refused_count) == ("applied", 500, 490, 10)
    assert ImportRow.everywhere.filter(batch=batch).count() == 500
    assert Heartbeat.everywhere.count() == 490
