"""The stays that referred bills of a batch may carry their deductible on from."""

from collections.abc import Iterable

from claims.codes import SettlementKind, VisitKind
from claims.models import Settlement
from claims.services.computation import REFERRED, Stays
from claims.services.facts import BillFacts


def of(bills: Iterable[BillFacts]) -> dict[tuple[int, int], Stays]:
    """For each (person, year) with a referred stay among the bills: the last stay settled before; one statement."""
    wanted = {
        (bill.person_id, bill.year)
        for bill in bills
        if bill.visit_kind == VisitKind.INPATIENT and bill.filing in REFERRED
    }
    if not wanted:
        return {}
    found: dict[tuple[int, int], Stays] = {}
    settled = (
        Settlement.everywhere.filter(
            person_id__in={person for person, _ in wanted},
            year__in={year for _, year in wanted},
            kind=SettlementKind.SETTLEMENT,
            reversal__isnull=True,
            visit_kind=VisitKind.INPATIENT,
        )
        .order_by("person_id", "year", "sequence")
        .values_list("person_id", "year", "bill__discharged_on", "deductible_fen")
    )
    for person_id, year, discharged_on, deductible_fen in settled:
        found.setdefault((person_id, year), Stays()).add(VisitKind.INPATIENT, discharged_on, deductible_fen)
    return found
