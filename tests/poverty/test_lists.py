"""Lists into the ledger: every kind of miss, twice a no-op, marks and statuses by date, undo."""

from collections.abc import Callable
from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest

from core import clock, staging
from core.identity import check_digit
from core.models import ImportRow
from core.refusal import Refused
from enrollment.models import Due, HardshipStatus, Person
from enrollment.selectors import coverage as cover
from office.models import WorkItem
from poverty.models import LedgerHousehold, LedgerMark, LedgerMember, Mismatch
from poverty.selectors import ledger
from poverty.services import aid, granting, matching
from tests.enrollment.conftest import id_number

Send = Callable[..., Any]
Resident = Callable[..., Person]
TODAY = date(2018, 6, 1)


def kinds() -> dict[str, str]:
    """The open mismatches by name of the member."""
    return dict(Mismatch.everywhere.filter(state="open").values_list("member__name", "kind"))


def test_a_list_becomes_household_member_mark_and_status(send: Send, resident: Resident) -> None:
    person = resident(1, "王小明")
    batch = send({})
    assert (batch.accepted_count, batch.refused_count) == (1, 0)
    member = LedgerMember.everywhere.get()
    household = LedgerHousehold.everywhere.get()
    assert member.person == person
    assert member.household == household
    assert (household.book_number, household.head_name, household.cause) == ("K1", "王小明", "因病")
    assert not Mismatch.everywhere.exists()
    assert cover.statuses(person, TODAY) == {"registered_poor"}
    status = HardshipStatus.everywhere.get()
    assert (status.starts_on, status.ends_on, status.source) == (date(2017, 1, 1), None, "扶贫办名单")
    assert id_number().encode() not in bytes(member.id_cipher)


def test_every_kind_of_miss_is_listed(send: Send, resident: Resident, land: SimpleNamespace) -> None:
    resident(1, "王小明")
    resident(2, "李错号")
    resident(3, "张未保", is_enrolled=False)
    resident(4, "赵外地", land.foreign_village, clerk=land.foreign)
    employed = resident(5, "钱职工", is_enrolled=False)
    dead = resident(6, "孙去世", is_enrolled=False)
    Person.everywhere.filter(pk=employed.pk).update(employee_insured_from_on=date(2018, 1, 1))
    Person.everywhere.filter(pk=dead.pk).update(died_on=date(2018, 3, 1))
    resident(7, "周改名")
    wrong = id_number(serial=2)[:14] + "777"
    send(
        {},
        {"姓名": "李错号", "人编号": "2", "证件号码": wrong + check_digit(wrong), "与户主关系": "配偶"},
        {"姓名": "张未保", "人编号": "3", "证件号码": id_number(serial=3), "与户主关系": "其他"},
        {"姓名": "赵外地", "人编号": "4", "证件号码": id_number(serial=4), "与户主关系": "其他"},
        {"姓名": "钱职工", "人编号": "5", "证件号码": id_number(serial=5), "与户主关系": "其他"},
        {"姓名": "孙去世", "人编号": "6", "证件号码": id_number(serial=6), "与户主关系": "其他"},
        {"姓名": "周新名", "人编号": "7", "证件号码": id_number(serial=7), "与户主关系": "其他"},
        {"姓名": "查无人", "人编号": "8", "证件号码": id_number(birth="19500505", serial=8), "与户主关系": "其他"},
    )
    assert kinds() == {
        "李错号": "wrong_id", "张未保": "not_enrolled", "赵外地": "enrolled_elsewhere", "钱职工": "employee_insured",
        "孙去世": "dead", "周新名": "wrong_id", "查无人": "not_found",
    }  # fmt: skip
    found = Mismatch.everywhere.get(member__name="李错号")
    assert found.candidate is not None
    assert found.candidate.name == "李错号"
    assert Mismatch.everywhere.get(member__name="赵外地").detail == "邯郸市"
    assert not HardshipStatus.everywhere.filter(person=dead).exists()
    items = WorkItem.everywhere.filter(kind="poverty.mismatch", state="open")
    assert items.count() == 6
    assert {item.region.code for item in items} == {"230803"}


def test_a_number_one_digit_off_is_kept_for_a_person_to_decide(
    send: Send, resident: Resident, officer: Any, land: SimpleNamespace
) -> None:
    person = resident(1, "王小明")
    number = id_number()
    broken = number[:-1] + ("0" if number[-1] != "0" else "1")
    resident(2, "李小红")
    batch = send(
        {"证件号码": broken}, {"姓名": "李小红", "人编号": "2", "证件号码": id_number(serial=2), "与户主关系": "配偶"}
    )
    assert (batch.accepted_count, batch.refused_count) == (1, 1)
    miss = Mismatch.everywhere.get()
    assert (miss.kind, miss.candidate) == ("wrong_id", person)
    matching.decide(actor=officer, mismatch=miss, decision="same_person", reason="户口簿核对")
    member = LedgerMember.everywhere.get(name="王小明")
    assert member.person == person
    assert member.id_index is None
    assert cover.statuses(person, TODAY) == {"registered_poor"}
    assert not WorkItem.everywhere.filter(kind="poverty.mismatch", state="open").exists()
    with pytest.raises(Refused, match="已处理"):
        matching.decide(actor=officer, mismatch=miss, decision="struck", reason="再来一次")


def test_the_same_list_again_changes_nothing(send: Send, resident: Resident) -> None:
    resident(1, "王小明")
    send({}, {"姓名": "查无人", "人编号": "8", "证件号码": id_number(serial=8), "与户主关系": "其他"})

    def state() -> list[Any]:
        return [
            list(model.everywhere.order_by("pk").values_list())
            for model in (LedgerHousehold, LedgerMember, LedgerMark, Mismatch, HardshipStatus, Due)
        ]

    before = state()
    again = send(
        {"健康状况": "长期慢性病"},
        {"姓名": "查无人", "人编号": "8", "证件号码": id_number(serial=8), "与户主关系": "其他", "联系电话": ""},
    )
    assert (again.accepted_count, again.unchanged_count) == (0, 2)
    assert state() == before


def test_an_end_date_ends_mark_and_status_and_what_was_known_stays(
    send: Send, resident: Resident, officer: Any
) -> None:
    person = resident(1, "王小明")
    send({})
    member = LedgerMember.everywhere.get()
    then = clock.now()
    send({"身份终止日期": "2018-03-31"})
    assert cover.statuses(person, date(2018, 3, 31)) == {"registered_poor"}
    assert cover.statuses(person, date(2018, 4, 1)) == frozenset()
    assert ledger.marks(member, date(2018, 4, 1)) == []
    assert [mark.category for mark in ledger.marks(member, date(2018, 4, 1), then)] == ["registered_poor"]
    assert ledger.categories([member.pk], date(2018, 3, 31)) == {member.pk: frozenset({"registered_poor"})}
    withdrawn = HardshipStatus.everywhere.get(withdrawn_at__isnull=False)
    assert withdrawn.withdrawn_by == officer
    assert withdrawn.ends_on is None
    assert granting.first_difference() == ""


def test_a_new_standing_ends_the_one_before(send: Send, resident: Resident) -> None:
    person = resident(1, "王小明")
    send({})
    send({"脱贫属性": "脱贫享受政策", "身份起始日期": "2018-05-01"})
    live = LedgerMark.everywhere.filter(withdrawn_at__isnull=True).order_by("starts_on")
    assert [(mark.category, mark.starts_on, mark.ends_on) for mark in live] == [
        ("registered_poor", date(2017, 1, 1), date(2018, 4, 30)),
        ("registered_poor_lifted", date(2018, 5, 1), None),
    ]
    assert cover.statuses(person, date(2018, 4, 30)) == {"registered_poor"}
    assert cover.statuses(person, TODAY) == {"registered_poor_lifted"}


def test_two_lists_of_one_person_and_only_one_ends(send: Send, resident: Resident) -> None:
    person = resident(1, "王小明")
    send({}, {"困难类别": "重度残疾", "脱贫属性": "", "名单来源": "残联"})
    assert cover.statuses(person, TODAY) == {"registered_poor", "severely_disabled"}
    send({"困难类别": "重度残疾", "脱贫属性": "", "名单来源": "残联", "身份终止日期": "2018-01-31"})
    assert cover.statuses(person, TODAY) == {"registered_poor"}


def test_a_corrected_number_is_matched_anew_and_the_miss_is_cleared(send: Send, resident: Resident) -> None:
    person = resident(1, "王小明")
    send({"证件号码": id_number(birth="19400101", serial=9)})
    assert set(kinds().values()) == {"not_found"}
    send({})
    member = LedgerMember.everywhere.get()
    assert member.person == person
    assert kinds() == {}
    assert Mismatch.everywhere.get().state == "done"
    assert not WorkItem.everywhere.filter(kind="poverty.mismatch", state="open").exists()


def test_an_explained_miss_is_not_asked_again(
    send: Send, resident: Resident, officer: Any, land: SimpleNamespace
) -> None:
    employed = resident(1, "王小明", is_enrolled=False)
    Person.everywhere.filter(pk=employed.pk).update(employee_insured_from_on=date(2018, 1, 1))
    send({})
    miss = Mismatch.everywhere.get()
    with pytest.raises(Refused, match="处理依据"):
        matching.decide(actor=officer, mismatch=miss, decision="explained", reason=" ")
    matching.decide(actor=officer, mismatch=miss, decision="explained", reason="单位已参保，证明在案")
    matching.match(actor=officer, area=land.city)
    assert kinds() == {}
    Person.everywhere.filter(pk=employed.pk).update(employee_insured_from_on=None)
    matching.match(actor=officer, area=land.city)
    assert kinds() == {"王小明": "not_enrolled"}


def test_who_is_struck_loses_the_status(send: Send, resident: Resident, officer: Any) -> None:
    person = resident(1, "王小明", is_enrolled=False)
    send({})
    assert cover.statuses(person, TODAY) == {"registered_poor"}
    matching.decide(actor=officer, mismatch=Mismatch.everywhere.get(), decision="struck", reason="名单单位来函剔除")
    assert cover.statuses(person, TODAY) == frozenset()
    send({"健康状况": "健康"})
    assert kinds() == {}
    assert cover.statuses(person, TODAY) == frozenset()


def test_a_status_from_elsewhere_is_left_alone(
    send: Send, resident: Resident, land: SimpleNamespace, officer: Any
) -> None:
    from enrollment.services import statuses

    person = resident(1, "王小明")
    statuses.grant(
        actor=officer,
        person=person,
        category="registered_poor",
        starts_on=date(2018, 1, 1),
        source="认定书",
        ends_on=date(2018, 2, 28),
    )
    send({})
    days = (
        HardshipStatus.everywhere.filter(withdrawn_at__isnull=True)
        .order_by("starts_on")
        .values_list("starts_on", "ends_on")
    )
    assert list(days) == [
        (date(2017, 1, 1), date(2017, 12, 31)), (date(2018, 1, 1), date(2018, 2, 28)), (date(2018, 3, 1), None),
    ]  # fmt: skip
    assert granting.first_difference() == ""
    HardshipStatus.everywhere.filter(starts_on=date(2018, 3, 1)).update(withdrawn_at=clock.now())
    assert person.number in granting.first_difference()


def test_aid_is_worked_out_through_the_dues(
    send: Send, resident: Resident, land: SimpleNamespace, officer: Any, paid: Any
) -> None:
    person = resident(1, "王小明")
    paid(person)
    before = Due.everywhere.get(person=person)
    assert before.aid_fen == 0
    send({"困难类别": "特困", "脱贫属性": "", "名单来源": "民政"})
    due = Due.everywhere.get(person=person)
    assert due.aid_category == "destitute"
    assert due.aid_fen == due.standard_fen > 0
    again = aid.work_out(actor=officer, area=land.city)
    assert (again.people, again.aid_fen, again.changed) == (1, due.aid_fen, 0)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"脱贫属性": ""}, "脱贫属性没有填写"),
        ({"行政区划代码": "130402001201"}, "不在本批次的辖区内"),
        ({"行政区划代码": "999999999999"}, "行政区划代码不存在"),
        ({"身份终止日期": "2016-12-31"}, "终止日期早于起始日期"),
        ({"身份起始日期": "2018-07-01"}, "晚于今天"),
        ({"困难类别": "富裕"}, "困难类别"),
        ({"姓名": ""}, "姓名"),
    ],
)
def test_a_bad_row_is_refused_in_words(send: Send, resident: Resident, changes: dict[str, str], words: str) -> None:
    resident(1, "王小明")
    send(changes, {"人编号": "9", "姓名": "查无人", "证件号码": id_number(serial=9), "与户主关系": "其他"})
    row = ImportRow.everywhere.get(errors__len__gt=0)
    assert words in "".join(row.errors)
    assert list(LedgerMember.everywhere.values_list("name", flat=True)) == ["查无人"]


def test_undo_takes_marks_and_statuses_back(send: Send, resident: Resident, officer: Any) -> None:
    from core import jobs

    person = resident(1, "王小明")
    send({})
    second = send({"身份终止日期": "2018-03-31"})
    jobs.run_now(staging.undo(second, actor=officer, reason="名单有误"))
    assert cover.statuses(person, TODAY) == {"registered_poor"}
    assert LedgerMark.everywhere.get(withdrawn_at__isnull=True).ends_on is None


def test_a_county_officer_matches_the_own_county_alone(
    send: Send, resident: Resident, land: SimpleNamespace, county_officer: Any
) -> None:
    with pytest.raises(Refused, match="管辖范围"):
        matching.match(actor=county_officer, area=land.city)
    batch = send({"行政区划代码": "230804001201"}, region=land.regions["230803"], actor=county_officer)
    assert batch.valid_count == 0
    assert not LedgerMember.everywhere.exists()
