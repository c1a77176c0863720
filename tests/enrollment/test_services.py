"""What a clerk does to the register, on PostgreSQL: enrol, end, transfer, dues to the fen, payments, statuses."""

from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from core import clock
from core.refusal import Conflict, Refused
from enrollment.models import Due, Enrollment, HardshipStatus, Payment, Person
from enrollment.selectors import coverage
from enrollment.services import counts, dues, enrollments, households, payments, persons, statuses
from office.models import Payable
from tests.enrollment.conftest import id_number

FIRST = date(2018, 1, 1)


def enrol(land: SimpleNamespace, person: Person, **more: Any) -> Enrollment:
    return enrollments.enroll(
        **{
            "actor": land.clerk,
            "person": person,
            "year": 2018,
            "category": "adult",
            "registered_on": date(2017, 11, 1),
            **more,
        }
    )


def due_of(person: Person, year: int = 2018) -> Due:
    return Due.everywhere.get(person=person, year=year, state__in=["open", "part", "paid"])


def test_number_is_stored_as_cipher_and_index(person: Person) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT row_to_json(p)::text FROM enrollment_person p")
        assert id_number() not in cursor.fetchone()[0]
    assert person.identity() == id_number()
    assert (person.sex, person.birth_on, person.number) == ("1", date(1980, 1, 1), f"P{person.pk:010d}")
    assert person.pinyin == "wangxiaoming"


def test_same_number_twice_is_refused(land: SimpleNamespace, person: Person) -> None:
    with pytest.raises(Refused, match="已登记"):
        persons.register(actor=land.clerk, name="另一人", id_kind="01", id_number=id_number(), region=land.village)


def test_region_of_another_office_is_refused(land: SimpleNamespace) -> None:
    with pytest.raises(Refused, match="管辖范围"):
        persons.register(actor=land.clerk, name="甲", id_kind="01", id_number=id_number(), region=land.sibling_village)


def test_enrolment_works_out_the_due_of_jiamusi(land: SimpleNamespace, person: Person) -> None:
    enrollment = enrol(land, person)
    due = due_of(person)
    assert (enrollment.starts_on, enrollment.proof) == (FIRST, "household_register")
    assert (due.standard_fen, due.aid_fen, due.personal_fen, due.state) == (21000, 0, 21000, "open")
    assert due.basis[0]["citations"]


@pytest.mark.parametrize(
    ("categories", "aid_fen", "personal_fen"),
    [
        (["destitute"], 21000, 0),
        (["minimum_living"], 10500, 10500),
        (["minimum_living", "registered_poor"], 15000, 6000),
    ],
)
def test_aid_for_dues(
    land: SimpleNamespace, person: Person, categories: list[str], aid_fen: int, personal_fen: int
) -> None:
    for category in categories:
        statuses.grant(actor=land.clerk, person=person, category=category, starts_on=FIRST, source="民政名单")
    enrol(land, person)
    due = due_of(person)
    assert (due.aid_fen, due.personal_fen) == (aid_fen, personal_fen)


def test_dues_worked_out_again_after_a_list_and_not_twice(land: SimpleNamespace, person: Person) -> None:
    enrol(land, person)
    rows = [(person.pk, "registered_poor", FIRST, None)]
    assert statuses.grant_bulk(actor=land.clerk, rows=rows, source="扶贫办名单") == 1
    assert statuses.grant_bulk(actor=land.clerk, rows=rows, source="扶贫办名单") == 0
    assert dues.work_out(actor=land.city_clerk, area=land.city, year=2018) == 1
    assert due_of(person).personal_fen == 6000
    assert dues.work_out(actor=land.city_clerk, area=land.city, year=2018) == 0


def test_overlap_is_refused_by_service_and_by_the_database(land: SimpleNamespace, person: Person) -> None:
    enrollment = enrol(land, person)
    with pytest.raises(Refused, match="佳木斯市"):
        enrol(land, person, actor=land.foreign, region=land.foreign_village)
    with (
        pytest.raises(IntegrityError, match="enrollment_once_at_a_time"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(
            """INSERT INTO enrollment_enrollment (person_id, year, period, category, proof, pooling_area_id, region_id,
               starts_on, ends_on, benefits_start_on, in_force, source, registered_on, reason_ended, version)
               SELECT person_id, year, period, category, proof, pooling_area_id, region_id, '2018-12-31', '2018-12-31',
               '2018-12-31', true, source, registered_on, '', 1 FROM enrollment_enrollment WHERE id = %s""",
            [enrollment.pk],
        )


def test_employee_members_and_the_dead_cannot_enrol(land: SimpleNamespace, person: Person) -> None:
    person.employee_insured_from_on = date(2017, 5, 1)
    person.save()
    with pytest.raises(Refused, match="职工医保"):
        enrol(land, person)
    person.employee_insured_from_on, person.died_on = None, date(2017, 12, 1)
    person.save()
    with pytest.raises(Refused, match="死亡"):
        enrol(land, person)


def test_newborn_from_birth_to_real_number_keeps_everything(
    land: SimpleNamespace, person: Person, office_day: Any, key: Any
) -> None:
    office_day("2018-08-01")
    baby = persons.register(
        actor=land.clerk, name="王小宝", id_kind="990201", id_number="P230123456", region=land.village, sex="1",
        birth_on=date(2018, 7, 15), guardian=person,
    )  # fmt: skip
    enrollment = enrol(land, baby, category="newborn", registered_on=date(2018, 8, 1))
    assert enrollment.starts_on == enrollment.benefits_start_on == date(2018, 7, 15)
    payment = payments.book(
        actor=land.clerk, due=due_of(baby), kind="personal", amount_fen=21000, paid_on=date(2018, 8, 1), key=key()
    )
    with pytest.raises(Refused, match="出生日期"):
        persons.give_number(actor=land.clerk, person=baby, id_number=id_number(birth="20180716"))
    persons.give_number(actor=land.clerk, person=baby, id_number=id_number(birth="20180715"))
    assert not baby.is_temporary
    assert Payment.everywhere.get(pk=payment.pk).person_id == baby.pk
    assert coverage.coverage(baby, date(2018, 7, 15)).pays


def test_payment_is_booked_once_and_not_above_the_due(land: SimpleNamespace, person: Person, key: Any) -> None:
    enrol(land, person)
    due, number = due_of(person), key()
    book = {"actor": land.clerk, "due": due, "kind": "personal", "paid_on": date(2018, 5, 1)}
    first = payments.book(**book, amount_fen=11000, key=number)
    assert payments.book(**book, amount_fen=11000, key=number).pk == first.pk
    assert due_of(person).state == "part"
    with pytest.raises(Refused, match="不同"):
        payments.book(**book, amount_fen=10000, key=number)
    with pytest.raises(Refused, match="超过未缴"):
        payments.book(**book, amount_fen=10001, key=key())
    payments.book(**book, amount_fen=10000, key=key())
    assert (due_of(person).state, Payment.everywhere.count()) == ("paid", 2)


def test_payments_never_change(land: SimpleNamespace, person: Person, key: Any) -> None:
    enrol(land, person)
    payment = payments.book(
        actor=land.clerk, due=due_of(person), kind="personal", amount_fen=100, paid_on=date(2018, 5, 1), key=key()
    )
    with pytest.raises(Exception, match=r"permission denied|OF001|只增不改"), transaction.atomic():
        Payment.everywhere.filter(pk=payment.pk).update(amount_fen=1)


def test_household_pays_for_all_members(land: SimpleNamespace, person: Person, key: Any) -> None:
    wife = persons.register(
        actor=land.clerk, name="李梅", id_kind="01", id_number=id_number(sex=2), region=land.village
    )
    home = households.open_household(
        actor=land.clerk, region=land.village, head=person, starts_on=FIRST, book_number="1"
    )
    households.add_member(actor=land.clerk, household=home, person=wife, relation="spouse", starts_on=FIRST)
    with pytest.raises(Refused, match="户主"):
        households.add_member(actor=land.clerk, household=home, person=persons.register(
            actor=land.clerk, name="丙", id_kind="01", id_number=id_number(serial=9), region=land.village),
            relation="head", starts_on=FIRST)  # fmt: skip
    for one in (person, wife):
        enrol(land, one)
    number = key()
    paid = payments.book_household(
        actor=land.clerk, household=home, year=2018, paid_on=date(2018, 5, 1), receipt="T1", key=number
    )
    again = payments.book_household(
        actor=land.clerk, household=home, year=2018, paid_on=date(2018, 5, 1), receipt="T1", key=number
    )
    assert [payment.amount_fen for payment in paid] == [21000, 21000]
    assert {payment.pk for payment in again} == {payment.pk for payment in paid}
    assert {payment.kind for payment in paid} == {"household"}


def test_aid_is_tied_to_each_person(land: SimpleNamespace, person: Person, key: Any) -> None:
    statuses.grant(actor=land.clerk, person=person, category="minimum_living", starts_on=FIRST, source="民政名单")
    enrol(land, person)
    fen = payments.book_aid(
        actor=land.city_clerk, area=land.city, year=2018, paid_on=date(2018, 5, 1), receipt="Z1", key=key()
    )
    row = Payment.everywhere.get(kind="aid")
    assert (fen, row.amount_fen, row.person_id, row.aid_category) == (10500, 10500, person.pk, "minimum_living")
    with pytest.raises(Refused, match="没有待到账"):
        payments.book_aid(
            actor=land.city_clerk, area=land.city, year=2018, paid_on=date(2018, 5, 1), receipt="Z2", key=key()
        )


def test_death_before_the_year_cancels_and_refunds(
    land: SimpleNamespace, person: Person, office_day: Any, key: Any
) -> None:
    office_day("2018-10-20")
    next_year = enrol(land, person, year=2019, registered_on=date(2018, 10, 1))
    payments.book(
        actor=land.clerk,
        due=due_of(person, 2019),
        kind="personal",
        amount_fen=21000,
        paid_on=date(2018, 10, 1),
        key=key(),
    )
    office_day("2018-12-20")
    enrollments.end(
        actor=land.clerk, enrollment=next_year, version=next_year.version, ends_on=date(2018, 12, 1), reason="death"
    )
    due = Due.everywhere.get(enrollment=next_year)
    assert (due.state, payments.refundable_fen(due)) == ("cancelled", 21000)
    payments.refund(actor=land.clerk, due=due, amount_fen=21000, reason="参保年度前死亡", key=key())
    assert Payable.everywhere.get().amount_fen == 21000
    with pytest.raises(Refused, match=r"可退金额为 0\.00"):
        payments.refund(actor=land.clerk, due=due, amount_fen=21000, reason="再退一次", key=key())


def test_covered_days_are_not_refunded(land: SimpleNamespace, person: Person, key: Any) -> None:
    enrollment = enrol(land, person)
    due = due_of(person)
    payments.book(actor=land.clerk, due=due, kind="personal", amount_fen=21000, paid_on=date(2018, 1, 5), key=key())
    enrollments.end(actor=land.clerk, enrollment=enrollment, version=1, ends_on=date(2018, 5, 31), reason="employee")
    assert coverage.coverage(person, date(2018, 5, 31)).pays
    assert coverage.coverage(person, date(2018, 6, 1)) is None
    due.refresh_from_db()
    with pytest.raises(Refused, match=r"可退金额为 0\.00"):
        payments.refund(actor=land.clerk, due=due, amount_fen=21000, reason="停保", key=key())
    with pytest.raises(Refused, match="职工医保"):
        enrol(land, Person.everywhere.get(pk=person.pk), registered_on=date(2018, 6, 1))


def test_second_clerk_is_told(land: SimpleNamespace, person: Person) -> None:
    enrollment = enrol(land, person)
    enrollments.end(actor=land.clerk, enrollment=enrollment, version=1, ends_on=date(2018, 5, 31), reason="emigration")
    with pytest.raises(Conflict):
        enrollments.end(
            actor=land.clerk, enrollment=enrollment, version=1, ends_on=date(2018, 4, 30), reason="emigration"
        )


def test_transfer_leaves_no_gap_and_no_second_due(land: SimpleNamespace, person: Person, key: Any) -> None:
    enrollment = enrol(land, person)
    payments.book(
        actor=land.clerk, due=due_of(person), kind="personal", amount_fen=21000, paid_on=date(2018, 1, 5), key=key()
    )
    moved = enrollments.transfer(
        actor=land.foreign, enrollment=enrollment, version=1, region=land.foreign_village, on=date(2018, 6, 1)
    )
    before, after = coverage.coverage(person, date(2018, 5, 31)), coverage.coverage(person, date(2018, 6, 1))
    assert (before.pooling_area_id, after.pooling_area_id) == (land.city.pk, land.foreign_city.pk)
    assert before.pays and after.pays
    assert dues.work_out(actor=None, area=land.foreign_city, year=2018) == 0
    assert not Due.everywhere.filter(enrollment=moved).exists()


def test_coverage_as_it_was_known(land: SimpleNamespace, person: Person) -> None:
    enrollment = enrol(land, person)
    known_at = clock.now()
    enrollments.end(actor=land.clerk, enrollment=enrollment, version=1, ends_on=date(2018, 5, 31), reason="emigration")
    assert coverage.coverage(person, date(2018, 7, 1)) is None
    assert coverage.coverage(person, date(2018, 7, 1), known_at).ends_on == date(2018, 12, 31)


def test_status_as_it_was_known(land: SimpleNamespace, person: Person) -> None:
    status = statuses.grant(actor=land.clerk, person=person, category="destitute", starts_on=FIRST, source="民政名单")
    known_at = clock.now()
    statuses.end(actor=land.clerk, status=status, ends_on=date(2018, 3, 31), reason="不再符合")
    assert coverage.statuses(person, date(2018, 4, 1)) == frozenset()
    assert coverage.statuses(person, date(2018, 3, 31)) == {"destitute"}
    assert coverage.statuses(person, date(2018, 4, 1), known_at) == {"destitute"}
    assert HardshipStatus.everywhere.count() == 2


def test_waiting_period_shows_in_coverage(land: SimpleNamespace, person: Person) -> None:
    enrol(land, person, registered_on=date(2018, 6, 1))
    assert coverage.coverage(person, date(2018, 6, 15)).is_waiting
    assert not coverage.coverage(person, date(2018, 7, 31)).is_waiting
    assert coverage.coverage(person, date(2018, 5, 31)) is None


def test_counts_follow_the_rows(land: SimpleNamespace, person: Person, key: Any) -> None:
    enrollment = enrol(land, person)
    payments.book(
        actor=land.clerk, due=due_of(person), kind="personal", amount_fen=21000, paid_on=date(2018, 1, 5), key=key()
    )
    assert counts.first_difference() == ""
    assert counts.fold() > 0
    assert counts.first_difference() == ""
    enrollments.end(actor=land.clerk, enrollment=enrollment, version=1, ends_on=date(2018, 5, 31), reason="death")
    assert counts.first_difference() == ""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE enrollment_registercount SET enrolled_count = enrolled_count + 1")
    assert "2018" in counts.first_difference()


def test_reveal_needs_right_and_reason(land: SimpleNamespace, person: Person) -> None:
    with pytest.raises(Refused, match="原因"):
        persons.reveal(actor=land.clerk, person=person, reason=" ")
    with pytest.raises(Refused, match="权限"):
        persons.reveal(actor=land.analyst, person=person, reason="看看")
    assert persons.reveal(actor=land.clerk, person=person, reason="核对户口簿") == id_number()
