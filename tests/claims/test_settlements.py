"""Worked settlements through the service: the published figures of 佳木斯 2018, to the fen."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from claims.models import Bill, Settlement, SettlementDelta, YearTotal
from claims.services import settlements, window
from claims.services.lines import LineDraft
from core import audit
from core.models import AuditEntry, IdempotencyKey
from core.refusal import Refused
from tests.claims.conftest import fen

WORKED = [
    # in-scope cost, level, status, basic, critical, person (in scope)
    ("10000.00", "two", "", "7200.00", "0.00", "2800.00"),
    ("60000.00", "three", "", "38545.00", "5727.50", "15727.50"),
    ("150000.00", "three", "", "80000.00", "30000.00", "40000.00"),
    ("500000.00", "three", "", "80000.00", "200000.00", "220000.00"),
]


@pytest.mark.django_db
@pytest.mark.parametrize("in_scope, level, status, basic, critical, personal", WORKED)
def test_published_cases_of_jiamusi(
    world: SimpleNamespace,
    settled: Callable[..., Any],
    in_scope: str,
    level: str,
    status: str,
    basic: str,
    critical: str,
    personal: str,
) -> None:
    made = settled(world.insured("李大海", *filter(None, [status])), in_scope, level)
    assert (made.basic_fen, made.critical_fen, made.aid_fen) == (fen(basic), fen(critical), 0)
    assert made.personal_fen == fen(personal)
    assert made.in_scope_fen == fen(in_scope)


@pytest.mark.django_db
def test_poor_patient_of_level_three(world: SimpleNamespace, settled: Callable[..., Any]) -> None:
    """Published: basic 41,510.00 and critical illness 6,745.00; aid comes on top, from the area's 示例 terms."""
    made = settled(world.insured("孙贫", "registered_poor"), "60000.00", "three")
    assert (made.basic_fen, made.critical_fen) == (fen("41510.00"), fen("6745.00"))
    assert made.aid_fen + made.personal_fen == fen("11745.00")
    assert made.status == "registered_poor"


@pytest.mark.django_db
def test_two_stays_of_a_year_share_one_critical_illness_deductible(
    world: SimpleNamespace, settled: Callable[..., Any]
) -> None:
    person = world.insured()
    first = settled(person, "30000.00", "three", "2018-02-01")
    second = settled(person, "30000.00", "three", "2018-05-01")
    assert (first.basic_fen, first.critical_fen) == (fen("19045.00"), fen("477.50"))
    assert (second.basic_fen, second.critical_fen) == (fen("19045.00"), fen("5477.50"))
    total = YearTotal.everywhere.get(person=person, year=2018)
    assert (total.bills, total.basic_fen, total.critical_fen) == (2, fen("38090.00"), fen("5955.00"))
    assert (first.sequence, second.sequence, total.last_sequence) == (1, 2, 2)


@pytest.mark.django_db
def test_a_settlement_leaves_bill_month_and_trail(world: SimpleNamespace, settled: Callable[..., Any]) -> None:
    made = settled(world.insured())
    bill = Bill.everywhere.get(pk=made.bill_id)
    assert (bill.state, bill.settlement_count) == ("settled", 1)
    delta = SettlementDelta.everywhere.get()
    assert (delta.bills, delta.period, delta.basic_fen) == (1, 201812, made.basic_fen)
    assert AuditEntry.everywhere.filter(act="claims.settlement.made", object_id=str(made.pk)).exists()
    stored = Settlement.everywhere.get(pk=made.pk)
    assert stored.steps
    assert stored.facts["amounts"] == [0, 0, 0, fen("10000.00")]
    assert stored.region_id == world.village.pk
    assert stored.pooling_area_id == world.city.pk


@pytest.mark.django_db
def test_preview_equals_settlement_and_writes_nothing(world: SimpleNamespace) -> None:
    bill = world.bill(world.insured(), "60000.00", "three")
    seen = settlements.preview(bill.pk, actor=world.city_claims)
    assert seen.result is not None
    assert not Settlement.everywhere.exists()
    made = settlements.settle(bill, actor=world.city_claims, key=uuid4())
    assert (seen.result.basic_fen, seen.result.critical_fen, seen.result.personal_fen) == (
        made.basic_fen, made.critical_fen, made.personal_fen,
    )  # fmt: skip


@pytest.mark.django_db
def test_the_same_key_settles_once(world: SimpleNamespace) -> None:
    bill = world.bill(world.insured())
    key = uuid4()
    first = settlements.settle(bill, actor=world.city_claims, key=key)
    assert settlements.settle(bill, actor=world.city_claims, key=key).pk == first.pk
    assert Settlement.everywhere.count() == 1
    with pytest.raises(Refused, match="已经结算"):
        settlements.settle(bill, actor=world.city_claims, key=uuid4())


def statements_of(act: Callable[[], Any]) -> list[str]:
    with CaptureQueriesContext(connection) as seen:
        act()
    return [query["sql"] for query in seen.captured_queries if query["sql"] not in ("BEGIN", "COMMIT")]


@pytest.mark.django_db(transaction=True)
def test_settling_takes_four_statements(world: SimpleNamespace) -> None:
    """Key, lock, reading, writing. A referred stay asks once more, for the stay before it; the target is twelve."""
    person = world.insured()
    settlements.settle(world.bill(person), actor=world.city_claims, key=uuid4())  # terms and snapshot are known now
    bill = world.bill(person)
    seen = statements_of(lambda: settlements.settle(bill, actor=world.city_claims, key=uuid4()))
    assert len(seen) == 4, "\n".join(seen)
    assert Settlement.everywhere.filter(bill=bill).exists()


@pytest.mark.django_db(transaction=True)
def test_entering_and_settling_five_lines_takes_at_most_twelve_statements(world: SimpleNamespace) -> None:
    person = world.insured()
    lines = [LineDraft("S0014", Decimal(200 + number), Decimal("1.00")) for number in range(5)]
    window.enter_and_settle(world.draft(person, lines=lines), actor=world.city_claims, key=uuid4())
    draft = world.draft(person, lines=lines)
    seen = statements_of(lambda: window.enter_and_settle(draft, actor=world.city_claims, key=uuid4()))
    assert len(seen) <= 12, "\n".join(seen)
    assert Bill.everywhere.filter(hospital_number=draft.hospital_number, state="settled", line_count=5).exists()


@pytest.mark.django_db
def test_the_key_of_a_settlement_leads_to_it(world: SimpleNamespace, settled: Callable[..., Any]) -> None:
    """The settlement's own statement stores the result of the key and the entry of the trail; the trail can be sealed."""
    key = uuid4()
    made = settlements.settle(world.bill(world.insured()), actor=world.city_claims, key=key)
    stored = IdempotencyKey.everywhere.get(pk=key)
    assert (stored.result_type, stored.result_id) == ("claims.Settlement", str(made.pk))
    entry = AuditEntry.everywhere.get(act="claims.settlement.made")
    assert (entry.actor_id, entry.object_type, entry.object_id) == (
        world.city_claims.pk, "claims.Settlement", str(made.pk),
    )  # fmt: skip
    assert (entry.object_label, entry.region_code, entry.changes) == (made.number, world.village.code, {})
    audit.seal_all()
    assert audit.verify() is None


@pytest.mark.django_db
@pytest.mark.parametrize("cause", ["account", "office"])
def test_a_disabled_account_or_a_closed_office_settles_nothing(world: SimpleNamespace, cause: str) -> None:
    """Also right after the same account has settled: what a process keeps of its area does not outlive the change."""
    person = world.insured()
    settlements.settle(world.bill(person), actor=world.city_claims, key=uuid4())
    bill = world.bill(person)
    if cause == "account":
        world.city_claims.is_active = False
    else:
        world.city_claims.office.is_open = False
    with pytest.raises(Refused, match="找不到"):
        settlements.settle(bill, actor=world.city_claims, key=uuid4())
    assert Settlement.everywhere.count() == 1


@pytest.mark.django_db
def test_a_bill_of_another_area_is_not_found(world: SimpleNamespace) -> None:
    bill = world.bill(world.insured())
    with pytest.raises(Refused, match="找不到"):
        settlements.settle(bill, actor=world.sibling_claims, key=uuid4())
    assert not Settlement.everywhere.exists()


@pytest.mark.django_db
def test_terms_of_the_day_of_discharge_count(world: SimpleNamespace, settled: Callable[..., Any]) -> None:
    """医保发〔2018〕18号 binds from its day of issue: five points more for the poor on the day itself."""
    before = settled(world.insured("孙贫", "registered_poor"), "60000.00", "three", "2018-10-08")
    after = settled(world.insured("钱贫", "registered_poor"), "60000.00", "three", "2018-10-09")
    assert before.basic_fen == after.basic_fen
    assert before.critical_fen == fen("6745.00")
    assert after.critical_fen == fen("7419.50")  # (18,490 − 5,000) × 55 %
    assert before.snapshot_id != after.snapshot_id


@pytest.mark.django_db
def test_year_is_that_of_discharge(world: SimpleNamespace) -> None:
    bill = world.bill(world.insured(), "10000.00", "two", "2018-01-05", admitted_on=date(2017, 12, 28))
    assert (bill.year, bill.period, bill.stay_days) == (2018, 201801, 8)
