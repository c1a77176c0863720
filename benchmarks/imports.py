"""The register comes in by the import engine, with validation, beside a bare COPY of the same rows in the same run.

    var/venv/bin/python benchmarks/imports.py [--rows 20000] [--csv]

The file (a spreadsheet; --csv for text) is generated: households of one city for two benefit years, one bad row in a hundred.
Measured are the check (reading, staging, all rules) and the apply (upsert, dues, counts) apart, as the two jobs a clerk waits
for. Yardstick: the rows that the import made, copied by COPY into empty copies of the tables it filled, with the same indexes,
constraints and foreign keys, but without triggers; best of three. CPU is that of this process, the server's own is not in it;
statements are counted without COPY, BEGIN and COMMIT. A database of its own is made and dropped.
"""

import argparse
import gc
import multiprocessing
import os
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from datetime import date
from pathlib import Path
from random import Random
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DEBUG", "1")
os.environ["OFFICE_PROCESS"] = "job"
os.environ["DJANGO_SETTINGS_MODULE"] = "config.testing"

import django
from psycopg import sql

django.setup()

from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection, connections  # noqa: E402

from core import jobs, staging  # noqa: E402
from core.models import ImportBatch, Job  # noqa: E402
from demonstration.population import Population, Village  # noqa: E402
from demonstration.register_files import REGISTER_COLUMNS, bad_rows, register_row, write_xlsx  # noqa: E402
from launcher import server  # noqa: E402
from office.models import Region  # noqa: E402
from office.selectors import regions, staff  # noqa: E402
from tests.databases import owner_connection, test_database  # noqa: E402

SEED = 20181231
AREA = "230800"
OUTSIDE = "130402001201"
BAD_SHARE = 100
# What the import leaves in the register; its own staging rows are told apart.
REGISTER = (
    "enrollment_person", "enrollment_household", "enrollment_householdmember", "enrollment_enrollment", "enrollment_due",
)  # fmt: skip
STAGING = ("core_importrow",)


def peak_mb() -> float:
    """The most memory this process has held since `forget_peak`, in MB."""
    with suppress(OSError), open("/proc/self/status", encoding="ascii") as status:
        for line in status:
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def forget_peak() -> None:
    gc.collect()
    with suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")


class Meter:
    """Statements, application CPU, time and peak of memory of one act."""

    statements = 0
    cpu = wall = peak = 0.0

    def count(self, execute: Callable[..., Any], statement: str, params: Any, many: bool, context: Any) -> Any:
        self.statements += 1
        return execute(statement, params, many, context)

    @contextmanager
    def running(self) -> Iterator["Meter"]:
        forget_peak()
        with connection.execute_wrapper(self.count):
            cpu, wall = time.process_time(), time.perf_counter()
            yield self
            self.cpu, self.wall = time.process_time() - cpu, time.perf_counter() - wall
            self.peak = peak_mb()


def prepare() -> list[Village]:
    """Regions, staff and standards; gives the villages of the city."""
    settings.OFFICE_DATE = "2018-12-31"
    with open(os.devnull, "w", encoding="utf-8") as nowhere:
        call_command("load_regions", demonstration=True, stdout=nowhere)
        for command in ("load_codes", "load_demo_staff", "load_local_sets"):
            call_command(command, stdout=nowhere)
    found = regions.descendants(regions.by_code(AREA), date(2018, 1, 1), level="village").filter(is_demonstration=True)
    return [Village(village.code, village.code[:6], AREA, AREA) for village in found.order_by("code")]


def write_file(path: Path, villages: list[Village], count: int) -> None:
    """The register of `count` rows, one in a hundred of them bad."""
    random = Random(SEED)
    bad = count // BAD_SHARE
    people = Population([(villages, count - bad, max((count - bad) * 3 // 10, 1))], SEED)
    rows = [register_row(resident) for resident in people.residents]
    rows += bad_rows(rows, bad, OUTSIDE, random)
    if path.suffix == ".csv":
        # No cell of these rows holds a comma but the years, which are quoted.
        lines = (",".join(f'"{cell}"' for cell in row) for row in (REGISTER_COLUMNS, *rows))
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    else:
        write_xlsx(path, REGISTER_COLUMNS, rows)


def written(path: Path, villages: list[Village], count: int) -> None:
    """Write the file in a process of its own, so that its memory is not in ours."""
    for alias in connections:
        connections[alias].close()
    writer = multiprocessing.get_context("fork").Process(target=write_file, args=(path, villages, count))
    writer.start()
    writer.join()
    if writer.exitcode:
        sys.exit("the file could not be written")


class Copies:
    """Empty copies of tables with the same indexes, constraints and foreign keys, made by the owner."""

    def __init__(self, tables: tuple[str, ...]) -> None:
        self.tables = tables
        self.link = owner_connection(settings.DATABASES["default"]["NAME"])

    def make(self) -> None:
        for table in self.tables:
            copy = sql.Identifier(f"{table}_copy")
            self.link.execute(sql.SQL("DROP TABLE IF EXISTS {}").format(copy))
            self.link.execute(sql.SQL("CREATE TABLE {} (LIKE {} INCLUDING ALL)").format(copy, sql.Identifier(table)))
            keys = self.link.execute(
                "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = %s::regclass AND contype = 'f'",
                [table],
            ).fetchall()
            for (key,) in keys:
                self.link.execute(sql.SQL("ALTER TABLE {} ADD {}").format(copy, sql.SQL(key)))

    def fill(self) -> tuple[int, float]:
        """Copy the rows in, one transaction; gives how many and the seconds of the way in."""
        held = {}
        for table in self.tables:
            columns = self.link.execute(
                "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped"
                " AND attgenerated = '' ORDER BY attnum",
                [table],
            ).fetchall()
            names = sql.SQL(", ").join(sql.Identifier(name) for (name,) in columns)
            out = sql.SQL("COPY {} ({}) TO STDOUT").format(sql.Identifier(table), names)
            with self.link.cursor() as cursor, cursor.copy(out) as rows:
                held[table] = (names, [bytes(block) for block in rows])
        copied = 0
        start = time.perf_counter()
        with self.link.transaction(), self.link.cursor() as cursor:
            for table, (names, blocks) in held.items():
                statement = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(f"{table}_copy"), names)
                with cursor.copy(statement) as rows:
                    for block in blocks:
                        rows.write(block)
                copied += cursor.rowcount
        return copied, time.perf_counter() - start


def bare_copy(tables: tuple[str, ...]) -> tuple[int, float]:
    """Rows and the best time of three of copying the rows of these tables into empty copies of them."""
    copies = Copies(tables)
    results = []
    for _ in range(3):
        copies.make()
        results.append(copies.fill())
    copies.link.close()
    return results[0][0], min(seconds for _, seconds in results)


def run(job: Job) -> Meter:
    meter = Meter()
    with meter.running():
        jobs.run_now(job)
    return meter


def measure(options: argparse.Namespace) -> None:
    villages = prepare()
    clerk = staff.demo("jiamusi", "enrollment_clerk")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / ("register.csv" if options.csv else "register.xlsx")
        written(path, villages, options.rows)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        forget_peak()
        before = peak_mb()
        received = Meter()
        with received.running():
            batch = staging.receive(path, "enrollment.register", actor=clerk, region=Region.everywhere.get(code=AREA))
    checked = run(staging.job_of(batch, "core.import.check"))
    applied = run(staging.confirm(ImportBatch.everywhere.get(pk=batch.pk), actor=clerk))
    batch.refresh_from_db()
    assert batch.state == "applied", batch.message
    assert batch.accepted_count + batch.refused_count + batch.unchanged_count == batch.read_count == options.rows
    register_rows, register_time = bare_copy(REGISTER)
    all_rows, all_time = bare_copy(REGISTER + STAGING)

    rows = options.rows
    wall = received.wall + checked.wall + applied.wall
    print(f"{rows} rows ({path.suffix}), {batch.accepted_count} accepted, {batch.refused_count} refused; "
          f"{register_rows} rows made in {len(REGISTER)} tables")  # fmt: skip
    print(f"{'':34}{'seconds':>9}{'rows/s':>10}{'CPU s':>8}{'statements':>12}{'peak MB':>9}")
    for name, meter in (("receive", received), ("check", checked), ("apply", applied)):
        figures = f"{meter.wall:9.2f}{rows / meter.wall:10,.0f}{meter.cpu:8.2f}{meter.statements:12}{meter.peak:9.0f}"
        print(f"{name:34}{figures}")
    cpu, statements = (
        received.cpu + checked.cpu + applied.cpu,
        received.statements + checked.statements + applied.statements,
    )
    peak = max(received.peak, checked.peak, applied.peak)
    print(f"{'import in all':34}{wall:9.2f}{rows / wall:10,.0f}{cpu:8.2f}{statements:12}{peak:9.0f}")
    print(f"{'COPY into the register tables':34}{register_time:9.2f}{rows / register_time:10,.0f}")
    print(f"{'COPY into these and staging':34}{all_time:9.2f}{rows / all_time:10,.0f}")
    print(f"import / COPY of the register rows = {wall / register_time:.1f}; with the staging rows too = {wall / all_time:.1f}; "
          f"{all_rows} rows in all; {before:.0f} MB before the import")  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=20_000)
    parser.add_argument("--csv", action="store_true", help="a text file instead of a spreadsheet")
    options = parser.parse_args()
    with ExitStack() as stack:
        if not os.environ.get("DATABASE_URL"):
            stack.enter_context(server.in_use())
        stack.enter_context(test_database("bench_imports"))
        measure(options)


if __name__ == "__main__":
    main()
