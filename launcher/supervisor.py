"""Keeps worker, beat and web running beside the database, and stops them all together."""

import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

from launcher import office, places, server
from launcher.options import Options
from launcher.refusals import Unusable

STOP_SECONDS = 40  # a worker may finish the piece it is at
QUICK_SECONDS = 10  # a child that ends sooner than this has not really started
QUICK_ENDS = 4  # so many in a row, and starting it again is no use
LOG_BYTES = 20_000_000


class Stop(Exception):
    """Someone asked the office to close (Ctrl-C or SIGTERM)."""


def ask_to_stop(number: int, frame: FrameType | None) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    raise Stop


def catch_signals() -> None:
    signal.signal(signal.SIGINT, ask_to_stop)
    signal.signal(signal.SIGTERM, ask_to_stop)


def die_with_parent() -> None:
    """On Linux a child is told to end when the supervisor is killed outright; elsewhere nothing happens."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGTERM)  # PR_SET_PDEATHSIG


@dataclass
class Child:
    """One program that the supervisor keeps up."""

    name: str
    command: list[str]
    process_kind: str
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    quick_ends: int = 0
    log: Path = field(init=False)

    def __post_init__(self) -> None:
        self.log = places.LOGS / f"{self.name}.log"

    def start(self) -> None:
        places.LOGS.mkdir(parents=True, exist_ok=True)
        if self.log.exists() and self.log.stat().st_size > LOG_BYTES:
            self.log.replace(self.log.with_suffix(".log.1"))
        with open(self.log, "ab") as output:
            # A session of its own, so that Ctrl-C reaches the supervisor alone and the parts stop in order.
            self.process = subprocess.Popen(
                self.command,
                cwd=places.ROOT,
                env=office.environment(self.process_kind),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=die_with_parent,
            )
        self.started = time.monotonic()

    def watch(self) -> None:
        """Start the program again when it has ended; gives up when it will not stay up."""
        if self.process is None or (status := self.process.poll()) is None:
            return
        lasted = time.monotonic() - self.started
        self.quick_ends = self.quick_ends + 1 if lasted < QUICK_SECONDS else 0
        how = f"exit {status}" if status >= 0 else f"signal {-status}"
        if self.quick_ends >= QUICK_ENDS:
            said = server.last_line(self.log.read_text(errors="replace")[-4000:]) if self.log.exists() else ""
            raise Unusable(f"{self.name} does not stay up ({how}): {said[:300]} (log: {self.log})")
        print(f"{self.name} ended ({how}) and is started again; its log is {self.log}", flush=True)
        self.start()

    def ask_to_end(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()

    def wait_for_end(self, deadline: float) -> None:
        if self.process is None:
            return
        try:
            self.process.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()


def children() -> list[Child]:
    """Worker, beat and web, as this machine runs them."""
    python = str(places.PYTHON)
    celery = [python, "-m", "celery", "-A", "config"]
    return [
        Child(
            "worker",
            [*celery, "worker", "--concurrency", "1", "--without-gossip", "--without-mingle", "-l", "WARNING"],
            "job",
        ),
        Child("beat", [*celery, "beat", "--pidfile=", "-l", "WARNING"], "job"),
        Child("web", [python, "-m", "gunicorn", "--config", "config/gunicorn.py", "config.wsgi:application"], "web"),
    ]


def check_port(port: int) -> None:
    with socket.socket() as door:
        door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            door.bind(("127.0.0.1", port))
        except OSError as error:
            raise Unusable(
                f"PORT={port} cannot be used: {error.strerror}; choose another, such as PORT={port + 1} ./run"
            ) from None


def wait_for_web(port: int, web: Child) -> None:
    """Wait until the web server answers at all; what state the parts are in is for /healthz to say."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        web.watch()
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5).close()
        except urllib.error.HTTPError:
            return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
        else:
            return
    raise Unusable(f"the web server did not answer within a minute (log: {web.log}).")


def keep_open(options: Options, use: server.Use | None, announce: list[str]) -> None:
    """Run the parts until someone asks to stop; the database is the caller's, and goes last."""
    parts = children()
    try:
        for part in parts:
            part.start()
        wait_for_web(options.port, parts[-1])
        print("\n".join(announce), flush=True)
        while True:
            time.sleep(0.5)
            if use is not None and server.server_process() is None:
                print(f"database ended and is started again; its log is {places.LOGS / 'postgres.log'}", flush=True)
                use.ensure({})
            for part in parts:
                part.watch()
    finally:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        for part in reversed(parts):
            part.ask_to_end()
        deadline = time.monotonic() + STOP_SECONDS
        for part in reversed(parts):
            part.wait_for_end(deadline)
