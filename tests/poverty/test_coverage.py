"""Coverage figures by village and category, the missing with their reason, the summary against a rebuild, Hebei's own clause."""

from collections.abc import Callable
from datetime import date
from fractions import Fraction
from types import SimpleNamespace
from typing import Any

from enrollment.models import Person
from office.models import WorkItem
from poverty.models import CoverageCount, LedgerMember
from poverty.selectors import coverage, ledger
from poverty.services import coverage as counting
from tests.enrollment.conftest import id_number

Send = Callable[..., Any]
Resident = Callable[..., Person]


def other(serial: int, name: str, **changes: str) -> dict[str, str]:
    """Another row of the list."""
    return {"人编号": str(serial), "姓名": name, "证件号码": id_number(serial=serial), "与户主关系": "其他", **changes}


def fill(send: Send, resident: Resident, paid: Callable[[Person], None], land: SimpleNamespace) -> dict[str, Person]:
    """Six people: covered, lifted and unpaid, not enrolled in another county, employee, dead, unknown."""
    people = {
        "王小明": resident(1, "王小明"),
        "李未缴": resident(2, "李未缴"),
        "张未保": resident(3, "张未保", land.sibling_village, is_enrolled=False, clerk=land.sibling),
        "钱职工": resident(5, "钱职工", is_enrolled=False),
        "孙去世": resident(6, "孙去世", is_enrolled=False),
    }
    Person.everywhere.filter(pk=people["钱职工"].pk).update(employee_insured_from_on=date(2018, 1, 1))
    Person.everywhere.filter(pk=people["孙去世"].pk).update(died_on=date(2018, 3, 1))
    paid(people["王小明"])
    send(
        {},
        other(2, "李未缴", 脱贫属性="脱贫享受政策"),
        other(3, "张未保", 行政区划代码="230804001201", 户编号="K9"),
        other(5, "钱职工"),
        other(6, "孙去世"),
        other(8, "查无人"),
    )
    return people


def test_figures_add_up_by_village_county_city_and_nation(
    send: Send, resident: Resident, paid: Any, land: SimpleNamespace, office_day: Any
) -> None:
    fill(send, resident, paid, land)
    city = coverage.figures(land.city)
    assert (city.listed, city.unverified, city.dead, city.employee, city.due) == (6, 1, 1, 1, 3)
    assert (city.verified, city.basic, city.critical, city.aid, city.covered, city.missing) == (5, 1, 1, 3, 1, 2)
    assert city.basic_rate == Fraction(1, 3)
    assert city.aid_rate == 1
    assert coverage.figures(land.regions["000000"]) == city == coverage.figures(land.regions["230000"])
    below = {node.region.code: node.figures for node in coverage.children(land.city)}
    assert set(below) == {"230803", "230804"}
    assert (below["230803"].due, below["230803"].covered) == (2, 1)
    assert (below["230804"].due, below["230804"].covered) == (1, 0)
    village = coverage.figures(land.village)
    assert village == below["230803"]
    assert coverage.figures(land.foreign_city) == coverage.Figures()
    assert coverage.Figures().basic_rate is None


def test_categories_are_counted_apart_and_everybody_once(
    send: Send, resident: Resident, paid: Any, land: SimpleNamespace
) -> None:
    fill(send, resident, paid, land)
    send({"困难类别": "低保", "脱贫属性": "", "名单来源": "民政"})
    poor = coverage.figures(land.city, category="registered_poor")
    lifted = coverage.figures(land.city, category="registered_poor_lifted")
    low = coverage.figures(land.city, category="minimum_living")
    assert (poor.due, poor.covered) == (2, 1)
    assert (lifted.due, lifted.covered) == (1, 0)
    assert (low.due, low.covered) == (1, 1)
    assert coverage.figures(land.city).due == 3


def test_the_missing_have_a_reason_and_the_unverified_stand_apart(
    send: Send, resident: Resident, paid: Any, land: SimpleNamespace, officer: Any, sibling_officer: Any
) -> None:
    people = fill(send, resident, paid, land)
    assert dict(ledger.missing(officer).values_list("name", "gap")) == {"李未缴": "unpaid", "张未保": "not_enrolled"}
    assert list(ledger.missing(sibling_officer).values_list("name", flat=True)) == ["张未保"]
    paid(people["李未缴"])
    counting.rebuild(actor=officer, area=land.city)
    assert list(ledger.missing(officer).values_list("name", flat=True)) == ["张未保"]
    assert coverage.figures(land.city).covered == 2


def test_a_day_before_is_counted_as_it_stood(
    send: Send, resident: Resident, paid: Any, land: SimpleNamespace, officer: Any, office_day: Any
) -> None:
    fill(send, resident, paid, land)
    counting.rebuild(actor=officer, area=land.city, on=date(2018, 2, 28))
    early = coverage.figures(land.city, date(2018, 3, 31))
    # On that day the dead man lived and was not insured.
    assert (early.dead, early.due) == (0, 4)
    assert coverage.figures(land.city).dead == 1
    assert coverage.days(officer) == [date(2018, 6, 1), date(2018, 2, 28)]
    assert LedgerMember.everywhere.exclude(gap_on=date(2018, 6, 1)).count() == 0


def test_the_summary_is_proved_against_a_rebuild(
    send: Send, resident: Resident, paid: Any, land: SimpleNamespace, officer: Any
) -> None:
    people = fill(send, resident, paid, land)
    assert counting.first_difference() == ""
    paid(people["李未缴"])
    assert counting.first_difference() == ""
    counting.rebuild(actor=officer, area=land.city)
    CoverageCount.everywhere.filter(region=land.village, category="").update(basic_count=0)
    assert land.village.code in counting.first_difference()


def test_the_target_is_read_from_the_law_and_hebei_has_its_own_clause(land: SimpleNamespace) -> None:
    here, there = coverage.target(land.city, date(2018, 12, 31)), coverage.target(land.foreign_city, date(2018, 12, 31))
    assert here.value == there.value == 1
    assert here.document == "医保发〔2018〕18号"
    assert there.document == "冀医保发〔2018〕2号"


def test_the_desk_is_not_flooded(send: Send, resident: Resident, land: SimpleNamespace) -> None:
    send(*(other(serial, f"无名{'甲乙丙丁戊己庚辛'[serial - 20]}") for serial in range(20, 28)))
    assert WorkItem.everywhere.filter(kind="poverty.mismatch").count() == 1
