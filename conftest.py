"""What every test run needs: an office's settings, a PostgreSQL, a fresh database, and the app role to run as."""

import contextlib
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# The tests bring their own settings; only what names the database and the broker comes from outside.
for _name in (
    "OFFICE_DATE",
    "SECRET_KEY",
    "DATA_KEY",
    "DATA_KEY_FILE",
    "ALLOWED_HOSTS",
    "DEBUG_PAGES",
    "PASSWORD_POLICY",
    "HTTPS",
):
    os.environ.pop(_name, None)
os.environ["DEBUG"] = "1"
os.environ["OFFICE_PROCESS"] = "job"
os.environ["DJANGO_SETTINGS_MODULE"] = "config.testing"
# The browser's driver runs an event loop in the test's own thread; nothing of the office is asynchronous.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
sys.path.insert(0, str(Path(__file__).resolve().parent))

from launcher import tools  # noqa: E402

# No deadline: how long an example takes says something about the machine, not about the office.
_calm = {"deadline": None, "database": None, "suppress_health_check": [HealthCheck.too_slow]}
settings.register_profile("default", max_examples=200, **_calm)  # type: ignore[arg-type]
settings.register_profile("long", max_examples=10_000, **_calm)  # type: ignore[arg-type]
PROFILE = os.environ.get("HYPOTHESIS_PROFILE", "") or "default"
settings.load_profile(PROFILE)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Name what cannot run here, or is not asked for, instead of failing it."""
    reasons = {
        "browser": None if tools.chromium() else "no Chromium was found",
        "redis": None if tools.redis_server() else "no redis-server was found",
        "long": None if PROFILE == "long" else "only ./check --long runs it",
    }
    for item in items:
        for marker, reason in reasons.items():
            if reason and item.get_closest_marker(marker):
                item.add_marker(pytest.mark.skip(reason=reason))


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, object]:
    """pytest-playwright's browser is the system's Chromium; its own sandbox does not work for root."""
    root = ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    return {"executable_path": tools.chromium(), "args": [*root, "--disable-dev-shm-usage"]}


@pytest.fixture(scope="session")
def browser_context_args() -> dict[str, object]:
    """The screen of a county's window."""
    return {"viewport": {"width": 1366, "height": 768}, "locale": "zh-CN", "timezone_id": "Asia/Shanghai"}


@pytest.fixture
def redis_url() -> Iterator[str]:
    """A Redis of the test's own, empty, reached through a socket file."""
    program = tools.redis_server()
    if program is None:
        pytest.skip("no redis-server was found")
    with tempfile.TemporaryDirectory(prefix="redis") as folder:
        door = Path(folder) / "redis.sock"
        command = [
            program,
            "--port",
            "0",
            "--unixsocket",
            str(door),
            "--save",
            "",
            "--dir",
            folder,
            "--daemonize",
            "no",
        ]
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            for _ in range(200):
                if door.exists() or process.poll() is not None:
                    break
                time.sleep(0.05)
            assert process.poll() is None, "redis-server did not start"
            yield f"redis+socket://{door}"
        finally:
            process.terminate()
            process.wait()


@pytest.fixture(scope="session")
def database_server() -> Iterator[None]:
    """The served database that DATABASE_URL names, else the embedded one: the running one, or one for this run."""
    from launcher import server

    if os.environ.get("DATABASE_URL"):
        yield
        return
    # A server that only tests use need not survive a power cut.
    with server.in_use(fsync="off", synchronous_commit="off", full_page_writes="off"):
        yield


@pytest.fixture(scope="session")
def django_db_setup(
    request: pytest.FixtureRequest, database_server: None, django_test_environment: None, django_db_blocker: object
) -> Iterator[None]:
    """Takes the place of pytest-django's: the owner makes the database, the tests run as the app role."""
    from tests.databases import test_database

    worker = os.environ.get("PYTEST_XDIST_WORKER", "")
    suffix = "_".join(part for part in (os.environ.get("TEST_DATABASE_SUFFIX", ""), worker) if part) or str(os.getpid())
    with contextlib.ExitStack() as stack:
        with django_db_blocker.unblock():  # type: ignore[attr-defined]
            stack.enter_context(test_database(suffix))
        yield
        with django_db_blocker.unblock():  # type: ignore[attr-defined]
            stack.close()
