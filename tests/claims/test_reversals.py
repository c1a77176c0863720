"""Reversal: equal and opposite, later settlements adjusted, and any order of reversals equal to never having settled."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from claims.models import Bill, Settlement, YearTotal
from claims.services import proofs, reversals, settlements
from claims.services.figures import AMOUNTS, RUNNING
from core.refusal import Refused
from tests.claims.conftest import fen


def reverse(world: SimpleNamespace, settlement: Settlement, key: Any = None, reason: str = "录入错误") -> Settlement:
    return reversals.reverse(settlement.pk, actor=world.city_claims, reason=reason, key=key or uuid4())


def year_of(person: Any) -> dict[str, Any]:
    total = YearTotal.everywhere.get(person=person, year=2018)
    return {name: getattr(total, name) for name in (*RUNNING, "bills", "so_far")}


@pytest.mark.django_db
def test_a_reversal_negates_every_amount_and_the_bill_waits_again(
    world: SimpleNamespace, settled: Callable[..., Any]
) -> None:
    made = settled(world.insured(), "60000.00", "three")
    taken_back = reverse(world, made)
    assert all(getattr(taken_back, name) == -getattr(made, name) for name in AMOUNTS)
    assert taken_back.reverses_id == made.pk
    total = YearTotal.everywhere.get()
    assert (total.bills, total.total_fen, total.so_far) == (0, 0, {})
    assert Bill.everywhere.get().state == "waiting"
    assert proofs.first_fault() == ""


@pytest.mark.django_db
def test_a_second_reversal_is_refused_and_the_same_key_is_not(
    world: SimpleNamespace, settled: Callable[..., Any]
) -> None:
    made = settled(world.insured())
    key = uuid4()
    first = reverse(world, made, key)
    assert reverse(world, made, key).pk == first.pk
    with pytest.raises(Refused, match="已冲正"):
        reverse(world, made)
    with pytest.raises(Refused, match="不能冲正"):
        reverse(world, first)
    with pytest.raises(Refused, match="原因"):
        reverse(world, made, reason=" ")
    with pytest.raises(Refused, match="找不到"):
        reversals.reverse(made.pk, actor=world.sibling_claims, reason="越权", key=uuid4())


@pytest.mark.django_db
def test_a_later_settlement_gets_one_adjustment(world: SimpleNamespace, settled: Callable[..., Any]) -> None:
    """Without the first stay the second has used up no deductible of critical illness: 5,477.50 becomes 477.50."""
    person = world.insured()
    first = settled(person, "30000.00", "three", "2018-02-01")
    second = settled(person, "30000.00", "three", "2018-05-01")
    seen = reversals.preview(first)
    assert [effect.difference["critical_fen"] for effect in seen.effects] == [-fen("5000.00")]
    taken_back = reverse(world, first)
    adjustment = Settlement.everywhere.get(kind="adjustment")
    assert (adjustment.adjusts_id, adjustment.cause_id) == (second.pk, taken_back.pk)
    assert (adjustment.critical_fen, adjustment.personal_fen, adjustment.total_fen) == (
        -fen("5000.00"), fen("5000.00"), 0,
    )  # fmt: skip
    assert adjustment.snapshot_id == second.snapshot_id
    total = YearTotal.everywhere.get()
    assert (total.critical_fen, total.bills) == (fen("477.50"), 1)
    assert proofs.first_fault() == ""
    # Taking the second back too takes its adjustment back, and nothing is left.
    reverse(world, second)
    assert not any(year_of(person).values())
    assert proofs.first_fault() == ""


@pytest.mark.django_db
def test_reversed_and_settled_again_comes_last(world: SimpleNamespace, settled: Callable[..., Any]) -> None:
    person = world.insured()
    first = settled(person, "30000.00", "three", "2018-02-01")
    settled(person, "30000.00", "three", "2018-05-01")
    reverse(world, first)
    again = settlements.settle(first.bill_id, actor=world.city_claims, key=uuid4())
    assert (again.attempt, again.critical_fen) == (2, fen("5477.50"))
    assert proofs.first_fault() == ""


@pytest.mark.django_db
def test_an_earlier_settlement_is_not_touched(world: SimpleNamespace, settled: Callable[..., Any]) -> None:
    person = world.insured()
    settled(person, "30000.00", "three", "2018-02-01")
    second = settled(person, "30000.00", "three", "2018-05-01")
    reverse(world, second)
    assert not Settlement.everywhere.filter(kind="adjustment").exists()


STAYS = st.lists(st.tuples(st.sampled_from(["one", "three"]), st.integers(50_000, 9_000_000)), min_size=2, max_size=4)


@pytest.mark.django_db
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(stays=STAYS, data=st.data())
def test_any_order_of_reversals_equals_never_having_settled(world: SimpleNamespace, stays: Any, data: Any) -> None:
    """Some of a year's settlements are reversed in any order: what stands equals settling only what stands."""
    name = "孙贫"
    person, twin = world.insured(name, "registered_poor"), world.insured(name, "registered_poor")

    def settle(who: Any, place: int) -> Settlement:
        level, cost = stays[place]
        bill = world.bill(who, f"{cost / 100:.2f}", level, f"2018-{place + 2:02d}-01")
        return settlements.settle(bill, actor=world.city_claims, key=uuid4())

    made = [settle(person, place) for place in range(len(stays))]
    taken = data.draw(st.permutations(range(len(stays))))[: data.draw(st.integers(1, len(stays)))]
    for place in taken:
        reverse(world, made[place])
        assert proofs.first_fault() == ""
    for place in range(len(stays)):
        if place not in taken:
            settle(twin, place)
    expected = year_of(twin) if YearTotal.everywhere.filter(person=twin).exists() else None
    found = year_of(person)
    if expected is None:
        assert not any(found.values())
    else:
        assert found == expected
