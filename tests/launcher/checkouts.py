"""Copies of the launcher with an embedded server of their own."""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from launcher import places

HOLD = """
import sys; sys.path.insert(0, '.')
from launcher import server
with server.in_use():
    print(server.server_process(), flush=True)
    sys.stdin.readline()
"""
LOOK = """
import sys; sys.path.insert(0, '.')
from launcher import server
print(server.server_process(), server.home(), server.programs())
"""


def clone(folder: Path) -> Iterator[Path]:
    (folder / "var").mkdir(parents=True)
    shutil.copytree(places.ROOT / "launcher", folder / "launcher", ignore=shutil.ignore_patterns("__pycache__"))
    (folder / "deploy").mkdir()
    shutil.copy(places.ROOT / "deploy" / "roles.sql", folder / "deploy")
    (folder / "var" / "venv").symlink_to(places.VENV)
    try:
        yield folder
    finally:
        number, home, _ = look(folder)
        if number != "None":
            os.kill(int(number), signal.SIGKILL)
        shutil.rmtree(folder)
        shutil.rmtree(home, ignore_errors=True)


def look(folder: Path) -> list[str]:
    return subprocess.run(
        [sys.executable, "-c", LOOK], cwd=folder, text=True, capture_output=True, check=True
    ).stdout.split()


@contextlib.contextmanager
def held(folder: Path) -> Iterator[subprocess.Popen[str]]:
    """A process that uses the server of this checkout; its first line is the server's number."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD],
        cwd=folder,
        text=True,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def number_from(process: subprocess.Popen[str]) -> int:
    assert process.stdout is not None
    line = process.stdout.readline().strip()
    assert line.isdigit(), process.communicate()[1]
    return int(line)


def let_go(process: subprocess.Popen[str]) -> None:
    process.communicate("\n")
    assert process.returncode == 0


def is_up(number: int) -> bool:
    state = subprocess.run(["ps", "-o", "stat=", "-p", str(number)], capture_output=True, text=True, check=False).stdout
    return bool(state.strip()) and not state.startswith("Z")
