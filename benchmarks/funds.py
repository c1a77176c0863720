"""Posting and assessing a year: statements and time for each area and month, against a plain read of the same facts.

    var/venv/bin/python benchmarks/funds.py [--areas 5] [--people 20000] [--bills 15000]

The facts are written straight into the tables; what is measured is posting them, posting again, and assessing 12 months.
A database of its own is made and dropped.
"""

import argparse
import os
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

from claims.models import Provider, Settlement  # noqa: E402
from claims.services import bills, settlements  # noqa: E402
from claims.services.bills import BillDraft  # noqa: E402
from claims.services.lines import LineDraft  # noqa: E402
from core import secrets  # noqa: E402
from core.periods import Month  # noqa: E402
from enrollment.models import Person  # noqa: E402
from funds.services import chart, openings, posting, proofs, warnings  # noqa: E402
from launcher import server  # noqa: E402
from office.models import Region  # noqa: E402
from office.selectors import staff  # noqa: E402
from tests.databases import test_database  # noqa: E402

AREAS = ("230800", "130400", "130682", "130181", "133100")
PEOPLE = """
    INSERT INTO enrollment_person (name, pinyin, sex, birth_on, id_kind, id_cipher, id_index, id_last4, phone_last4,
        ethnicity, region_id, is_temporary, version)
    SELECT '测试', 'ceshi', '1', '1980-01-01', '01', %(cipher)s, sha256((%(code)s || n)::bytea), '0011', '', '01',
        %(village)s, false, 1 FROM generate_series(1, %(people)s) n;
    INSERT INTO enrollment_enrollment (person_id, year, period, category, proof, pooling_area_id, region_id, starts_on,
        ends_on, benefits_start_on, in_force, source, registered_on, reason_ended, version)
    SELECT id, 2018, 201712, 'adult', 'household_register', %(area)s, %(village)s, '2018-01-01', '2018-12-31',
        '2018-01-01', true, 'import', '2017-12-01', '', 1 FROM enrollment_person WHERE region_id = %(village)s;
    INSERT INTO enrollment_due (enrollment_id, person_id, year, pooling_area_id, region_id, period, category, tier,
        aid_category, standard_fen, aid_fen, personal_fen, paid_fen, aid_paid_fen, basis, state, worked_out_on, version)
    SELECT id, person_id, 2018, pooling_area_id, region_id, 201712, 'adult', '', '', 22000, 0, 22000, 0, 0, '[]', 'open',
        '2018-01-01', 1 FROM enrollment_enrollment WHERE pooling_area_id = %(area)s;
    INSERT INTO enrollment_payment (due_id, person_id, kind, aid_category, amount_fen, paid_on, booked_on, period, year,
        region_id, pooling_area_id, receipt, reason)
    SELECT id, person_id, 'personal', '', 22000, day, day, to_char(day, 'YYYYMM')::int, 2018, region_id, pooling_area_id,
        'R' || id, ''
    FROM (SELECT due.*, '2018-01-01'::date + (id %% 365)::int AS day FROM enrollment_due due
        WHERE pooling_area_id = %(area)s) dated;
"""


class Meter:
    """Counts statements and time of one act."""

    def __init__(self) -> None:
        self.statements = 0
        self.wall = 0.0

    def count(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        self.statements += 1
        return execute(sql, params, many, context)

    @contextmanager
    def running(self) -> Iterator["Meter"]:
        with connection.execute_wrapper(self.count):
            started = time.perf_counter()
            yield self
            self.wall += time.perf_counter() - started


def prepare(areas: int, people: int, count: int) -> list[Region]:
    """Regions, law, catalogue; in each area people with dues and payments, and copies of one settlement over the year."""
    settings.OFFICE_DATE = "2018-12-31"
    call_command("load_regions", demonstration=True, verbosity=0)
    call_command("load_demo_staff", verbosity=0)
    call_command("load_local_sets", verbosity=0)
    call_command("load_catalogue", verbosity=0)
    call_command("load_providers", demonstration=True, verbosity=0)
    chart.load()
    found = [Region.everywhere.get(code=code) for code in AREAS[:areas]]
    villages = Region.everywhere.filter(level="village").order_by("code")
    for place, area in enumerate(found):
        village = villages.filter(code__startswith=area.code.rstrip("0")).first()
        assert village is not None
        with connection.cursor() as cursor:
            for statement in PEOPLE.split(";\n"):
                if statement.strip():
                    cursor.execute(
                        statement,
                        {"cipher": secrets.encrypt("230803198001010011"), "code": area.code, "village": village.pk,
                         "people": people, "area": area.pk},
                    )  # fmt: skip
        copy_settlements(settle_one(place), area, count)
        for book in posting.open_books(area, opened_on=date(2018, 1, 1)):
            openings.book(book, 1_000_000_000, on=date(2018, 1, 1), source="bench", actor=None)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return found


def settle_one(place: int) -> Settlement:
    """One real settlement through the services, of another person of 佳木斯 each time."""
    clerk = staff.demo("jiamusi", "claims_clerk")
    person = Person.everywhere.order_by("pk")[place]
    provider = Provider.everywhere.filter(code__startswith="H2308").order_by("code").first()
    assert provider is not None
    line = LineDraft("S0014", Decimal(20_000), Decimal("1.00"))
    draft = BillDraft(
        person.pk, provider.pk, f"A{place}", "inpatient", date(2018, 1, 2), date(2018, 1, 2), "I10", [line]
    )
    bill = bills.enter(draft, actor=clerk, key=uuid4())
    return settlements.settle(bill, actor=clerk, key=uuid4())


def copy_settlements(first: Settlement, area: Region, count: int) -> None:
    """Copies for other days: a settlement of the same bill is another attempt, of the same person another sequence."""
    copies = []
    for number in range(2, count + 2):
        values = {f.attname: getattr(first, f.attname) for f in Settlement._meta.concrete_fields if f.name != "id"}
        day = date(2018, 1, 1) + timedelta(days=number % 365)
        values |= {
            "number": f"B{area.code}-{number}", "attempt": number, "sequence": number, "settled_on": day,
            "period": day.year * 100 + day.month, "pooling_area_id": area.pk,
            "visit_kind": ("inpatient", "outpatient", "delivery")[number % 3],
        }  # fmt: skip
        copies.append(Settlement(**values))
    Settlement.everywhere.bulk_create(copies, batch_size=2000)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--areas", type=int, default=5)
    parser.add_argument("--people", type=int, default=20_000)
    parser.add_argument("--bills", type=int, default=15_000)
    options = parser.parse_args()
    with ExitStack() as stack:
        if not os.environ.get("DATABASE_URL"):
            stack.enter_context(server.in_use())
        stack.enter_context(test_database("bench_funds"))
        areas = prepare(options.areas, options.people, options.bills)
        measure(areas)


def measure(areas: list[Region]) -> None:
    plain, once, again, assessed, unchanged = Meter(), Meter(), Meter(), Meter(), Meter()
    entries = lines = 0
    for area in areas:
        with plain.running(), connection.cursor() as cursor:
            cursor.execute("SELECT sum(amount_fen) FROM enrollment_payment WHERE pooling_area_id = %s", [area.pk])
            cursor.execute(
                "SELECT sum(basic_fen), sum(critical_fen), sum(aid_fen) FROM claims_settlement WHERE pooling_area_id = %s",
                [area.pk],
            )
        with once.running():
            posted = posting.post(area)
        entries, lines = entries + posted.entries, lines + posted.lines
        with again.running():
            assert posting.post(area) == posting.Posted(0, 0)
        for meter in (assessed, unchanged):
            with meter.running():
                for month in Month(2018, 1).through(Month(2018, 12)):
                    warnings.assess(area, month)
    started = time.perf_counter()
    assert proofs.entries_equal_facts() is None
    assert proofs.entries_balance() is None
    proved = time.perf_counter() - started
    print(f"{len(areas)} areas, {entries} entries, {lines} lines")
    for name, meter in (
        ("plain sums", plain), ("post the year", once), ("post again", again), ("assess 12 months", assessed),
        ("assess again", unchanged),
    ):  # fmt: skip
        print(f"{name:18}{meter.statements:8} statements{meter.wall:8.2f} s")
    print(f"{'proofs':18}{'':8}{'':11}{proved:8.2f} s")


if __name__ == "__main__":
    main()
