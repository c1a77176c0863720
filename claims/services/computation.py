"""From a bill's facts to the engine's case and back to figures: the same for preview, window, batch and replay."""

from collections.abc import Mapping
from datetime import date, timedelta
from operator import attrgetter
from typing import Any

from claims.codes import FilingKind, VisitKind
from claims.rules import Amounts, Case, OtherPayer, Settlement, Year
from claims.selectors.entitlements import Entitlement
from claims.services.facts import BillFacts
from claims.services.figures import AMOUNTS

REFERRED = {FilingKind.IN_PROVINCE_REFERRED.value, FilingKind.REFERRED.value}
OTHER_PAYER = "其他支付方"
_ZERO = Year()
_amounts = attrgetter(*AMOUNTS)


def case_of(bill: BillFacts, entitlement: Entitlement, year: Year, carried_fen: int) -> Case:
    """The engine's case for a bill: category and statuses of the day of discharge, the year as used up so far."""
    return Case(
        visit_kind=bill.visit_kind,
        level=bill.level,
        amounts=Amounts(bill.full_self_fen, bill.over_limit_fen, bill.first_self_fen, bill.in_scope_fen),
        statuses=frozenset(entitlement.statuses),
        category=entitlement.category,
        filing=bill.filing,
        year=year,
        carried_deductible_fen=carried_fen,
        delivery_mode=bill.delivery_kind,
        trait=bill.trait or "none",
        disease=bill.disease,
        other_payers=(OtherPayer(OTHER_PAYER, bill.other_fen),) if bill.other_fen else (),
    )


def stored_case(case: Case, bill: BillFacts) -> dict[str, Any]:
    """The case without its year, to be settled again under other running totals; empty values are left out."""
    amounts = case.amounts or Amounts()
    stored: dict[str, Any] = {
        "visit_kind": case.visit_kind,
        "level": case.level,
        "amounts": list(amounts),
        "category": case.category,
        "filing": case.filing,
        "admitted_on": bill.admitted_on.isoformat(),
        "discharged_on": bill.discharged_on.isoformat(),
    }
    if case.statuses:
        stored["statuses"] = sorted(case.statuses)
    if case.delivery_mode:
        stored["delivery_mode"] = case.delivery_mode
    if case.trait != "none":
        stored["trait"] = case.trait
    if case.disease:
        stored["disease"] = case.disease
    if case.other_payers:
        stored["other_payers"] = [list(payer) for payer in case.other_payers]
    return stored


def revived_case(stored: Mapping[str, Any], year: Year, carried_fen: int) -> Case:
    """A stored case with the running totals it is to be settled under."""
    return Case(
        visit_kind=stored["visit_kind"],
        level=stored["level"],
        amounts=Amounts(*stored["amounts"]),
        statuses=frozenset(stored.get("statuses", ())),
        category=stored["category"],
        filing=stored["filing"],
        year=year,
        carried_deductible_fen=carried_fen,
        delivery_mode=stored.get("delivery_mode", ""),
        trait=stored.get("trait", "none"),
        disease=stored.get("disease", ""),
        other_payers=tuple(OtherPayer(*payer) for payer in stored.get("other_payers", ())),
    )


def amounts_of(result: Settlement) -> dict[str, int]:
    """The stored amounts of an engine's settlement."""
    return dict(zip(AMOUNTS, _amounts(result), strict=True))


def year_of(stored: Mapping[str, int]) -> Year:
    """Running totals from their stored form (figures that are zero are left out there)."""
    return Year(**stored) if stored else _ZERO


def stored_year(year: Year) -> dict[str, int]:
    """Running totals, or a change of them, without the zeros."""
    return {name: figure for name, figure in zip(Year._fields, year, strict=True) if figure}


class Stays:
    """The last inpatient stay of a person's year, for a deductible that a referral carries on."""

    def __init__(self) -> None:
        self.discharged_on: date | None = None
        self.deductible_fen = 0

    def carried_fen(self, visit_kind: str, filing: str, admitted_on: date) -> int:
        """转诊连续计算起付线: what the stay that referred this one has already taken; 0 when there is none.

        A referral follows the earlier stay on the same or the next day.
        """
        if visit_kind != VisitKind.INPATIENT or filing not in REFERRED or self.discharged_on is None:
            return 0
        follows = timedelta(0) <= admitted_on - self.discharged_on <= timedelta(days=1)
        return self.deductible_fen if follows else 0

    def add(self, visit_kind: str, discharged_on: date, deductible_fen: int) -> None:
        """Remember a settled stay."""
        if visit_kind == VisitKind.INPATIENT:
            self.discharged_on, self.deductible_fen = discharged_on, deductible_fen
