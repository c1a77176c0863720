"""Register and payment files through the import engine: each kind of bad row, nothing lost, twice a no-op, undo."""

from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest

from core import jobs, staging
from core.identity import check_digit
from core.models import ImportRow
from core.refusal import Refused
from enrollment.models import Due, Enrollment, Household, HouseholdMember, Payment, PaymentDifference, Person
from enrollment.selectors import coverage
from enrollment.services import counts, enrollments, payments, persons
from office.models import WorkItem
from tests.enrollment.conftest import id_number

HEADERS = "户编号,姓名,证件类型,证件号码,性别,出生日期,与户主关系,民族,人员类别,行政区划代码,联系电话,参保年度,参保职工医保,登记日期"
PAID = "证件号码,姓名,缴费年度,缴费金额,缴费日期,缴费方式,票据号"
GOOD = {
    "户编号": "1", "姓名": "王小明", "证件类型": "居民身份证", "证件号码": id_number(), "性别": "", "出生日期": "",
    "与户主关系": "户主", "民族": "", "人员类别": "成年居民", "行政区划代码": "230803001201", "联系电话": "13812345678",
    "参保年度": "2018", "参保职工医保": "", "登记日期": "2017-11-20",
}  # fmt: skip


def row(**changes: str) -> str:
    return ",".join(f'"{value}"' for value in {**GOOD, **changes}.values())


def file_of(*rows: str, headers: str = HEADERS) -> bytes:
    return "\n".join((headers, *rows)).encode()


def bring_in(land: SimpleNamespace, content: bytes, kind: str = "enrollment.register", **more: Any) -> Any:
    actor = more.get("actor", land.clerk)
    return staging.import_file(
        content, kind, actor=actor, region=more.get("region", actor.region), file_name="名册.csv"
    )


def errors_of(batch: Any) -> dict[int, list[str]]:
    return {r.row_number: r.errors for r in ImportRow.everywhere.filter(batch=batch).exclude(errors=[])}


def test_households_people_enrolments_and_dues_come_in(land: SimpleNamespace) -> None:
    batch = bring_in(
        land,
        file_of(
            row(参保年度="2018,2019"),
            row(姓名="李梅", 证件号码=id_number(sex=2), 与户主关系="妻", 参保年度="2018"),
            row(姓名="王小宝", 证件类型="医学出生证明", 证件号码="P230123456", 性别="男", 出生日期="2018-04-01", 与户主关系="子",
                人员类别="新生儿", 联系电话="", 登记日期="2018-05-20"),
        ),
    )  # fmt: skip
    assert (batch.read_count, batch.accepted_count, batch.refused_count) == (3, 3, 0), errors_of(batch)
    home = Household.everywhere.get()
    assert (home.head.name, home.members.count(), home.book_number) == ("王小明", 3, "1")
    head = Person.everywhere.get(name="王小明")
    assert (head.identity(), head.phone(), head.pinyin) == (id_number(), "13812345678", "wangxiaoming")
    assert [d.standard_fen for d in Due.everywhere.filter(person=head).order_by("year")] == [21000, 21000]
    baby = Person.everywhere.get(name="王小宝")
    assert baby.is_temporary and coverage.coverage(baby, date(2018, 4, 1)) is not None
    assert counts.first_difference() == ""


def test_counter_finds_what_the_file_brought(land: SimpleNamespace) -> None:
    bring_in(
        land,
        file_of(
            row(
                姓名="陈天",
                证件类型="医学出生证明",
                证件号码="P230123456",
                性别="男",
                出生日期="2018-04-01",
                人员类别="新生儿",
                登记日期="",
            )
        ),
    )
    known = persons.identity_index("990201", " p230123456")
    assert bytes(Person.everywhere.get().id_index) == known


FIRST17 = "23080319990230001"
BAD = {
    "check_digit": ({"证件号码": id_number()[:-1] + ("0" if id_number()[-1] != "0" else "1")}, "校验位"),
    "impossible_birth": ({"证件号码": FIRST17 + check_digit(FIRST17)}, "出生日期不存在"),
    "missing_name": ({"姓名": ""}, "姓名：没有填写"),
    "long_name": ({"姓名": "王" * 51}, "不能超过 50 个字"),
    "unknown_region": ({"行政区划代码": "999999999999"}, "行政区划代码不存在"),
    "region_outside": ({"行政区划代码": "230804001201"}, "不在本批次的辖区内"),
    "unknown_category": ({"人员类别": "退休职工"}, "人员类别"),
    "employee": ({"参保职工医保": "是"}, "职工医保"),
    "wrong_relation": ({"与户主关系": "邻居"}, "与户主关系"),
    "relation_sex": ({"与户主关系": "女儿"}, "与户主关系与性别不符"),
    "bad_year": ({"参保年度": "二〇一八"}, "参保年度不能识别"),
    "far_year": ({"参保年度": "2021"}, "参保年度不能早于"),
    "year_over": ({"参保年度": "2017", "登记日期": "2018-02-01"}, "已经结束"),
    "bad_phone": ({"联系电话": "12345"}, "手机或固定电话"),
    "missing_number": ({"证件号码": ""}, "证件号码：没有填写"),
    "future_registration": ({"登记日期": "2018-07-01"}, "不能晚于今天"),
    "sex_differs": ({"性别": "女"}, "性别与证件号码不一致"),
    "kind_differs": ({"证件号码": "P230123456"}, "不是18位或15位"),
    "permit_of_adult": (
        {"证件类型": "港澳居民来往内地通行证", "证件号码": "H12345678", "性别": "男", "出生日期": "1980-01-01"}, "证件类型与人员类别不符"),
    "old_newborn": ({"人员类别": "新生儿"}, "改为未成年居民"),
    "no_head": ({"与户主关系": "配偶", "户编号": "77"}, "没有户主"),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_each_bad_row_is_refused_with_its_reason_and_the_good_one_is_kept(land: SimpleNamespace, name: str) -> None:
    changes, words = BAD[name]
    good = row(户编号="2", 姓名="李好", 证件号码=id_number(serial=50))
    batch = bring_in(land, file_of(good, row(**changes)))
    assert (batch.read_count, batch.accepted_count, batch.refused_count, batch.unchanged_count) == (2, 1, 1, 0)
    assert any(words in message for message in errors_of(batch)[3]), errors_of(batch)
    assert list(Person.everywhere.values_list("name", flat=True)) == ["李好"]
    assert id_number() not in str(errors_of(batch))


def test_twice_in_the_file_and_two_heads(land: SimpleNamespace) -> None:
    batch = bring_in(land, file_of(row(), row(户编号="2"), row(姓名="李好", 证件号码=id_number(serial=9))))
    found = errors_of(batch)
    assert "重复" in found[3][0] and "已有户主" in found[4][0]
    assert batch.accepted_count == 1


def test_enrolled_elsewhere_dead_and_employee_insured_people_are_found(land: SimpleNamespace) -> None:
    made = {}
    for serial, name in ((1, "甲"), (2, "乙"), (3, "丙")):
        made[name] = persons.register(
            actor=land.foreign, name=name, id_kind="01", id_number=id_number(serial=serial), region=land.foreign_village
        )
    enrollments.enroll(
        actor=land.foreign, person=made["甲"], year=2018, category="adult", registered_on=date(2017, 11, 1)
    )
    Person.everywhere.filter(name="乙").update(died_on=date(2017, 5, 1))
    Person.everywhere.filter(name="丙").update(employee_insured_from_on=date(2016, 1, 1))
    batch = bring_in(
        land,
        file_of(
            *(row(户编号=str(s), 姓名=n, 证件号码=id_number(serial=s)) for s, n in ((1, "甲"), (2, "乙"), (3, "丙")))
        ),
    )
    found = errors_of(batch)
    assert "2018 年度已在邯郸市参保" in found[2][0]
    assert "死亡" in found[3][0] and "职工医保" in found[4][0]


def test_same_file_and_same_rows_again_change_nothing(land: SimpleNamespace) -> None:
    content = file_of(row(), row(姓名="李梅", 证件号码=id_number(sex=2), 与户主关系="配偶"))
    first = bring_in(land, content)
    assert bring_in(land, content).pk == first.pk
    again = bring_in(land, content + b"\n")
    assert (again.read_count, again.unchanged_count, again.accepted_count) == (2, 2, 0)
    assert (Person.everywhere.count(), Enrollment.everywhere.count()) == (2, 2)


def test_next_year_for_known_people_is_a_change(land: SimpleNamespace) -> None:
    bring_in(land, file_of(row()))
    batch = bring_in(land, file_of(row(参保年度="2018,2019")))
    assert (batch.accepted_count, batch.changed_count) == (1, 1)
    assert sorted(Enrollment.everywhere.values_list("year", flat=True)) == [2018, 2019]


def test_undo_leaves_nothing_behind_and_is_refused_after_a_payment(land: SimpleNamespace, key: Any) -> None:
    batch = bring_in(land, file_of(row()))
    jobs.run_now(staging.undo(batch, actor=land.clerk, reason="文件发错"))
    for model in (Person, Household, HouseholdMember, Enrollment, Due):
        assert not model.everywhere.exists()
    assert counts.first_difference() == ""
    batch = bring_in(land, file_of(row()))
    payments.book(
        actor=land.clerk, due=Due.everywhere.get(), kind="personal", amount_fen=100, paid_on=date(2018, 5, 1), key=key()
    )
    with pytest.raises(Refused, match="后续业务"):
        staging.undo(batch, actor=land.clerk, reason="再撤一次")


def paid(number: str, name: str, fen: str, receipt: str, year: str = "2018") -> str:
    return f"{number},{name},{year},{fen},2017-11-20,,{receipt}"


def test_payment_file_books_what_agrees_and_lists_what_does_not(land: SimpleNamespace) -> None:
    bring_in(
        land,
        file_of(
            *(row(户编号=str(s), 证件号码=id_number(serial=s), 姓名=n) for s, n in ((1, "甲"), (2, "乙"), (3, "丙")))
        ),
    )
    content = file_of(
        paid(id_number(serial=1), "甲", "210.00", "T1"),
        paid(id_number(serial=2), "已改名", "210.00", "T2"),
        paid(id_number(serial=3), "丙", "300.00", "T3"),
        paid(id_number(serial=3), "丙", "210.00", "T4", "2019"),
        paid(id_number(serial=99), "丁", "210.00", "T5"),
        paid(id_number(serial=1), "甲", "0", "T6"),
        headers=PAID,
    )
    batch = bring_in(land, content, "enrollment.payments")
    assert (batch.read_count, batch.accepted_count, batch.refused_count) == (6, 5, 1), errors_of(batch)
    assert Payment.everywhere.get().amount_fen == 21000
    kinds = PaymentDifference.everywhere.order_by("row_number").values_list("kind", flat=True)
    assert list(kinds) == ["name_differs", "overpaid", "no_due", "unknown_person"]
    assert WorkItem.everywhere.get().kind == "enrollment.payment_difference"
    again = bring_in(land, content + b"\n", "enrollment.payments")
    assert again.unchanged_count == 1 and Payment.everywhere.count() == 1
    jobs.run_now(staging.undo(again, actor=land.clerk, reason="重复"))
    jobs.run_now(staging.undo(batch, actor=land.clerk, reason="作废"))
    assert sorted(Payment.everywhere.values_list("amount_fen", flat=True)) == [-21000, 21000]
    assert Due.everywhere.get(person__name="甲").state == "open"
    assert not PaymentDifference.everywhere.exists()
    assert counts.first_difference() == ""


def test_people_of_another_area_are_unknown_to_the_file(land: SimpleNamespace) -> None:
    person = persons.register(
        actor=land.foreign, name="甲", id_kind="01", id_number=id_number(), region=land.foreign_village
    )
    enrollments.enroll(actor=land.foreign, person=person, year=2018, category="adult", registered_on=date(2017, 11, 1))
    bring_in(land, file_of(paid(id_number(), "甲", "210.00", "T1"), headers=PAID), "enrollment.payments")
    assert not Payment.everywhere.exists()


def test_template_has_the_columns_of_the_form(land: SimpleNamespace) -> None:
    kind = staging.kind("enrollment.register")
    assert [column.name for column in kind.columns] == HEADERS.split(",")
