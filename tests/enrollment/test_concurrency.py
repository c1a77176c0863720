"""Two clerks at once: the database decides, and the second is told."""

import threading
from collections.abc import Callable
from datetime import date
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection

from core.refusal import Refused
from enrollment.models import Due, Enrollment, Payment, Person
from enrollment.services import enrollments, payments, persons
from tests.enrollment.conftest import id_number

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(acts: list[Callable[[], Any]]) -> list[Any]:
    """Run the acts at the same moment in threads; gives each result or refusal."""
    results: list[Any] = [None] * len(acts)
    ready = threading.Barrier(len(acts))

    def run(place: int) -> None:
        try:
            ready.wait(10)
            results[place] = acts[place]()
        except Refused as refusal:
            results[place] = refusal
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(place,)) for place in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return results


def test_one_person_enrolled_by_two_clerks_at_once(
    transactional_db: None, land: SimpleNamespace, person: Person
) -> None:
    def enrol(actor: Any, region: Any) -> Callable[[], Any]:
        return lambda: enrollments.enroll(
            actor=actor, person=person, year=2018, category="adult", region=region, registered_on=date(2017, 11, 1)
        )

    results = at_once([enrol(land.clerk, land.village), enrol(land.foreign, land.foreign_village)] * 3)
    assert sum(isinstance(result, Enrollment) for result in results) == 1
    assert sum(isinstance(result, Refused) for result in results) == 5
    assert (Enrollment.everywhere.count(), Due.everywhere.count()) == (1, 1)


def test_one_number_registered_at_two_windows_at_once(transactional_db: None, land: SimpleNamespace) -> None:
    acts = [
        lambda: persons.register(actor=land.clerk, name="甲", id_kind="01", id_number=id_number(), region=land.village)
    ] * 4
    results = at_once(acts)
    assert sum(isinstance(result, Person) for result in results) == 1
    assert Person.everywhere.count() == 1


def test_a_double_click_books_once_and_two_payments_do_not_exceed_the_due(
    transactional_db: None, land: SimpleNamespace, person: Person
) -> None:
    enrollments.enroll(actor=land.clerk, person=person, year=2018, category="adult", registered_on=date(2017, 11, 1))
    due = Due.everywhere.get()

    def pay(key: Any) -> Callable[[], Any]:
        return lambda: payments.book(
            actor=land.clerk,
            due=due,
            kind="personal",
            amount_fen=15000,
            paid_on=date(2018, 5, 1),
            receipt="T1",
            key=key,
        )

    same = uuid4()
    results = at_once([pay(same), pay(same), pay(uuid4())])
    assert Payment.everywhere.count() == 1
    assert sum(isinstance(result, Payment) for result in results) in (1, 2)
    due.refresh_from_db()
    assert due.paid_fen == 15000
