"""Two clerks and one person at once: right sums with the lock, and a control that goes wrong without it."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, connections

from claims.models import Settlement, YearTotal
from claims.services import batch, proofs, reversals, settlements, years
from core.refusal import Refused
from tests.claims.conftest import fen, land, nothing_kept, office_day, world

__all__ = ["land", "nothing_kept", "office_day", "world"]

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """Run the acts in threads with connections of their own; gives each result or its exception."""

    def run(act: Callable[[], Any]) -> Any:
        try:
            return act()
        except (Refused, IntegrityError) as error:
            return error
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def settler(world: SimpleNamespace, bill: Any, key: Any = None) -> Callable[[], Any]:
    key = key or uuid4()
    return lambda: settlements.settle(bill.pk, actor=world.city_claims, key=key)


def stays(world: SimpleNamespace, count: int) -> tuple[Any, list[Any]]:
    person = world.insured()
    return person, [world.bill(person, "30000.00", "three", f"2018-{month:02d}-01") for month in range(1, count + 1)]


def test_two_clerks_settle_bills_of_one_person(world: SimpleNamespace) -> None:
    person, bills = stays(world, 6)
    made = at_once(*(settler(world, bill) for bill in bills))
    assert all(isinstance(one, Settlement) for one in made), made
    total = YearTotal.everywhere.get(person=person)
    assert total.bills == 6
    # The yearly cap of 80,000.00 binds once, whoever came first; the sequence has no holes.
    assert total.basic_fen == fen("80000.00")
    assert sorted(row.sequence for row in made) == [1, 2, 3, 4, 5, 6]
    assert proofs.first_fault() == ""


def test_without_the_lock_it_goes_wrong(world: SimpleNamespace, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: the same acts with the lock off must be seen to fail, or the test above proves nothing."""
    settings.CLAIMS_SKIP_LOCK = True
    assert years.is_lock_skipped()
    wrong = 0
    for _round in range(5):
        _person, bills = stays(world, 6)
        made = at_once(*(settler(world, bill) for bill in bills))
        wrong += any(isinstance(one, IntegrityError) for one in made) or bool(proofs.totals_equal_replay())
        if wrong:
            break
    assert wrong


def test_the_lock_can_be_switched_off_in_a_test_run_only(settings: Any) -> None:
    settings.CLAIMS_SKIP_LOCK = True
    settings.IS_TESTING = False
    assert not years.is_lock_skipped()


def test_a_double_click_settles_once(world: SimpleNamespace) -> None:
    _person, [bill] = stays(world, 1)
    key = uuid4()
    made = at_once(*(settler(world, bill, key) for _ in range(5)))
    assert {one.pk for one in made} == {Settlement.everywhere.get().pk}


def test_two_clerks_settle_the_same_bill(world: SimpleNamespace) -> None:
    _person, [bill] = stays(world, 1)
    made = at_once(*(settler(world, bill) for _ in range(4)))
    assert sum(isinstance(one, Settlement) for one in made) == 1
    assert sum(isinstance(one, Refused) for one in made) == 3


def test_a_reversal_at_the_same_time(world: SimpleNamespace) -> None:
    person, bills = stays(world, 5)
    first = settlements.settle(bills[0].pk, actor=world.city_claims, key=uuid4())

    def reverse() -> Any:
        return reversals.reverse(first.pk, actor=world.city_claims, reason="录入错误", key=uuid4())

    made = at_once(*(settler(world, bill) for bill in bills[1:]), reverse, reverse)
    assert sum(isinstance(one, Refused) for one in made) == 1
    assert YearTotal.everywhere.get(person=person).bills == 4
    assert proofs.first_fault() == ""


def test_two_batches_over_the_same_people(world: SimpleNamespace) -> None:
    ids = [bill.pk for _ in range(4) for bill in stays(world, 4)[1]]
    made = at_once(
        lambda: batch.settle_all(ids, actor=world.city_claims),
        lambda: batch.settle_all(list(reversed(ids)), actor=world.city_claims),
    )
    assert sum(one.settled for one in made) == len(ids)
    assert sum(one.already for one in made) + sum(one.settled for one in made) == 2 * len(ids)
    assert proofs.first_fault() == ""
