"""A small office with a year behind it, made through the services: the law, the staff, thirty people, bills, lists, books."""

from __future__ import annotations

import io
from datetime import date
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

from django.core.management import call_command

from claims.models import Provider
from claims.services import bills, summaries, window
from claims.services.bills import BillDraft
from claims.services.lines import LineDraft
from core import jobs, staging
from core.identity import check_digit
from core.periods import Month
from demonstration.office_day import office_day
from demonstration.poverty_files import LIST_COLUMNS
from demonstration.register_files import PAYMENT_COLUMNS, REGISTER_COLUMNS, write_xlsx
from demonstration.steps import books, foundations
from enrollment.models import Due, Person
from enrollment.services.persons import identity_index
from funds.services import openings, posting, subsidies
from office.models import User
from office.selectors import regions, staff
from poverty.services import coverage
from reports.services import submissions

TODAY = date(2018, 12, 31)
SEASON = date(2017, 11, 20)
VILLAGES = ("230803001201", "230803001202", "230803002201", "230822001201")
UNPAID = "李秀英"
FAMILIES = "王李张刘陈杨赵黄周吴"


def number(serial: int, birth: str = "19700101", county: str = "230803") -> str:
    """A made-up identity number with a right check digit."""
    first = f"{county}{birth}{serial:03d}"
    return first + check_digit(first)


def people() -> list[list[str]]:
    """Ten households of three, in the order of the register file's columns."""
    rows = []
    for place, family in enumerate(FAMILIES):
        village = VILLAGES[place % len(VILLAGES)]
        county = village[:6]
        for serial, (given, birth, relation, category) in enumerate(
            (
                ("建国", "19660312", "户主", "成年居民"),
                ("秀英", "19680704", "配偶", "成年居民"),
                ("子涵", "20080519", "子", "中小学生"),
            )
        ):
            order = place * 10 + serial * 2 + (1 if relation != "配偶" else 2)
            rows.append(
                [
                    f"H{place:04d}",
                    family + given,
                    "居民身份证",
                    number(order, birth, county),
                    "",
                    "",
                    relation,
                    "汉族",
                    category,
                    village,
                    f"1394540{place:02d}{serial:02d}",
                    "2018,2019",
                    "",
                    SEASON.isoformat(),
                ]
            )
    return rows


def bad_row() -> list[str]:
    """A row that looks right and has a wrong check digit."""
    row = [*people()[0]]
    right = number(990, "19710203")
    row[1], row[3], row[6] = "孙校验", right[:-1] + ("1" if right[-1] != "1" else "2"), "其他"
    return row


def person(name: str) -> Person:
    return Person.everywhere.get(name=name)


def demo(area: str, role: str) -> User:
    return staff.demo(area, role)


def build(folder: Path) -> SimpleNamespace:
    """All of it; the office's day must be TODAY."""
    for command in foundations.COMMANDS:
        call_command(*command, stdout=io.StringIO())
    city = regions.by_code("230800")
    clerk = demo("jiamusi", "enrollment_clerk")
    register(folder, city, clerk)
    lists(folder, city)
    pay(folder, city, clerk)
    numbers = settle()
    world = SimpleNamespace(city=city, folder=folder, bills=numbers)
    month_end(world)
    jobs.run_waiting()
    return world


def register(folder: Path, city: Any, clerk: User) -> None:
    path = folder / "参保登记.xlsx"
    write_xlsx(path, REGISTER_COLUMNS, [*people(), bad_row()])
    batch = staging.import_file(path, "enrollment.register", actor=clerk, region=city)
    assert (batch.accepted_count, batch.refused_count) == (30, 1), batch.preview


def lists(folder: Path, city: Any) -> None:
    """Two poor households; of one the child's number is wrong, and one person is on the list whom nobody enrolled."""
    rows = []
    members = [row for row in people() if row[0] in ("H0000", "H0001")]
    extra = [*members[-1]]
    extra[1], extra[3], extra[6] = "李未保", number(870, "19700909"), "其他"
    wrong = number(881, "20080519")
    for place, row in enumerate([*members, extra]):
        rows.append(
            [
                f"230803{row[0][1:]}",
                f"230803{row[0][1:]}{place:02d}",
                row[1],
                wrong if row[1] == "李子涵" else row[3],
                row[6],
                row[1][0] + "建国",
                row[9],
                "建档立卡" if row[0] == "H0000" else "低保",
                "未脱贫" if row[0] == "H0000" else "",
                "2018-01-01",
                "",
                "因病",
                "患有大病",
                "扶贫办" if row[0] == "H0000" else "民政",
                row[10],
            ]
        )
    path = folder / "困难人员.xlsx"
    write_xlsx(path, LIST_COLUMNS, rows)
    staging.import_file(path, "poverty.list", actor=demo("jiamusi", "poverty_officer"), region=city)


def pay(folder: Path, city: Any, clerk: User) -> None:
    """All pay for 2018 but the last two households and a poor woman; nobody has paid for 2019."""
    owing = [row for row in people() if row[0] not in ("H0008", "H0009") and row[1] != UNPAID]
    dues = {
        bytes(due.person.id_index): due
        for due in Due.everywhere.filter(year=2018, pooling_area=city, personal_fen__gt=0).select_related("person")
    }
    rows = []
    for place, row in enumerate(owing):
        due = dues.get(bytes(identity_index("01", row[3])))
        if due is not None and due.unpaid_fen:
            amount = f"{due.unpaid_fen // 100}.{due.unpaid_fen % 100:02d}"
            rows.append([row[3], row[1], "2018", amount, "2017-11-25", "个人", f"SP{place:06d}"])
    path = folder / "缴费到账.xlsx"
    write_xlsx(path, PAYMENT_COLUMNS, rows)
    with office_day(date(2018, 1, 2)):
        batch = staging.import_file(path, "enrollment.payments", actor=clerk, region=city)
    assert batch.accepted_count == len(rows), batch.preview
    coverage.rebuild(actor=demo("jiamusi", "poverty_officer"), area=city)


def draft(name: str, hospital_number: str, day: str, quantity: str = "30", **more: Any) -> BillDraft:
    """A stay in the county hospital: magnetic resonance, bed and drugs."""
    on = date.fromisoformat(day)
    values: dict[str, Any] = {
        "person_id": person(name).pk,
        "provider_id": Provider.everywhere.get(code="H23080000007").pk,
        "hospital_number": hospital_number,
        "visit_kind": "inpatient",
        "admitted_on": on,
        "discharged_on": on,
        "diagnosis_code": "I63.900",
        "diagnosis_name": "脑梗死",
        "lines": [
            LineDraft("S0017", Decimal(quantity), Decimal("560.00")),
            LineDraft("D0024", Decimal("10"), Decimal("420.00")),
            LineDraft("S0005", Decimal("12"), Decimal("30.00")),
        ],
    }
    return BillDraft(**{**values, **more})


def settle() -> dict[str, str]:
    """Five settlements of the year and two bills that wait at the window."""
    clerk = demo("jiamusi", "claims_clerk")
    made = {}
    for name, hospital_number, day, quantity in (
        ("王建国", "ZY0001", "2018-03-10", "60"),
        ("王建国", "ZY0002", "2018-08-02", "40"),
        ("李建国", "ZY0003", "2018-05-20", "25"),
        ("张秀英", "ZY0004", "2018-10-08", "12"),
        ("陈建国", "ZY0005", "2018-12-11", "9"),
    ):
        with office_day(date.fromisoformat(day)):
            settlement = window.enter_and_settle(draft(name, hospital_number, day, quantity), actor=clerk, key=uuid4())
        made[hospital_number] = settlement.number
    for name, hospital_number in (("杨建国", "ZY0006"), ("赵秀英", "ZY0007")):
        made[hospital_number] = bills.enter(draft(name, hospital_number, "2018-12-20"), actor=clerk, key=uuid4()).number
    summaries.fold()
    return made


def month_end(world: SimpleNamespace) -> None:
    """The books of the year are posted, and the reports of November are built by the city, not yet handed up."""
    finance = demo("jiamusi", "finance_officer")
    for book in posting.open_books(world.city, opened_on=date(2018, 1, 1)):
        if book.fund == "basic":
            openings.book(book, 500_000_00, on=date(2018, 1, 1), source="示例", actor=finance)
    subsidies.load_shares(books.SHARES)
    subsidies.work_out(actor=finance, area=world.city, year=2018, due_on=date(2018, 9, 30))
    posting.post(world.city, actor=finance)
    with office_day(date(2018, 12, 8)):
        for code in ("operation", "poverty"):
            submissions.build(code, world.city, Month(2018, 11), actor=demo("jiamusi", "analyst"))
