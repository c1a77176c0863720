"""The broker is away, or a worker dies in the middle: the clerk goes on, and nothing is lost or doubled."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import kombu.pools
import pytest
from django.conf import settings as django_settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from psycopg import sql

from config.celery import app, broker
from core import clock, jobs, staging
from core.models import ImportBatch, ImportRow, Job
from enrollment.models import Enrollment, HouseholdMember, Person
from launcher import places
from tests.databases import owner_connection
from tests.enrollment.conftest import id_number, land, office_day
from tests.enrollment.test_imports import file_of, row

__all__ = ["land", "office_day"]

pytestmark = pytest.mark.django_db(transaction=True)

PEOPLE = 600
PATIENCE = 120


@pytest.fixture
def broker_is() -> Iterator[Callable[[], None]]:
    """broker_is(): let this process's messages go where the settings say now."""
    before = {name: app.conf.get(name) for name in ("broker_url", "broker_transport_options")}

    def turn(values: dict[str, Any]) -> None:
        app.conf.update(values)
        app.amqp._producer_pool = None
        app._pool = None
        kombu.pools.reset()

    yield lambda: turn(broker())
    turn(before)


@pytest.fixture
def folder_broker(settings: Any, tmp_path: Path, broker_is: Callable[[], None]) -> Path:
    """The broker of an office without Redis: folders."""
    settings.REDIS_URL = ""
    settings.BROKER_DIR = tmp_path / "broker"
    broker_is()
    return tmp_path / "broker" / "messages"


def client_of(user: Any) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def people(count: int, bad: int = 0) -> bytes:
    """A register of one-person households, some with a wrong check digit."""
    rows = []
    for serial in range(1, count + 1):
        number = id_number(birth=f"19{50 + serial // 400}0101", serial=serial % 400 + 1)
        if serial <= bad:
            number = number[:-1] + ("1" if number[-1] != "1" else "2")
        rows.append(row(户编号=str(serial), 证件号码=number, 联系电话=""))
    return file_of(*rows)


def upload(client: Client, content: bytes, name: str = "名册.csv") -> ImportBatch:
    """Hand in a file through the page."""
    given = {"file": SimpleUploadedFile(name, content), "region": "230800"}
    answer = client.post("/imports/new/enrollment.register/", given)
    assert answer.status_code == 302, answer.content.decode()[:500]
    return ImportBatch.everywhere.latest("pk")


def a_minute_later() -> None:
    """Time passes for rows that were rung or are held."""
    past = clock.now() - timedelta(seconds=jobs.LEASE_SECONDS + 1)
    Job.everywhere.filter(state="waiting").update(rung_at=past)
    Job.everywhere.filter(state="running").update(lease_until=past, rung_at=past)


def take_messages(folder: Path) -> int:
    """What a worker does with folders: take each message, run its job. Gives how many messages there were."""
    taken = 0
    with app.connection_for_read() as link:
        queue = link.SimpleQueue(app.conf.task_default_queue)
        while True:
            try:
                message = queue.get(block=False)
            except queue.Empty:
                return taken
            jobs.run(message.payload[0][0])
            message.ack()
            taken += 1


def test_without_a_broker_the_clerk_goes_on(land: SimpleNamespace, folder_broker: Path) -> None:
    client = client_of(land.city_clerk)
    away = folder_broker.rename(folder_broker.with_name("away"))
    folder_broker.write_text("no folder any more")
    batch = upload(client, people(30, bad=2))
    job = staging.job_of(batch)
    assert (job.state, bool(job.ring_problem)) == ("waiting", True)
    page = client.get(f"/imports/{batch.pk}/").content.decode()
    assert "后台消息服务连接不上" in page and "不必重复提交" in page
    # The same file again, as anxious people do: no second batch, no second job.
    upload(client, people(30, bad=2))
    assert (ImportBatch.everywhere.count(), Job.everywhere.count()) == (1, 1)

    folder_broker.unlink()
    away.rename(folder_broker)
    a_minute_later()
    assert jobs.sweep() == 1
    assert take_messages(folder_broker) == 1
    assert "后台消息服务连接不上" not in client.get(f"/imports/{batch.pk}/").content.decode()
    batch.refresh_from_db()
    assert batch.state == "checked"
    client.post(f"/imports/{batch.pk}/confirm/", {"preview_digest": batch.preview_digest})
    assert take_messages(folder_broker) == 1
    # Doubled bells change nothing.
    for doubled in Job.everywhere.values_list("pk", flat=True):
        jobs.ring(doubled)
    assert take_messages(folder_broker) == 2
    whole(batch, accepted=28, refused=2)
    assert Person.everywhere.count() == 28


def test_without_the_sweeper_nothing_would_go_on(land: SimpleNamespace, folder_broker: Path) -> None:
    """The control: the bell that was not heard does not ring by itself; it is the sweeper that makes the test above pass."""
    away = folder_broker.rename(folder_broker.with_name("away"))
    folder_broker.write_text("no folder any more")
    batch = upload(client_of(land.city_clerk), people(5))
    folder_broker.unlink()
    away.rename(folder_broker)
    assert take_messages(folder_broker) == 0
    assert staging.job_of(batch).state == "waiting"


def whole(batch: ImportBatch, *, accepted: int, refused: int) -> None:
    """Each row read has one end, and each accepted row is one person with one enrolment."""
    batch.refresh_from_db()
    assert batch.state == "applied", batch.message
    assert (batch.accepted_count, batch.refused_count, batch.unchanged_count) == (accepted, refused, 0)
    assert batch.read_count == accepted + refused
    assert not ImportRow.everywhere.filter(batch=batch).exclude(outcome__in=["accepted", "refused"]).exists()
    assert Enrollment.everywhere.count() == HouseholdMember.everywhere.count() == Person.everywhere.count() == accepted


# --- Redis and real workers -------------------------------------------------------------------------------------------


@pytest.fixture
def redis_broker(settings: Any, redis_url: str, broker_is: Callable[[], None]) -> str:
    settings.REDIS_URL = redis_url
    broker_is()
    return redis_url


@pytest.fixture
def start_worker(redis_url: str) -> Iterator[Callable[[], subprocess.Popen[bytes]]]:
    """start_worker(): a worker process on this test's database and Redis."""
    started: list[subprocess.Popen[bytes]] = []

    def start() -> subprocess.Popen[bytes]:
        extra = {
            "TEST_DATABASE": django_settings.DATABASES["default"]["NAME"],
            "TEST_REDIS_URL": redis_url,
            "OFFICE_DATE": "2018-06-01",
        }
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.worker"], cwd=places.ROOT, env={**os.environ, **extra}
        )
        started.append(process)
        return process

    yield start
    for process in started:
        if process.poll() is None:
            process.kill()
        process.wait()


def wait_for(condition: Callable[[], bool], process: subprocess.Popen[bytes]) -> None:
    """Until it is so; a worker that ends or hangs fails the test."""
    give_up = time.monotonic() + PATIENCE
    while not condition():
        assert process.poll() is None, "the worker ended"
        assert time.monotonic() < give_up, "the worker hangs"
        time.sleep(0.02)


@contextlib.contextmanager
def nobody_writes(table: str) -> Iterator[None]:
    """A transaction of the owner that keeps others from writing a table while it is open."""
    with owner_connection(django_settings.DATABASES["default"]["NAME"]) as link, link.transaction():
        link.execute(sql.SQL("LOCK TABLE {} IN SHARE MODE").format(sql.Identifier(table)))
        yield


@pytest.mark.redis
def test_redis_stops_and_comes_back(land: SimpleNamespace, settings: Any, redis_broker: str) -> None:
    client = client_of(land.city_clerk)
    socket = Path(redis_broker.removeprefix("redis+socket://"))
    hidden = socket.rename(socket.with_name("hidden.sock"))
    kombu.pools.reset()
    app.amqp._producer_pool = None
    app._pool = None
    batch = upload(client, people(5))
    assert staging.job_of(batch).ring_problem
    assert "后台消息服务连接不上" in client.get(f"/imports/{batch.pk}/").content.decode()
    hidden.rename(socket)
    a_minute_later()
    assert jobs.sweep() == 1
    assert not staging.job_of(batch).ring_problem
    assert jobs.run_waiting() == 1
    batch.refresh_from_db()
    assert (batch.state, batch.valid_count) == ("checked", 5)


@pytest.mark.redis
def test_a_worker_is_killed_in_the_middle_of_an_import(
    land: SimpleNamespace, redis_broker: str, start_worker: Callable[[], subprocess.Popen[bytes]]
) -> None:
    batch = staging.receive(people(PEOPLE, bad=7), "enrollment.register", actor=land.city_clerk, region=land.city)
    jobs.run_waiting()
    batch.refresh_from_db()
    job = staging.confirm(batch, actor=land.city_clerk)
    first = start_worker()
    wait_for(lambda: Person.everywhere.exists(), first)
    # Now nobody can write people: the worker stands in the middle of a chunk when it is killed.
    with nobody_writes("enrollment_person"):
        time.sleep(0.3)
        first.send_signal(signal.SIGKILL)
        first.wait()
    job.refresh_from_db()
    assert job.state == "running"
    done = Person.everywhere.count()
    assert 0 < done < PEOPLE - 7, "the worker was not killed in the middle"
    assert jobs.sweep() == 0  # the lease still holds: nobody takes the job from a worker that may be alive
    a_minute_later()
    assert jobs.sweep() == 1
    second = start_worker()
    wait_for(lambda: Job.everywhere.get(pk=job.pk).state in ("done", "failed"), second)
    job.refresh_from_db()
    assert (job.state, job.attempt) == ("done", 2), job.message
    whole(batch, accepted=PEOPLE - 7, refused=7)
