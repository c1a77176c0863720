"""What every test run needs: an office's settings, a PostgreSQL, a fresh database, and the app role to run as."""

import contextlib
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

# The tests bring their own settings; only what names the database and the broker comes from outside.
for _name in ("OFFICE_DATE", "SECRET_KEY", "DATA_KEY", "DATA_KEY_FILE", "ALLOWED_HOSTS", "DEBUG_PAGES", "PASSWORD_POLICY", "HTTPS"):
    os.environ.pop(_name, None)
os.environ["DEBUG"] = "1"
os.environ["OFFICE_PROCESS"] = "job"
os.environ["DJANGO_SETTINGS_MODULE"] = "config.testing"
sys.path.insert(0, str(Path(__file__).resolve().parent))


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
