"""./run as a whole: the parts come up, a killed one is started again, and all of them stop together."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from launcher import places
from tests.launcher.checkouts import clone

pytestmark = pytest.mark.embedded

# An empty working office: no demonstration data is made, so the parts are up in seconds.
OFFICE = {"DEBUG": "0", "SECRET_KEY": "s" * 50, "DATA_KEY": "1f" * 32, "ALLOWED_HOSTS": "127.0.0.1", "HTTPS": "0"}
PATIENCE = 150


@pytest.fixture
def office() -> Iterator[Path]:
    """A checkout with the rooms of this one and a database of its own."""
    for folder in clone(Path("/tmp") / f"office-{os.getpid()}-{time.monotonic_ns() % 100_000}"):
        for part in places.ROOT.iterdir():
            if not (folder / part.name).exists() and part.name not in (".git", "var"):
                (folder / part.name).symlink_to(part)
        # Python looks beside the real file of a script, so scripts must be files of this checkout.
        for script in ("run", "manage.py"):
            (folder / script).unlink()
            (folder / script).write_bytes((places.ROOT / script).read_bytes())
        yield folder


def free_port() -> int:
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        return int(door.getsockname()[1])


def processes(folder: Path) -> dict[int, str]:
    """Number and command line of everything that runs from this checkout."""
    listed = subprocess.run(
        ["ps", "-ww", "-eo", "pid=,stat=,command="], capture_output=True, text=True, check=True
    ).stdout
    rows = [line.split(None, 2) for line in listed.splitlines()]
    return {
        int(row[0]): row[2] for row in rows if len(row) == 3 and str(folder) in row[2] and not row[1].startswith("Z")
    }


def until(condition: Callable[[], object], what: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, f"waited in vain until {what}"
        time.sleep(0.2)


def status(port: int) -> int:
    try:
        return int(urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5).status)
    except urllib.error.HTTPError as error:
        return error.code
    except OSError:
        return 0


@pytest.mark.skipif(sys.platform != "linux", reason="reads the process list as Linux gives it")
def test_parts_come_up_are_kept_up_and_stop_together(office: Path) -> None:
    port, said = free_port(), office / "said"
    environment = {
        key: value for key, value in os.environ.items() if not key.startswith(("DJANGO", "OFFICE", "PYTEST"))
    }
    with said.open("wb") as output:
        running = subprocess.Popen(
            [sys.executable, "run"],
            cwd=office,
            env={**environment, **OFFICE, "PORT": str(port)},
            stdout=output,
            stderr=output,
        )
    try:
        until(lambda: "http://" in said.read_text() or running.poll() is not None, "the address was printed")
        assert running.poll() is None, said.read_text()
        assert f"http://127.0.0.1:{port}/" in said.read_text()
        until(lambda: status(port) == 200, "all parts were well")

        worker = next(number for number, command in processes(office).items() if re.search(r"celery.* worker", command))
        os.kill(worker, signal.SIGKILL)
        until(
            lambda: "worker ended (signal 9) and is started again" in said.read_text(), "the worker was started again"
        )

        server = next(number for number, command in processes(office).items() if "/postgres -D" in command)
        os.kill(server, signal.SIGKILL)
        until(lambda: "database ended and is started again" in said.read_text(), "the database was started again")
        until(lambda: status(port) == 200, "all parts were well again")
    finally:
        running.terminate()
        running.wait(PATIENCE)
    assert running.returncode == 0, said.read_text()
    assert "Traceback" not in said.read_text()
    until(lambda: not processes(office), "nothing was left running")


def test_taken_port_is_one_line(office: Path) -> None:
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        door.listen()
        port = door.getsockname()[1]
        ended = subprocess.run(
            [sys.executable, "run"],
            cwd=office,
            env={**os.environ, "PORT": str(port)},
            capture_output=True,
            text=True,
            check=False,
        )
    assert ended.returncode == 2
    assert re.fullmatch(
        rf"run: PORT={port} cannot be used: .+; choose another, such as PORT={port + 1} ./run\n", ended.stderr
    )
