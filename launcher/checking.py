"""What ./check does: linters, types, layers, templates, migrations, tests. All are run, then it fails if one did."""

import os
import subprocess
import sys
import time

from launcher import environment, office, places, tools
from launcher.refusals import Unusable

USAGE = """\
./check              linters, types, layers and all tests
./check --long       the full matrices, 10,000 examples, kills and large volumes too
./check PATH …       the same, with the tests of these paths only
"""


def main(arguments: list[str]) -> int:
    """Exit status of ./check."""
    if {"-h", "--help"} & set(arguments):
        print(USAGE)
        return 0
    try:
        return check(is_long="--long" in arguments, paths=[text for text in arguments if text != "--long"])
    except Unusable as refusal:
        print(f"check: {refusal}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130


def check(*, is_long: bool, paths: list[str]) -> int:
    options = office.read_options()
    environment.prepare(with_tests=True)
    python = str(places.PYTHON)
    programs = places.VENV / "bin"
    failed = []
    with office.database(options):
        for name, command in {
            "ruff check": [str(programs / "ruff"), "check", "--quiet", "."],
            "ruff format": [str(programs / "ruff"), "format", "--check", "--quiet", "."],
            "layers": [str(programs / "lint-imports"), "--config", "pyproject.toml", "--no-cache"],
            "types": [python, "-m", "mypy"],
            "templates": [str(programs / "djlint"), "templates", "--lint", "--quiet"],
            "migrations": [python, "manage.py", "makemigrations", "--check", "--dry-run", "--verbosity", "1"],
        }.items():
            if not step(name, command):
                failed.append(name)
        if not tests(is_long=is_long, paths=paths):
            failed.append("tests")
    for line in tools.absent():
        print(line)
    if not is_long:
        print("not run: the long tests (marker `long`), ./check --long runs them")
    print(f"check: failed: {', '.join(failed)}" if failed else "check: all passed")
    return 1 if failed else 0


def tool_environment() -> dict[str, str]:
    """The environment of linters and tests; compiled files are kept, or every start would compile all packages anew."""
    kept = office.environment()
    kept.pop("PYTHONDONTWRITEBYTECODE", None)
    return kept


def step(name: str, command: list[str]) -> bool:
    """Run one linter; its words are shown only when it has something to say."""
    started = time.monotonic()
    done = subprocess.run(
        command,
        cwd=places.ROOT,
        env=tool_environment(),
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )
    print(f"{name}: {'passed' if done.returncode == 0 else 'FAILED'} ({time.monotonic() - started:.0f} s)", flush=True)
    if done.returncode:
        print(done.stdout.rstrip(), flush=True)
    return done.returncode == 0


def tests(*, is_long: bool, paths: list[str]) -> bool:
    """All tests, two at a time, each worker with a database of its own."""
    given = tool_environment()
    if is_long:
        given["HYPOTHESIS_PROFILE"] = "long"
    command = [
        str(places.PYTHON),
        "-m",
        "pytest",
        "-q",
        "-n",
        os.environ.get("TEST_WORKERS", "2"),
        "--dist",
        "worksteal",
        *paths,
    ]
    return subprocess.run(command, cwd=places.ROOT, env=given, check=False).returncode == 0
