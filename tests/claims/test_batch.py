"""The batch gives what the window gives, refuses bill by bill, and settles nothing twice."""

from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest

from claims.models import Settlement, SettlementDelta, YearTotal
from claims.services import batch, proofs, settlements, summaries
from claims.services.figures import AMOUNTS, RUNNING
from core.models import AuditEntry

STAYS = [
    ("2018-02-01", "three", "30000.00"),
    ("2018-05-01", "three", "90000.00"),
    ("2018-05-01", "two", "10000.55"),
    ("2018-11-20", "township", "999.99"),
    ("2018-12-01", "one", "200000.00"),
]
SAME = (*AMOUNTS, "status", "sequence", "snapshot_id", "settled_on", "period", "steps", "contribution")


def enter(world: SimpleNamespace, person: Any) -> list[Any]:
    made = [world.bill(person, cost, level, day) for day, level, cost in STAYS]
    made.append(world.bill(person, "5000.00", "one", "2018-06-03", provider_id=world.away.pk, filing="referred"))
    made.append(world.bill(person, "80.00", "township", "2018-07-03", visit_kind="outpatient"))
    return made


@pytest.mark.django_db
@pytest.mark.parametrize("status", ["", "registered_poor", "destitute", "minimum_living"])
def test_batch_equals_window(world: SimpleNamespace, status: str) -> None:
    held = [status] if status else []
    one, other = world.insured("李大海", *held), world.insured("李大海", *held)
    online = sorted(enter(world, one), key=lambda bill: (bill.discharged_on, bill.pk))
    singles = [settlements.settle(bill, actor=world.city_claims, key=uuid4()) for bill in online]
    bills = enter(world, other)
    outcome = batch.settle_all([bill.pk for bill in reversed(bills)], actor=world.city_claims)
    assert (outcome.settled, outcome.refused, outcome.already) == (len(bills), 0, 0)
    batched = Settlement.everywhere.filter(person=other).order_by("sequence")
    for single, row in zip(singles, batched, strict=True):
        stored = Settlement.everywhere.get(pk=single.pk)
        assert {name: getattr(row, name) for name in SAME} == {name: getattr(stored, name) for name in SAME}
    totals = [YearTotal.everywhere.get(person=person) for person in (one, other)]
    for name in (*RUNNING, "bills", "so_far", "last_sequence"):
        assert getattr(totals[0], name) == getattr(totals[1], name), name
    assert proofs.first_fault() == ""
    assert AuditEntry.everywhere.filter(act="claims.settlement.made").count() == 2 * len(bills)


@pytest.mark.django_db
def test_a_second_run_settles_nothing_twice(world: SimpleNamespace) -> None:
    bills = enter(world, world.insured())
    ids = [bill.pk for bill in bills]
    batch.settle_all(ids, actor=world.city_claims)
    again = batch.settle_all(ids, actor=world.city_claims)
    assert (again.settled, again.refused, again.already) == (0, 0, len(bills))
    assert Settlement.everywhere.count() == len(bills)
    assert batch.settle_all(actor=world.city_claims).settled == 0


@pytest.mark.django_db
def test_one_bad_bill_stops_no_other(world: SimpleNamespace, land: SimpleNamespace) -> None:
    good = world.bill(world.insured())
    stranger = world.insured("周未保", region=world.other_village)
    early = world.bill(stranger, day="2018-04-01")
    stranger.enrollments.update(in_force=False)
    outcome = batch.settle_all(actor=world.city_claims)
    assert outcome.settled == 1
    [(number, reason)] = outcome.refusals
    assert number == early.number
    assert "参保登记" in reason
    good.refresh_from_db()
    early.refresh_from_db()
    assert (good.state, early.state) == ("settled", "waiting")


@pytest.mark.django_db
def test_scope_limits_the_batch(world: SimpleNamespace) -> None:
    bill = world.bill(world.insured())
    assert batch.settle_all([bill.pk], actor=world.sibling_claims).settled == 0
    assert batch.settle_all([bill.pk], actor=world.claims_clerk).settled == 1


@pytest.mark.django_db
def test_at_discharge_books_each_bill_in_its_month(world: SimpleNamespace) -> None:
    enter(world, world.insured())
    batch.settle_all(actor=world.city_claims, at_discharge=True)
    months = set(Settlement.everywhere.values_list("period", flat=True))
    assert months == {201802, 201805, 201806, 201807, 201811, 201812}


@pytest.mark.django_db
def test_deltas_fold_to_what_a_rebuild_gives(world: SimpleNamespace) -> None:
    from claims.models import MonthlySummary
    from claims.services import reversals

    enter(world, world.insured())
    enter(world, world.insured("孙贫", "registered_poor", region=world.sibling_village))
    batch.settle_all(actor=world.city_claims, at_discharge=True)
    assert summaries.first_difference() == ""
    summaries.fold()
    assert not SettlementDelta.everywhere.exists()
    first = Settlement.everywhere.order_by("pk").first()
    assert first is not None
    reversals.reverse(first.pk, actor=world.city_claims, reason="测试", key=uuid4())
    summaries.fold()
    kept = sorted(
        MonthlySummary.everywhere.values_list("region", "period", "visit_kind", "level", "status", "bills", "basic_fen")
    )
    assert {row[0] for row in kept} == {world.regions["230803"].pk, world.regions["230804"].pk}
    assert summaries.first_difference() == ""
    summaries.rebuild()
    assert kept == sorted(
        row
        for row in MonthlySummary.everywhere.values_list(
            "region", "period", "visit_kind", "level", "status", "bills", "basic_fen"
        )
    )
    # The proof sees a sum that was tampered with.
    MonthlySummary.everywhere.filter(pk=MonthlySummary.everywhere.first().pk).update(basic_fen=1)
    assert summaries.first_difference() != ""
