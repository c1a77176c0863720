"""The office as a whole: its settings in the environment, its database prepared, its management commands."""

import contextlib
import hashlib
import os
import subprocess
from collections.abc import Iterator

from launcher import options as outside
from launcher import places, server
from launcher.options import Options
from launcher.refusals import Unusable

OPENING = "open_demonstration"
LOGINS = "demo_logins"
# These work on the code or on the database's shape themselves, so nothing is migrated before them.
BEFORE_MIGRATION = {
    "makemigrations",
    "migrate",
    "check",
    "help",
    "makemessages",
    "compilemessages",
    "showmigrations",
    "sqlmigrate",
}


def read_options() -> Options:
    """Settings as ./run takes them: a demonstration unless DEBUG says otherwise."""
    os.environ.setdefault("DEBUG", "1")
    return outside.read()


def environment(process: str = "job") -> dict[str, str]:
    """The environment of every program of the office."""
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "OFFICE_PROCESS": process,
        "PYTHONUNBUFFERED": "1",
        "PYTHONUTF8": "1",
    }


@contextlib.contextmanager
def database(options: Options) -> Iterator[server.Use | None]:
    """The database, up: the served one as it is, or the embedded one for as long as the block lasts."""
    if options.database:
        yield None
        return
    with server.in_use() as use:
        yield use


def manage(*arguments: str, process: str = "job") -> int:
    """Run one management command; its exit status."""
    command = [str(places.PYTHON), str(places.ROOT / "manage.py"), *arguments]
    child = subprocess.Popen(command, cwd=places.ROOT, env=environment(process))
    while True:
        try:
            return child.wait()
        except KeyboardInterrupt:
            continue  # Ctrl-C reached the command too; wait for it to end before the database goes down


def must(*arguments: str) -> None:
    """Run a management command that has to succeed."""
    status = manage(*arguments)
    if status:
        raise Unusable(f"`manage {arguments[0]}` failed (exit {status}); what it said stands above.")


def has_command(name: str) -> bool:
    return any(places.ROOT.glob(f"*/management/commands/{name}.py"))


def migrations_digest() -> str:
    """A hash of all that decides the shape of the database and the rights in it."""
    digest = hashlib.sha256()
    files = [places.ROOT / "requirements.txt", places.ROOT / "core" / "grants.py"]
    files += sorted(places.ROOT.glob("*/migrations/*.py"))
    for path in files:
        digest.update(str(path.relative_to(places.ROOT)).encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def migrate(options: Options) -> None:
    """Bring the database to the shape the code wants, as the owner, and give the roles their rights."""
    if options.database:
        must("reach")
        must("migrate", "--verbosity", "0")
        return
    # The mark lies beside the data, so that it goes when the data goes.
    mark = server.home() / "migrated.sha256"
    digest = migrations_digest()
    if mark.exists() and mark.read_text() == digest:
        return
    print("database: migrating", flush=True)
    mark.unlink(missing_ok=True)
    must("migrate", "--verbosity", "0")
    mark.write_text(digest)
