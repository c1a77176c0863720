"""Reports from the city to the nation: sums, who may, what is frozen, what a correction does."""

from collections.abc import Callable
from fractions import Fraction
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from claims.services import reversals, summaries
from core.periods import Month
from core.refusal import Forbidden, Refused
from office.models import WorkItem
from reports.models import Submission
from reports.rules import sums
from reports.selectors import units
from reports.services import chasing, monthly, proofs, submissions
from tests.reports.conftest import JULY

pytestmark = pytest.mark.django_db
COUNTED = ("enrolled", "visits", "total_fen", "basic_fen", "personal_fen", "fund_expenditure_fen")


def newest(code: str, definition: str = "operation") -> Submission:
    return Submission.everywhere.get(definition=definition, region__code=code, period=201807, is_latest=True)


def test_three_levels_are_built_handed_in_and_accepted(july: SimpleNamespace) -> None:
    assert not july.outcome.missing
    assert july.outcome.accepted == 12
    city, direct, other = (newest(code).figures for code in ("230800", "130682", "130400"))
    assert (city["enrolled"], direct["enrolled"], other["enrolled"]) == (3, 1, 1)
    assert city["visits"] == 2
    assert city["total_fen"] == 18_000_00
    assert city["basic_fen"] == july.first.basic_fen + july.second.basic_fen > 0
    assert city["fund_expenditure_fen"] == city["basic_fen"]
    assert city["dues_persons"] == 3
    province, nation = newest("130000"), newest("000000")
    assert sorted(province.lower_ids) == sorted([newest("130682").pk, newest("130400").pk])
    assert nation.figures["enrolled"] == 5
    for code in COUNTED:
        assert nation.figures[code] == sum(newest(c).figures[code] for c in ("230800", "130682", "130400"))
    assert all(path.exists() for path in july.outcome.files)


def test_the_poor_are_counted_apart_and_quotients_are_never_added(july: SimpleNamespace) -> None:
    poor, everybody = newest("000000", "poverty"), newest("000000")
    assert poor.figures["visits"] == 1
    assert poor.figures["total_fen"] == 8_000_00
    assert "in_scope_ratio" not in everybody.figures
    paid = sum(getattr(s, f) for s in (july.first, july.second) for f in ("basic_fen", "critical_fen", "aid_fen"))
    assert everybody.cells.cell("in_scope_ratio").value(everybody.figures) == Fraction(paid, 18_000_00)


def test_a_quotient_with_nothing_below_is_no_figure(july: SimpleNamespace) -> None:
    empty = newest("130682")
    assert empty.figures["total_fen"] == 0
    assert empty.cells.cell("in_scope_ratio").value(empty.figures) is None


def test_the_months_end_twice_changes_nothing(july: SimpleNamespace) -> None:
    before = list(Submission.everywhere.order_by("pk").values())
    again = monthly.month_end(JULY, hands=july.hands, warn=False)
    assert (again.built, again.submitted, again.accepted) == (0, 0, 0)
    assert list(Submission.everywhere.order_by("pk").values()) == before


def test_without_hands_base_reports_wait_and_a_second_run_keeps_them(stays: SimpleNamespace) -> None:
    first = monthly.month_end(JULY, warn=False)
    assert first.built == 6
    assert len(first.missing) == 6
    before = list(Submission.everywhere.order_by("pk").values())
    assert monthly.month_end(JULY, warn=False).built == 0
    assert list(Submission.everywhere.order_by("pk").values()) == before


def test_a_month_that_has_not_ended_is_refused(house: SimpleNamespace, office_day: Any) -> None:
    office_day("2018-07-30")
    with pytest.raises(Refused, match="还没有结束"):
        submissions.build("operation", house.city, JULY, actor=house.analysts["230800"])


def test_a_county_has_no_report_and_others_reports_are_not_ones_own(house: SimpleNamespace) -> None:
    analyst = house.analysts["230800"]
    with pytest.raises(Refused, match="不编制月报"):
        submissions.build("operation", house.regions["230803"], JULY, actor=analyst)
    with pytest.raises(Refused, match="本级"):
        submissions.build("operation", house.foreign_city, JULY, actor=analyst)
    with pytest.raises(Forbidden):
        submissions.build("operation", house.city, JULY, actor=house.city_clerk)


def test_only_the_level_above_decides(stays: SimpleNamespace) -> None:
    report = submissions.build("operation", stays.city, JULY, actor=stays.analysts["230800"])
    with pytest.raises(Refused, match="不能审定"):
        submissions.accept(report, actor=stays.directors["230000"])
    report = submissions.submit(report, actor=stays.analysts["230800"])
    for stranger in ("230800", "130000", "000000"):
        with pytest.raises(Refused, match="审定"):
            submissions.accept(report, actor=stays.directors[stranger])
    with pytest.raises(Forbidden):
        submissions.accept(report, actor=stays.analysts["230000"])
    assert submissions.accept(report, actor=stays.directors["230000"]).state == "accepted"


def test_the_nation_does_not_accept_what_the_same_person_sent(july: SimpleNamespace) -> None:
    both = july.make_clerk("both", "000000", "analyst", "director")
    nation = newest("000000")
    with pytest.raises(DatabaseError), transaction.atomic():
        Submission.everywhere.filter(pk=nation.pk).update(decided_by=nation.submitted_by)
    city = newest("230800")
    corrected = Submission.everywhere.filter(pk=city.pk).first()
    assert corrected is not None
    # A report of the nation built and sent by one person needs another to accept it.
    Submission.everywhere.filter(pk=nation.pk).update(stale_at=nation.built_at)
    made = submissions.build("operation", july.regions["000000"], JULY, actor=both)
    sent = submissions.submit(made, actor=both)
    with pytest.raises(Refused, match="自己"):
        submissions.accept(sent, actor=both)


def test_returned_with_a_reason_comes_back_as_a_new_version(stays: SimpleNamespace) -> None:
    analyst, director = stays.analysts["230800"], stays.directors["230000"]
    report = submissions.submit(submissions.build("operation", stays.city, JULY, actor=analyst), actor=analyst)
    with pytest.raises(Refused, match="退回原因"):
        submissions.return_(report, actor=director, reason="  ")
    returned = submissions.return_(report, actor=director, reason="住院人次请核对")
    assert WorkItem.everywhere.get(kind=chasing.RETURNED).state == "open"
    again = submissions.build("operation", stays.city, JULY, actor=analyst)
    assert (again.version, again.state) == (2, "built")
    returned.refresh_from_db()
    assert (returned.state, returned.is_latest) == ("returned", False)
    submissions.submit(again, actor=analyst)
    assert WorkItem.everywhere.get(kind=chasing.RETURNED).state == "done"


@pytest.mark.parametrize(
    "change",
    ["figures = '{}'", "cut_off = now()", "state = 'built'", "decided_by_id = NULL", "number = 'X'", "version = 9"],
)
def test_a_locked_report_refuses_direct_sql(july: SimpleNamespace, change: str) -> None:
    nation = newest("000000")
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE reports_submission SET {change} WHERE id = %s", [nation.pk])
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM reports_submission WHERE id = %s", [nation.pk])


def test_a_sum_that_does_not_agree_cannot_be_handed_in(stays: SimpleNamespace) -> None:
    monthly.month_end(JULY, hands={c: stays.hands[c] for c in ("230800", "130400", "130682")}, warn=False)
    province = newest("130000")
    assert province.state == "built"
    more = province.figures["enrolled"] + 9
    Submission.everywhere.filter(pk=province.pk).update(
        figures={**province.figures, "enrolled_minor": 9, "enrolled": more}
    )
    province.refresh_from_db()
    with pytest.raises(DatabaseError, match="下级报表之和"), transaction.atomic():
        submissions.submit(province, actor=stays.analysts["130000"])


def test_a_late_fact_after_the_lock_makes_a_new_version_and_the_upper_ones_stale(
    july: SimpleNamespace, office_day: Any, key: Callable[[], Any]
) -> None:
    locked = newest("230800")
    before = dict(locked.figures)
    with pytest.raises(Refused, match="没有需要更正"):
        submissions.correct(locked, actor=july.analysts["230800"], reason="核对")
    reviewer = july.make_clerk("late", "230800", "claims_clerk")
    office_day("2018-07-31")
    reversals.reverse(july.first.pk, actor=reviewer, reason="录入有误", key=key())
    summaries.fold()
    office_day("2018-08-08")
    locked.refresh_from_db()
    assert locked.figures == before
    assert proofs.sums_at_fault() is None
    assert proofs.rebuilds_at_fault() is None
    corrected = submissions.correct(locked, actor=july.analysts["230800"], reason="七月冲正一笔")
    assert (corrected.version, corrected.figures["visits"]) == (2, 1)
    province = newest("230000")
    assert province.stale_at is None
    submissions.submit(corrected, actor=july.analysts["230800"])
    submissions.accept(corrected, actor=july.directors["230000"])
    province.refresh_from_db()
    assert province.standing == "rebuild"
    assert province.figures["visits"] == 2
    assert WorkItem.everywhere.get(kind=chasing.STALE).region == july.regions["230000"]
    again = submissions.build("operation", july.regions["230000"], JULY, actor=july.analysts["230000"])
    assert (again.version, again.figures["visits"], again.correction) == (2, 1, "下级报表更正")
    locked.refresh_from_db()
    assert (locked.figures, locked.state) == (before, "accepted")


def test_missing_lower_reports_are_named_and_need_a_note(stays: SimpleNamespace) -> None:
    monthly.month_end(JULY, hands={"130400": stays.hands["130400"]}, warn=False)
    report = submissions.build("operation", stays.regions["130000"], JULY, actor=stays.analysts["130000"])
    assert [one["code"] for one in report.missing] == ["130682"]
    with pytest.raises(Refused, match="定州市"):
        submissions.submit(report, actor=stays.analysts["130000"])
    submissions.submit(report, actor=stays.analysts["130000"], note="定州系统切换，次月补报")
    late = submissions.build("operation", stays.direct, JULY, actor=stays.analysts["130682"])
    submissions.accept(submissions.submit(late, actor=stays.analysts["130682"]), actor=stays.directors["130000"])
    report.refresh_from_db()
    assert report.standing == "rebuild"
    with pytest.raises(Refused, match="退回"):
        submissions.accept(report, actor=stays.directors["000000"])


def test_late_reports_are_chased_once_and_the_item_closes(stays: SimpleNamespace, office_day: Any) -> None:
    assert units.due_on("city", Month(2018, 7)) is None, "no day is set before the document of October 2018"
    # The 10th of November 2018 is a Saturday; the office opens again on Monday.
    assert str(units.due_on("city", Month(2018, 10))) == "2018-11-12"
    office_day("2018-11-14")
    # September (due 10 October) and October (due 12 November) of three base units and two reports each are late.
    assert chasing.chase() >= 6
    count = WorkItem.everywhere.filter(kind=chasing.LATE).count()
    chasing.chase()
    assert WorkItem.everywhere.filter(kind=chasing.LATE).count() == count
    key = chasing.key_of("operation", "230800", 201810)
    item = WorkItem.everywhere.get(kind=chasing.LATE, key=key)
    assert (item.region, str(item.due_on)) == (stays.city, "2018-11-12")
    made = submissions.build("operation", stays.city, Month(2018, 10), actor=stays.analysts["230800"])
    sent = submissions.submit(made, actor=stays.analysts["230800"])
    assert sent.is_late
    item.refresh_from_db()
    assert item.state == "done"


def test_the_proofs_see_a_wrong_figure(july: SimpleNamespace) -> None:
    assert proofs.sums_at_fault() is None
    assert proofs.rebuilds_at_fault() is None
    city = newest("230800")
    wrong = Submission.everywhere.create(
        number="BS-X", definition="operation", definition_version=1, definition_digest=city.definition_digest,
        region=city.region, period=201806, figures={**city.figures, "visits": 7}, cut_off=city.cut_off,
    )  # fmt: skip
    assert wrong.number in str(proofs.rebuilds_at_fault())


def test_sums_of_parts() -> None:
    assert sums.added([{"a": 1, "b": 2}, {"a": 3}]) == {"a": 4, "b": 2}
    assert sums.first_difference({"a": 4, "b": 2}, [{"a": 1, "b": 2}, {"a": 3}]) == ""
    assert sums.first_difference({"a": 4, "b": 3}, [{"a": 1, "b": 2}, {"a": 3}]) == "b"
    assert sums.first_difference({"a": 4}, [{"a": 1, "b": 2}, {"a": 3}]) == "b"


def test_money_beside_which_facts_came_after_the_cut_off_is_left_out(
    stays: SimpleNamespace, settled: Callable[..., Any]
) -> None:
    read = submissions.base_sources(stays.city, JULY)
    late = stays.insured("周四")
    settled(late, "5000.00", "two", "2018-07-15")
    assert read.figure("claims.all.visits") == 2
    assert read.claims_from_facts()["all.visits"] == 2
    assert read.figure("enrollment.enrolled") == 3
