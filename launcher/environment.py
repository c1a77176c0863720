"""The Python environment under var/venv: made once, brought up to date when the list of packages changes."""

import fcntl
import hashlib
import os
import subprocess
import sys
import venv
from pathlib import Path

from launcher import places
from launcher.refusals import Unusable

FOR_USE = places.ROOT / "requirements.txt"
FOR_TESTS = places.ROOT / "requirements-dev.txt"
# uv installs the same list several times faster; it is a convenience, so where it cannot be had pip does the work.
UV_LIST = places.ROOT / "launcher" / "uv.txt"
STAMP = places.VENV / "packages.sha256"
MINIMUM = (3, 11)


def prepare(*, with_tests: bool) -> None:
    """Bring var/venv to the pinned packages (checked by their hashes); quick when nothing changed."""
    if sys.version_info < MINIMUM:
        raise Unusable(f"Python {sys.version.split()[0]} is too old: the office needs Python 3.11 or newer.")
    places.STATE.mkdir(parents=True, exist_ok=True)
    with open(places.STATE / "environment.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if is_current(with_tests):
            return
        if not works():
            print("environment: making var/venv", flush=True)
            try:
                venv.EnvBuilder(clear=True, with_pip=True, symlinks=True).create(places.VENV)
            except (OSError, subprocess.CalledProcessError) as error:
                raise Unusable(
                    f"the environment var/venv cannot be made ({error}); is Python's venv module installed?"
                ) from None
        # What tests need is kept once it is there: it holds all that use needs.
        wanted = FOR_TESTS if with_tests or stamp().startswith("tests ") else FOR_USE
        STAMP.unlink(missing_ok=True)
        install(wanted)
        STAMP.write_text(mark(wanted))


def is_current(with_tests: bool) -> bool:
    kept = stamp()
    return kept == mark(FOR_TESTS) or (not with_tests and kept == mark(FOR_USE))


def stamp() -> str:
    return STAMP.read_text() if STAMP.exists() else ""


def mark(packages: Path) -> str:
    """What the stamp says after this list was installed with this Python."""
    kind = "tests" if packages == FOR_TESTS else "use"
    return f"{kind} {sys.version_info[0]}.{sys.version_info[1]} {hashlib.sha256(packages.read_bytes()).hexdigest()}\n"


def works() -> bool:
    """Whether var/venv has a Python of the version that runs now."""
    if not places.PYTHON.exists():
        return False
    asked = subprocess.run(
        [places.PYTHON, "-c", "import sys, pip; print(*sys.version_info[:2])"],
        text=True,
        capture_output=True,
        check=False,
    )
    return asked.returncode == 0 and asked.stdout.split() == [str(part) for part in sys.version_info[:2]]


def install(packages: Path) -> None:
    """Install exactly this list, with uv when uv can be had."""
    print(f"environment: installing the packages of {packages.name}", flush=True)
    pip = [
        str(places.PYTHON),
        "-m",
        "pip",
        "--disable-pip-version-check",
        "install",
        "--quiet",
        "--require-hashes",
        "--requirement",
    ]
    fetched = subprocess.run([*pip, str(UV_LIST)], capture_output=True, text=True, check=False)
    if fetched.returncode == 0:
        uv = [
            str(places.VENV / "bin" / "uv"),
            "pip",
            "sync",
            "--quiet",
            "--compile-bytecode",
            "--python",
            str(places.PYTHON),
            "--require-hashes",
        ]
        # A failure of uv is not the last word either: pip may know a proxy or a mirror that uv does not.
        if subprocess.run([*uv, str(packages)], capture_output=True, check=False, env=quiet()).returncode == 0:
            return
    done = subprocess.run(
        [*pip, str(packages)], text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False
    )
    if done.returncode:
        said = [line for line in done.stdout.splitlines() if line.startswith("ERROR")] or done.stdout.splitlines()[-1:]
        raise Unusable(f"the packages cannot be installed: {said[0] if said else 'pip gave no reason'}")


def quiet() -> dict[str, str]:
    return {**os.environ, "UV_NO_PROGRESS": "1", "UV_NO_CONFIG": "1"}
