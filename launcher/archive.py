"""Backup and restore: one folder for each backup, with the rows, the papers, the fingerprint of the key, and a list of sums.

The data key itself is never put beside the rows: whoever holds a backup must not be able to read it. Only its fingerprint
is, so that a restore with the wrong key is noticed before anyone relies on it.
"""

import datetime
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

from launcher import options as outside
from launcher import places, server
from launcher.options import Options
from launcher.refusals import Unusable

ROWS, PAPERS, LIST = "rows.dump", "papers.tar", "backup.json"


def address(options: Options) -> dict[str, str]:
    """The owner's address: the owner alone sees every table."""
    if options.migration_database:
        return options.migration_database
    return {
        "NAME": server.DATABASE,
        "USER": server.OWNER,
        "PASSWORD": "",
        "HOST": str(server.socket_folder()),
        "PORT": server.PORT,
    }


def client(name: str) -> str:
    """pg_dump or pg_restore: PGBIN's, the system's for a served database, else the embedded server's."""
    if not os.environ.get("PGBIN") and os.environ.get("DATABASE_URL"):
        found = shutil.which(name)
        if found:
            return found
    return str(server.programs() / name)


def run(command: list[str], to: dict[str, str]) -> str:
    """Run a PostgreSQL client against an address; the password goes by the environment, never by the command line."""
    environment = {**os.environ, "PGPASSWORD": to["PASSWORD"], "PGOPTIONS": "-c statement_timeout=0"}
    where = ["-h", to["HOST"] or "localhost", *(["-p", to["PORT"]] if to["PORT"] else []), "-U", to["USER"]]
    done = subprocess.run([*command, *where], env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise Unusable(f"{Path(command[0]).name} failed: {server.last_line(done.stderr)}")
    return done.stdout


def fingerprint(key: bytes) -> str:
    """Tells whether a key is the right one, and nothing about it."""
    return hashlib.sha256(b"insurance-office data key" + key).hexdigest()[:16]


def sum_of(path: Path) -> str:
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        while piece := file.read(1 << 20):
            digest.update(piece)
    return digest.hexdigest()


def back_up(folder: Path, options: Options) -> Path:
    """Write one backup into a new folder under this one; its path. A half-written one never bears the final name."""
    folder.mkdir(parents=True, exist_ok=True)
    stamp = datetime.datetime.now(datetime.UTC).strftime("%Y%m%dT%H%M%S.%fZ")
    target, draft = folder / stamp, folder / f".{stamp}.unfinished"
    draft.mkdir(mode=0o700)
    source = address(options)
    run(
        [
            client("pg_dump"),
            "--format=custom",
            "--no-owner",
            "--no-privileges",
            "--file",
            str(draft / ROWS),
            "--dbname",
            source["NAME"],
        ],
        source,
    )
    with tarfile.open(draft / PAPERS, "w") as archive:
        for name in ("papers", "out"):
            if (places.VAR / name).exists():
                archive.add(places.VAR / name, arcname=name)
    listing = {
        "made_at": stamp,
        "data_key": fingerprint(options.data_key),
        "sums": {name: sum_of(draft / name) for name in (ROWS, PAPERS)},
    }
    (draft / LIST).write_text(json.dumps(listing, indent=1))
    draft.rename(target)
    return target


def check(backup: Path, options: Options) -> None:
    """Refuse a backup that is incomplete, was changed, or belongs to another key."""
    try:
        listing = json.loads((backup / LIST).read_text())
        sums = {name: sum_of(backup / name) for name in (ROWS, PAPERS)}
    except (OSError, ValueError) as error:
        raise Unusable(f"{backup} is no backup: {error}") from None
    for name, expected in listing["sums"].items():
        if sums.get(name) != expected:
            raise Unusable(f"{backup / name} was changed or cut short since it was made.")
    if listing["data_key"] != fingerprint(options.data_key):
        raise Unusable(
            f"{backup} was made with another data key (fingerprint {listing['data_key']}): "
            "restore that key first, or identity numbers cannot be read."
        )


def restore(backup: Path, options: Options) -> None:
    """Put a backup into an empty database; refuses one that holds tables."""
    check(backup, options)
    target = address(options)
    tables = run(
        [
            client("psql"),
            "-X",
            "-A",
            "-t",
            "-c",
            "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'",
            "-d",
            target["NAME"],
        ],
        target,
    )
    if tables.strip() != "0":
        raise Unusable(f"the database {target['NAME']} is not empty ({tables.strip()} tables): restore into a new one.")
    command = [client("pg_restore"), "--no-owner", "--no-privileges", "--exit-on-error", "--single-transaction"]
    run([*command, "--dbname", target["NAME"], str(backup / ROWS)], target)
    # Python before 3.11.4 knows no filters; the archive is our own and its sum was just checked.
    safely = {"filter": "data"} if hasattr(tarfile, "data_filter") else {}
    with tarfile.open(backup / PAPERS) as archive:
        archive.extractall(places.VAR, **safely)  # type: ignore[arg-type]


def main(arguments: list[str]) -> int:
    """`deploy/backup FOLDER` and `deploy/restore BACKUP`."""

    try:
        options = outside.read()
        match arguments:
            case ["backup", folder]:
                print(back_up(Path(folder), options))
            case ["restore", backup]:
                restore(Path(backup), options)
                print("restored; next: manage migrate, manage grant, manage verify")
            case _:
                raise Unusable("say `deploy/backup FOLDER` or `deploy/restore BACKUP`.")
    except Unusable as refusal:
        print(f"{arguments[0] if arguments else 'backup'}: {refusal}", file=sys.stderr)
        return 2
    return 0
