"""All that settling one waiting bill reads, in one statement: the bill, its patient's cover, the stamp of policy, a serial."""

from dataclasses import dataclass
from uuid import UUID

from django.db import connection

from claims.selectors.entitlements import Entitlement
from claims.services import policies
from claims.services.facts import COLUMNS, TABLES, BillFacts
from enrollment.selectors import coverage
from office.services import numbering
from policy.selectors import revision

_SEQUENCE = numbering.sequence("settlement")
_COVERAGE, _STATUSES = coverage.lateral("b.person_id", "b.discharged_on")
_POLICY_AND_SERIAL = f"({revision.STAMP}), nextval('{_SEQUENCE}'::regclass)"
_READING = f"""
    SELECT {COLUMNS}, c.category, c.pooling_area_id, c.region_id, c.benefits_start_on, c.is_paid, s.categories, r.code,
           {_POLICY_AND_SERIAL}
    FROM {TABLES}
    LEFT JOIN LATERAL ({_COVERAGE}) c ({coverage.COVERAGE_COLUMNS}) ON true
    LEFT JOIN LATERAL ({_STATUSES}) s ({coverage.STATUSES_COLUMNS}) ON true
    LEFT JOIN office_region r ON r.id = c.region_id
    WHERE b.id = %s
"""  # noqa: S608 - built from constants of the rooms
_WIDTH = len(BillFacts.__dataclass_fields__)


@dataclass(slots=True)
class Reading:
    """One bill as it is to be settled now. A serial that a refusal leaves unused is lost, which is harmless."""

    bill: BillFacts
    entitlement: Entitlement
    region_code: str
    policy_stamp: UUID | None
    serial: int


def of_bill(bill_id: int) -> Reading:
    """The reading of a stored bill; its year is held by the caller, so that nothing can change before it is settled."""
    with connection.cursor() as cursor:
        cursor.execute(_READING, [bill_id])
        row = cursor.fetchone()
    category, area_id, region_id, start_on, is_paid, statuses, region_code, stamp, serial = row[_WIDTH:]
    held = frozenset(statuses or ())
    entitlement = Entitlement(category or "", area_id, region_id, start_on, bool(is_paid), held)
    return Reading(BillFacts(*row[:_WIDTH]), entitlement, region_code or "", stamp, serial)


def of_entered(bill: BillFacts, entitlement: Entitlement) -> Reading:
    """The reading of a bill that the same transaction has just entered: only stamp and serial are left to read."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {_POLICY_AND_SERIAL}")
        stamp, serial = cursor.fetchone()
    return Reading(bill, entitlement, policies.region_code(entitlement.region_id), stamp, serial)
