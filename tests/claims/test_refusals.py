"""Each refusal names its cause and the next step, and nothing is written."""

from datetime import date
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from django.db import connections, transaction
from django.db.utils import DatabaseError

from claims.models import Agreement, Bill, BillLine, CatalogueItem, Settlement
from claims.services import bills, refusals, settlements
from core.refusal import Refused
from policy.terms import Term, Terms
from tests.databases import owner_connection


def refused(world: SimpleNamespace, bill: Bill) -> str:
    with pytest.raises(Refused) as caught, transaction.atomic():
        settlements.settle(bill, actor=world.city_claims, key=uuid4())
    assert not Settlement.everywhere.exists()
    return str(caught.value)


@pytest.mark.django_db
def test_not_covered(world: SimpleNamespace) -> None:
    person = world.insured()
    bill = world.bill(person)
    person.enrollments.update(in_force=False)
    assert "没有有效的居民医保参保登记" in refused(world, bill)
    assert "参保登记" in refused(world, bill)


@pytest.mark.django_db
def test_waiting_period(world: SimpleNamespace) -> None:
    person = world.insured()
    bill = world.bill(person)
    person.enrollments.update(benefits_start_on=date(2018, 4, 1))
    assert "等待期" in refused(world, bill)


@pytest.mark.django_db
def test_dead(world: SimpleNamespace) -> None:
    person = world.insured()
    bill = world.bill(person)
    type(person).everywhere.filter(pk=person.pk).update(died_on=date(2018, 2, 1))
    assert "死亡" in refused(world, bill)


@pytest.mark.django_db
def test_no_agreement(world: SimpleNamespace) -> None:
    bill = world.bill(world.insured())
    Agreement.everywhere.filter(provider_id=bill.provider_id).update(state="suspended")
    assert "定点协议" in refused(world, bill)


@pytest.mark.django_db
def test_unpaid_only_where_the_area_asks_for_it(world: SimpleNamespace) -> None:
    """The person has paid nothing; the area of the test does not ask for it, the same area with the term does."""
    bill = world.bill(world.insured())
    seen = settlements.preview(bill.pk, actor=world.city_claims)
    assert seen.refusal == ""
    assert not seen.entitlement.is_paid
    assert seen.terms is not None
    asking = Terms.resolve("230800", seen.terms.on, seen.terms, [Term(refusals.NEEDS_PAYMENT, True, "flag")])
    assert "缴费" in refusals.payment_reason(seen.bill, seen.entitlement, asking)
    assert refusals.payment_reason(seen.bill, seen.entitlement, seen.terms) == ""


@pytest.mark.django_db
def test_future_duplicate_and_unknown_code(world: SimpleNamespace, office_day: Any) -> None:
    person = world.insured()
    with pytest.raises(Refused, match="晚于今天"):
        bills.enter(world.draft(person, day="2019-01-01"), actor=world.city_claims, key=uuid4())
    draft = world.draft(person, hospital_number="ZY1")
    bills.enter(draft, actor=world.city_claims, key=uuid4())
    with pytest.raises(Refused, match="已经录入"), transaction.atomic():
        bills.enter(draft, actor=world.city_claims, key=uuid4())
    CatalogueItem.everywhere.filter(code="S0014").update(code="S9914")
    with pytest.raises(Refused, match="S0014"):
        bills.enter(world.draft(person), actor=world.city_claims, key=uuid4())
    assert Bill.everywhere.count() == 1


@pytest.mark.django_db
def test_withdrawn_bill(world: SimpleNamespace) -> None:
    bill = world.bill(world.insured())
    bills.withdraw(bill.pk, actor=world.city_claims, reason="重复")
    assert "已作废" in refused(world, bill)
    # Its number is free again for the right bill.
    bills.enter(world.draft(bill.person, hospital_number=bill.hospital_number), actor=world.city_claims, key=uuid4())


@pytest.mark.django_db
def test_out_of_area_filing_must_fit(world: SimpleNamespace) -> None:
    person = world.insured()
    with pytest.raises(Refused, match="备案类型"):
        bills.enter(world.draft(person, filing="referred"), actor=world.city_claims, key=uuid4())
    made = bills.enter(world.draft(person, provider_id=world.away.pk), actor=world.city_claims, key=uuid4())
    assert (made.filing, made.is_local) == ("none", False)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("table", ["claims_settlement", "claims_billline", "claims_billline_2018"])
@pytest.mark.parametrize("act", ["UPDATE {} SET in_scope_fen = 0", "DELETE FROM {}", "TRUNCATE {}"])
def test_facts_cannot_be_changed_by_the_app_role_nor_by_the_owner(world: SimpleNamespace, table: str, act: str) -> None:
    settlements.settle(world.bill(world.insured()), actor=world.city_claims, key=uuid4())
    assert BillLine.everywhere.filter(period=201803).count() == 1
    with pytest.raises(DatabaseError), connections["default"].cursor() as cursor:
        cursor.execute(act.format(table))
    if not act.startswith("TRUNCATE"):
        # Not even the owner of the tables: the trigger stands behind the missing right.
        name = connections["default"].settings_dict["NAME"]
        with owner_connection(name) as link, pytest.raises(psycopg.DatabaseError, match="只增不改"):
            link.execute(act.format(table))
    assert Settlement.everywhere.count() == 1


@pytest.mark.django_db
def test_the_database_refuses_parts_that_do_not_add_up(world: SimpleNamespace) -> None:
    made = settlements.settle(world.bill(world.insured()), actor=world.city_claims, key=uuid4())
    columns = {
        field.attname: getattr(made, field.attname) for field in Settlement._meta.concrete_fields if field.name != "id"
    }
    for change in ({"basic_fen": made.basic_fen + 1}, {"in_scope_fen": made.in_scope_fen - 1}, {"kind": "reversal"}):
        with pytest.raises(DatabaseError), transaction.atomic():
            Settlement.everywhere.create(**{**columns, "number": "X", "sequence": 9, "attempt": 9, **change})
