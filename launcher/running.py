"""What ./run does."""

import sys
import time

from launcher import environment, office, places, server, supervisor
from launcher.options import Options
from launcher.refusals import Unusable

USAGE = """\
./run                    open the office: environment, database, demonstration, then worker, beat and web (Ctrl-C closes it)
./run --once             stop after the main job
./run manage COMMAND …   run a management command with the database up
./run database           keep the embedded database up until Ctrl-C

Settings (environment): DATABASE_URL MIGRATION_DATABASE_URL READ_DATABASE_URL REDIS_URL PGBIN PORT DEBUG OFFICE_DATE
SECRET_KEY DATA_KEY DATA_KEY_FILE ALLOWED_HOSTS PASSWORD_POLICY METRICS_TOKEN; docs/operations.md tells what each is.
"""


def main(arguments: list[str]) -> int:
    """Exit status of ./run; what cannot be used is told in one line."""
    try:
        return run(arguments)
    except Unusable as refusal:
        print(f"run: {refusal}", file=sys.stderr)
        return 2
    except (supervisor.Stop, KeyboardInterrupt):
        return 130


def run(arguments: list[str]) -> int:
    match arguments:
        case []:
            return open_office(once=False)
        case ["--once"]:
            return open_office(once=True)
        case ["manage", *command]:
            return manage(command or ["help"])
        case ["database"]:
            return keep_database()
        case ["--help" | "-h" | "help"]:
            print(USAGE)
            return 0
    raise Unusable(f"{' '.join(arguments)!r} is not known; ./run --help tells what is.")


def manage(command: list[str]) -> int:
    options = office.read_options()
    environment.prepare(with_tests=False)
    with office.database(options):
        if command[0] not in office.BEFORE_MIGRATION:
            office.migrate(options)
        return office.manage(*command)


def keep_database() -> int:
    options = office.read_options()
    if options.database:
        raise Unusable("DATABASE_URL names a served database; the embedded one is not needed.")
    environment.prepare(with_tests=False)
    supervisor.catch_signals()
    with server.in_use() as use:
        print(
            f"database: socket folder {server.socket_folder()}, database {server.DATABASE} (Ctrl-C stops it)",
            flush=True,
        )
        try:
            while True:
                time.sleep(1)
                if server.server_process() is None:
                    print("database ended and is started again", flush=True)
                    use.ensure({})
        except supervisor.Stop:
            print("database: closing", flush=True)
    return 0


def open_office(*, once: bool) -> int:
    options = office.read_options()
    if not once:
        supervisor.check_port(options.port)
    environment.prepare(with_tests=False)
    supervisor.catch_signals()
    try:
        with office.database(options) as use:
            office.migrate(options)
            if options.is_demonstration and office.has_command(office.OPENING):
                office.must(office.OPENING)
            if once:
                return 0
            print("office: starting worker, beat and web", flush=True)
            supervisor.keep_open(options, use, announcement(options))
    except supervisor.Stop:
        print("office: closed", flush=True)
    return 0


def announcement(options: Options) -> list[str]:
    """The address, after the demonstration's log-ins."""
    if options.is_demonstration and office.has_command(office.LOGINS):
        office.must(office.LOGINS)
    broker = "Redis" if options.redis_url else f"folders under {places.VAR / 'broker'}"
    kind = "demonstration" if options.is_demonstration else "office"
    return [
        f"{kind}: http://127.0.0.1:{options.port}/  (logs: {places.LOGS}, broker: {broker}; Ctrl-C closes everything)",
    ]
