"""The facts of a bill that a settlement needs, read for one bill or for thousands with the same statement."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection

from claims.services.figures import array

COLUMNS = """
    b.id, b.number, b.person_id, b.provider_id, b.visit_kind, b.filing, b.delivery_kind, b.trait, b.disease,
    b.admitted_on, b.discharged_on, b.stay_days, b.year, b.total_fen, b.full_self_fen, b.over_limit_fen,
    b.first_self_fen, b.in_scope_fen, b.other_fen, b.state, b.settlement_count, b.is_local,
    b.region_id, b.pooling_area_id,
    v.name, v.level, p.name, p.died_on,
    EXISTS (SELECT FROM claims_agreement a WHERE a.provider_id = b.provider_id AND a.state = 'active'
            AND b.discharged_on BETWEEN a.starts_on AND a.ends_on)
"""
"""The columns of `BillFacts`, in its order, out of `TABLES`."""

TABLES = """
    claims_bill b
    JOIN claims_provider v ON v.id = b.provider_id
    JOIN enrollment_person p ON p.id = b.person_id
"""

_FACTS = f"SELECT {COLUMNS} FROM {TABLES} WHERE b.id = ANY(%s::bigint[])"  # noqa: S608 - built from constants of this module


@dataclass(slots=True)
class BillFacts:
    """One bill as the settlement sees it; all amounts in fen. ``id`` is 0 for a bill not yet entered."""

    id: int
    number: str
    person_id: int
    provider_id: int
    visit_kind: str
    filing: str
    delivery_kind: str
    trait: str
    disease: str
    admitted_on: date
    discharged_on: date
    stay_days: int
    year: int
    total_fen: int
    full_self_fen: int
    over_limit_fen: int
    first_self_fen: int
    in_scope_fen: int
    other_fen: int
    state: str
    settlement_count: int
    is_local: bool
    region_id: int
    pooling_area_id: int
    provider_name: str
    level: str
    person_name: str
    died_on: date | None
    has_agreement: bool


def of(bill_ids: Iterable[int]) -> list[BillFacts]:
    """The facts of these bills in the order in which a year is settled: day of discharge, then entry."""
    with connection.cursor() as cursor:
        cursor.execute(_FACTS, [array(bill_ids)])
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    facts = [BillFacts(*row) for row in rows]
    facts.sort(key=lambda bill: (bill.discharged_on, bill.id))
    return facts
