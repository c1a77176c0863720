"""A statement fails in the middle of an act, each statement in turn: nothing of the act is left, and doing it again works."""

from collections.abc import Callable
from datetime import date
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest
from django.apps import apps
from django.conf import settings as django_settings
from django.db import OperationalError, connection, transaction

from claims.models import Settlement, YearTotal
from claims.services import proofs, reversals, settlements
from core import clock
from core.models import Heartbeat
from enrollment.models import Due, Enrollment, Payment
from enrollment.services import counts, enrollments, payments, persons
from tests.claims.conftest import id_number, land, nothing_kept, office_day, world

__all__ = ["land", "nothing_kept", "office_day", "world"]

pytestmark = pytest.mark.django_db(transaction=True)

MOST_STATEMENTS = 400


class BreaksAt:
    """Fails the n-th statement as a server does that goes away."""

    def __init__(self, number: int) -> None:
        self.number, self.count = number, 0

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        self.count += 1
        if self.count == self.number:
            raise OperationalError("the connection was cut")
        return execute(sql, params, many, context)


def rows_now() -> dict[str, int]:
    """How many rows each table of the office holds."""
    found = {}
    with connection.cursor() as cursor:
        for model in apps.get_models():
            if model._meta.app_label in django_settings.ROOM_APPS and model._meta.managed:
                cursor.execute(f'SELECT count(*) FROM "{model._meta.db_table}"')
                found[model._meta.label] = cursor.fetchone()[0]
    return found


def break_each(act: Callable[[], Any], holds: Callable[[], Any]) -> tuple[Any, int, list[str]]:
    """Do the act with its first, second … statement failing, until it comes through; gives its result, how often it was broken, and
    what was found wrong after a failure."""
    before, wrong = rows_now(), []
    for number in range(1, MOST_STATEMENTS):
        breaks = BreaksAt(number)
        try:
            with connection.execute_wrapper(breaks):
                result = act()
        except OperationalError:
            left = {name: count for name, count in rows_now().items() if count != before[name]}
            if left:
                wrong.append(f"statement {number} left {left}")
            if fault := holds():
                wrong.append(f"statement {number}: {fault}")
            continue
        assert breaks.count < number
        return result, number - 1, wrong
    raise AssertionError("the act never came through")


def test_settling(world: SimpleNamespace) -> None:
    person = world.insured()
    world.bill(person)
    bill, key = world.bill(person, "30000.00", "three"), uuid4()
    made, broken, wrong = break_each(
        lambda: settlements.settle(bill.pk, actor=world.city_claims, key=key), proofs.first_fault
    )
    assert broken > 5 and wrong == []
    assert settlements.settle(bill.pk, actor=world.city_claims, key=key).pk == made.pk
    assert Settlement.everywhere.count() == 1 and not proofs.first_fault()


def test_reversing(world: SimpleNamespace) -> None:
    person = world.insured("李大海", "registered_poor")
    first, _second = (
        settlements.settle(world.bill(person, "30000.00", "three", day).pk, actor=world.city_claims, key=uuid4())
        for day in ("2018-03-01", "2018-04-01")
    )
    key = uuid4()
    made, broken, wrong = break_each(
        lambda: reversals.reverse(first.pk, actor=world.city_claims, reason="录入错误", key=key), proofs.first_fault
    )
    assert broken > 5 and wrong == []
    assert reversals.reverse(first.pk, actor=world.city_claims, reason="录入错误", key=key).pk == made.pk
    assert YearTotal.everywhere.get(person=person).bills == 1 and not proofs.first_fault()


def test_enrolling(land: SimpleNamespace, office_day: Any) -> None:
    office_day("2017-12-01")
    person = persons.register(actor=land.clerk, name="王小明", id_kind="01", id_number=id_number(), region=land.village)
    made, broken, wrong = break_each(
        lambda: enrollments.enroll(actor=land.clerk, person=person, year=2018, category="adult"),
        counts.first_difference,
    )
    assert broken > 5 and wrong == []
    assert Enrollment.everywhere.get().pk == made.pk
    counts.fold()
    assert not counts.first_difference()


def test_booking_a_payment(land: SimpleNamespace, office_day: Any) -> None:
    office_day("2017-12-01")
    person = persons.register(actor=land.clerk, name="王小明", id_kind="01", id_number=id_number(), region=land.village)
    enrollments.enroll(actor=land.clerk, person=person, year=2018, category="adult")
    due, key = Due.everywhere.get(), uuid4()

    def pay() -> Payment:
        return payments.book(
            actor=land.clerk, due=due, kind="personal", amount_fen=due.personal_fen, paid_on=date(2017, 12, 1), key=key
        )

    def paid_is_the_sum() -> str:
        paid = sum(Payment.everywhere.values_list("amount_fen", flat=True))
        return "" if Due.everywhere.get().paid_fen == paid else "the due and its payments differ"

    made, broken, wrong = break_each(pay, paid_is_the_sum)
    assert broken > 5 and wrong == []
    assert pay().pk == made.pk and Payment.everywhere.count() == 1 and not paid_is_the_sum()


def test_an_act_without_a_transaction_is_found_out(land: SimpleNamespace) -> None:
    """The control: two writes, each for itself, must be seen to leave the first behind; in one transaction they do not."""
    names = iter(range(1_000))

    def two_writes() -> None:
        for _ in range(2):
            Heartbeat.everywhere.create(name=f"{next(names)}", at=clock.now())

    assert break_each(two_writes, lambda: "")[2]
    assert not break_each(transaction.atomic(two_writes), lambda: "")[2]
