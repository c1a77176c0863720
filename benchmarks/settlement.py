"""Settlement in the database, one by one and in batch: statements, application CPU and time for each, against yardsticks.

    var/venv/bin/python benchmarks/settlement.py [--people 4000] [--bills 15000] [--online 300]

Yardsticks of the same run: COPY of the same settlement rows into an empty table, and the engine alone in a plain loop.
CPU is that of this process (the application), with its share in the kernel (sending and waiting) beside it; the server's own
is not in it. A database of its own is made and dropped.
"""

import argparse
import os
import random
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import uuid4

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DEBUG", "1")
os.environ["OFFICE_PROCESS"] = "job"
os.environ["DJANGO_SETTINGS_MODULE"] = "config.testing"

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402

from claims.models import Bill, Provider, Settlement  # noqa: E402
from claims.rules import settle as settle_case  # noqa: E402
from claims.services import batch, bills, computation, policies, settlements, window  # noqa: E402
from claims.services.bills import BillDraft  # noqa: E402
from claims.services.figures import SETTLEMENT_COLUMNS  # noqa: E402
from claims.services.lines import LineDraft  # noqa: E402
from core import secrets  # noqa: E402
from launcher import server  # noqa: E402
from office.models import Region  # noqa: E402
from office.selectors import staff  # noqa: E402
from tests.databases import test_database  # noqa: E402

SEED = 20181231
AREA = "230800"


class Meter:
    """Counts statements, application CPU and time of one act."""

    def __init__(self) -> None:
        self.statements = 0

    def count(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        self.statements += 1
        return execute(sql, params, many, context)

    @contextmanager
    def running(self) -> Iterator["Meter"]:
        with connection.execute_wrapper(self.count):
            before, wall = os.times(), time.perf_counter()
            yield self
            after = os.times()
            self.wall = time.perf_counter() - wall
            self.user, self.kernel = after.user - before.user, after.system - before.system
            self.cpu = self.user + self.kernel


def prepare(people: int) -> list[int]:
    """Regions, staff, law, catalogue, providers and insured people of one city; gives their ids."""
    settings.OFFICE_DATE = "2018-12-31"
    call_command("load_regions", demonstration=True, verbosity=0)
    call_command("load_demo_staff", verbosity=0)
    call_command("load_local_sets", verbosity=0)
    call_command("load_catalogue", verbosity=0)
    call_command("load_providers", demonstration=True, verbosity=0)
    area = Region.everywhere.get(code=AREA)
    village = Region.everywhere.filter(level="village", code__startswith="230803").order_by("code").first()
    assert village is not None
    cipher = secrets.encrypt("230803198001010011")
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO enrollment_person (name, pinyin, sex, birth_on, id_kind, id_cipher, id_index, id_last4, phone_last4,
                ethnicity, region_id, is_temporary, version)
            SELECT '测试', 'ceshi', '1', '1980-01-01', '01', %s, sha256(n::text::bytea), '0011', '', '01', %s, false, 1
            FROM generate_series(1, %s) n RETURNING id
            """,
            [cipher, village.pk, people],
        )
        ids = [number for (number,) in cursor.fetchall()]
        cursor.execute(
            """
            INSERT INTO enrollment_enrollment (person_id, year, period, category, proof, pooling_area_id, region_id, starts_on,
                ends_on, benefits_start_on, in_force, source, registered_on, reason_ended, version)
            SELECT id, 2018, 201712, 'adult', 'household_register', %s, %s, '2018-01-01', '2018-12-31', '2018-01-01', true,
                   'import', '2017-12-01', '', 1 FROM enrollment_person
            """,
            [area.pk, village.pk],
        )
        cursor.execute(
            """
            INSERT INTO enrollment_hardshipstatus (person_id, category, starts_on, region_id, pooling_area_id, period, source,
                reason, withdrawn_reason)
            SELECT id, 'registered_poor', '2018-01-01', %s, %s, 201801, '名单', '', '' FROM enrollment_person WHERE id %% 7 = 0
            """,
            [village.pk, area.pk],
        )
    return ids


def enter_bills(people: list[int], count: int, clerk: Any, random_: random.Random) -> list[int]:
    """One real bill through the service, the others as copies of it for other people, days, levels and costs."""
    providers = list(Provider.everywhere.filter(code__startswith="H2308").order_by("code"))
    line = LineDraft("S0014", Decimal(5000), Decimal("1.00"))
    draft = BillDraft(
        people[0], providers[0].pk, "FIRST", "inpatient", date(2018, 1, 2), date(2018, 1, 2), "I10", [line]
    )
    first = Bill.everywhere.get(pk=bills.enter(draft, actor=clerk, key=uuid4()).pk)
    rows = []
    for number in range(count):
        day = date(2018, 1, 1) + timedelta(days=random_.randrange(365))
        cost = random_.choice((8_000, 45_000, 400_000, 1_500_000, 6_000_000)) + random_.randrange(100_000)
        columns = {
            field.attname: getattr(first, field.attname) for field in Bill._meta.concrete_fields if field.name != "id"
        }
        columns |= {
            "number": f"B{number}", "hospital_number": f"B{number}", "person_id": random_.choice(people),
            "provider_id": random_.choice(providers).pk, "admitted_on": day, "discharged_on": day,
            "period": day.year * 100 + day.month, "total_fen": cost, "in_scope_fen": cost,
        }  # fmt: skip
        rows.append(Bill(**columns))
    made = Bill.everywhere.bulk_create(rows, batch_size=2000)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return [bill.pk for bill in made]


def five_lines(people: list[int], number: int, random_: random.Random) -> BillDraft:
    """A stay of five lines as the window enters it."""
    provider = Provider.everywhere.filter(code__startswith="H2308").order_by("code").first()
    assert provider is not None
    day = date(2018, 1, 1) + timedelta(days=random_.randrange(365))
    lines = [LineDraft("S0014", Decimal(random_.randrange(100, 9_000)), Decimal("1.00")) for _line in range(5)]
    person = random_.choice(people)
    return BillDraft(person, provider.pk, f"W{number}", "inpatient", day, day, "I10", lines)


def engine_alone(settled: list[Settlement]) -> float:
    """CPU seconds of the engine in a plain loop over the same cases."""
    cases = [
        (computation.revived_case(row.facts, computation.year_of({}), 0), policies.stored_terms(row.snapshot_id))
        for row in settled
    ]
    start = time.process_time()
    for case, terms in cases:
        settle_case(case, terms)
    return time.process_time() - start


def copy_alone() -> tuple[float, float]:
    """CPU and time of copying the same settlement rows out and into an empty table without indexes."""
    columns = ", ".join(SETTLEMENT_COLUMNS)
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE copied AS SELECT * FROM claims_settlement WITH NO DATA")
        cpu, wall = time.process_time(), time.perf_counter()
        with cursor.copy(f"COPY claims_settlement ({columns}) TO STDOUT") as out:
            blocks = [bytes(block) for block in out]
        with cursor.copy(f"COPY copied ({columns}) FROM STDIN") as into:
            for block in blocks:
                into.write(block)
        return time.process_time() - cpu, time.perf_counter() - wall


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=4000)
    parser.add_argument("--bills", type=int, default=15_000)
    parser.add_argument("--online", type=int, default=300)
    parser.add_argument("--window", type=int, default=100)
    options = parser.parse_args()
    with ExitStack() as stack:
        if not os.environ.get("DATABASE_URL"):
            stack.enter_context(server.in_use())
        stack.enter_context(test_database("bench_settlement"))
        measure(options)


def measure(options: argparse.Namespace) -> None:
    random_ = random.Random(SEED)
    people = prepare(options.people)
    clerk = staff.demo("jiamusi", "claims_clerk")
    ids = enter_bills(people, options.bills + options.online + 20, clerk, random_)
    for bill_id in ids[:20]:
        settlements.settle(bill_id, actor=clerk, key=uuid4())
    online = Meter()
    with online.running():
        for bill_id in ids[20 : 20 + options.online]:
            settlements.settle(bill_id, actor=clerk, key=uuid4())
    drafts = [five_lines(people, number, random_) for number in range(options.window)]
    window.enter_and_settle(five_lines(people, -1, random_), actor=clerk, key=uuid4())
    counter = Meter()
    with counter.running():
        for draft in drafts:
            window.enter_and_settle(draft, actor=clerk, key=uuid4())
    many = Meter()
    with many.running():
        outcome = batch.settle_all(ids[20 + options.online :], actor=clerk, at_discharge=True)
    assert outcome.settled == options.bills, outcome.refusals[:3]
    settled = list(Settlement.everywhere.order_by("-pk")[: options.bills])
    engine_cpu = engine_alone(settled)
    copy_cpu, copy_wall = copy_alone()
    per_online, per_batch = online.cpu / options.online, many.cpu / options.bills
    print(f"{'per bill':20}{'statements':>12}{'CPU ms':>10}{'in kernel':>12}{'time ms':>10}")
    for name, meter, count in (
        ("one by one", online, options.online),
        ("entered and settled", counter, options.window),
        ("batch", many, options.bills),
    ):
        figures = (
            f"{meter.cpu / count * 1000:10.3f}{meter.kernel / count * 1000:12.3f}{meter.wall / count * 1000:10.3f}"
        )
        print(f"{name:20}{meter.statements / count:12.4f}{figures}")
    print(f"{'engine alone':20}{'':12}{engine_cpu / options.bills * 1000:10.3f}")
    copied = f"{copy_cpu / options.bills * 1000:10.3f}{'':12}{copy_wall / options.bills * 1000:10.3f}"
    print(f"{'COPY of the rows':20}{'':12}{copied}")
    print(f"batch of {options.bills}: {many.wall:.2f} s; CPU one by one / batch = {per_online / per_batch:.1f}")
    print(f"batch time / COPY time = {many.wall / copy_wall:.1f}; batch CPU / engine CPU = {many.cpu / engine_cpu:.1f}")


if __name__ == "__main__":
    main()
