"""Two small cities with a register, and lists of poor people as the poverty office sends them; the day is in June 2018."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest

from core import staging
from core.models import ImportBatch
from enrollment.models import Person
from enrollment.services import dues, enrollments, persons
from tests.enrollment.conftest import id_number, key, land, office_day, person

__all__ = ["key", "land", "office_day", "person"]

HEADERS = [
    "户编号",
    "人编号",
    "姓名",
    "证件号码",
    "与户主关系",
    "户主",
    "行政区划代码",
    "困难类别",
    "脱贫属性",
    "身份起始日期",
    "身份终止日期",
    "致贫原因",
    "健康状况",
    "名单来源",
    "联系电话",
]
POOR = {
    "户编号": "K1", "人编号": "K101", "姓名": "王小明", "证件号码": id_number(), "与户主关系": "户主", "户主": "王小明",
    "行政区划代码": "230803001201", "困难类别": "建档立卡", "脱贫属性": "未脱贫", "身份起始日期": "2017-01-01", "身份终止日期": "",
    "致贫原因": "因病", "健康状况": "长期慢性病", "名单来源": "扶贫办", "联系电话": "13812345678",
}  # fmt: skip


def content(*rows: dict[str, str]) -> bytes:
    """A list as CSV: each row differs from POOR in what it names."""
    lines = [",".join(HEADERS)]
    lines += [",".join(f'"{value}"' for value in {**POOR, **row}.values()) for row in rows]
    return "\n".join(lines).encode()


@pytest.fixture
def officer(land: SimpleNamespace) -> Any:
    """The poverty officer of the city."""
    return land.make_clerk("poverty", "230800", "poverty_officer")


@pytest.fixture
def county_officer(land: SimpleNamespace) -> Any:
    """The poverty officer of 向阳区."""
    return land.make_clerk("xiangyang_poverty", "230803", "poverty_officer")


@pytest.fixture
def sibling_officer(land: SimpleNamespace) -> Any:
    """The poverty officer of 前进区."""
    return land.make_clerk("qianjin_poverty", "230804", "poverty_officer")


@pytest.fixture
def send(land: SimpleNamespace, officer: Any) -> Callable[..., ImportBatch]:
    """send(row, row, …) brings a list of the city into the ledger."""
    sent = []

    def bring(*rows: dict[str, str], region: Any = None, actor: Any = None) -> ImportBatch:
        sent.append(rows)
        return staging.import_file(
            content(*rows), "poverty.list", actor=actor or officer, region=region or land.city,
            file_name=f"名单{len(sent)}.csv",
        )  # fmt: skip

    return bring


@pytest.fixture
def resident(land: SimpleNamespace) -> Callable[..., Person]:
    """resident(serial, name, village, is_enrolled) registers a person with dues of 2018 worked out."""

    def make(serial: int, name: str, village: Any = None, *, is_enrolled: bool = True, clerk: Any = None) -> Person:
        village = village or land.village
        actor = clerk or land.clerk
        found = persons.register(
            actor=actor, name=name, id_kind="01", id_number=id_number(serial=serial), region=village, phone=""
        )
        if is_enrolled:
            enrollments.enroll(actor=actor, person=found, year=2018, category="adult", registered_on=date(2017, 11, 20))
        return found

    return make


@pytest.fixture
def paid(land: SimpleNamespace) -> Callable[[Person], None]:
    """paid(person) pays what the person owes for 2018."""
    from uuid import uuid4

    from enrollment.models import Due
    from enrollment.services import payments

    def pay(person: Person) -> None:
        if not Due.everywhere.filter(person=person, year=2018).exists():
            dues.work_out(actor=land.city_clerk, area=land.city, year=2018, persons=[person.pk])
        due = Due.everywhere.get(person=person, year=2018)
        if due.unpaid_fen:
            payments.book(
                actor=land.clerk, due=due, kind="personal", amount_fen=due.unpaid_fen, paid_on=date(2018, 5, 1),
                receipt=f"R{person.pk}", key=uuid4(),
            )  # fmt: skip

    return pay
