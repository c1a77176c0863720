"""Settlements, a person's year, and monthly figures, for people to read."""

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet, Sum

from claims.codes import BillState, SettlementKind
from claims.models import Bill, BillLine, CatalogueItem, MonthlySummary, Settlement, YearTotal
from claims.services.figures import AMOUNTS

_SHOWN = ("person", "provider", "region", "bill")


def settlements(staff: Any) -> QuerySet[Settlement]:
    """The settlements this member of staff may see, with what a list shows of them."""
    return Settlement.objects.visible_to(staff).select_related(*_SHOWN).defer("steps", "facts", "contribution")


def bills(staff: Any) -> QuerySet[Bill]:
    """The bills this member of staff may see."""
    return Bill.objects.visible_to(staff).select_related("person", "provider", "region")


def waiting_bills(staff: Any) -> QuerySet[Bill]:
    """Bills that wait to be settled."""
    return bills(staff).filter(state=BillState.WAITING)


def lines_of(bill: Bill) -> list[dict[str, Any]]:
    """A bill's lines with the names of the catalogue; the caller has come to the bill through its scope."""
    rows = list(BillLine.everywhere.filter(period=bill.period, bill_id=bill.pk).order_by("line_number"))
    names = dict(CatalogueItem.everywhere.filter(code__in=[row.item_code for row in rows]).values_list("code", "name"))
    return [{"line": row, "name": names.get(row.item_code, "")} for row in rows]


def year_rows(person_id: int, year: int) -> list[Settlement]:
    """All settlements of a person's year in order, for replay and history."""
    return list(
        Settlement.everywhere.filter(person_id=person_id, year=year).select_related("provider").order_by("sequence")
    )


def year_total(person_id: int, year: int) -> YearTotal | None:
    """The running totals of a person's year; None when nothing has been settled."""
    return YearTotal.everywhere.filter(person_id=person_id, year=year).first()


@dataclass(frozen=True)
class Standing:
    """What a settlement amounts to now: itself and the adjustments that stand; ``version`` counts them from 1."""

    settlement: Settlement
    adjustments: list[Settlement]
    reversal: Settlement | None

    @property
    def version(self) -> int:
        return 1 + len(self.adjustments)

    @property
    def amounts(self) -> dict[str, int]:
        rows = (self.settlement, *self.adjustments)
        return {name: sum(getattr(row, name) for row in rows) for name in AMOUNTS}

    @property
    def steps(self) -> list[Any]:
        """How it is computed now: the steps of the last adjustment, else its own."""
        return self.adjustments[-1].steps if self.adjustments else self.settlement.steps


def standing(settlement: Settlement) -> Standing:
    """A settlement with its adjustments (those not taken back) and its reversal."""
    adjustments = list(settlement.adjustments.filter(reversal__isnull=True).order_by("sequence"))
    reversal = Settlement.everywhere.filter(reverses=settlement).first()
    return Standing(settlement, adjustments, reversal)


def monthly(staff: Any, **filters: Any) -> QuerySet[MonthlySummary, dict[str, Any]]:
    """Sums of the months this member of staff may see, by month; filters: period__gte, visit_kind, level, status …"""
    return (
        MonthlySummary.objects.visible_to(staff)
        .filter(**filters)
        .values("period")
        .annotate(bills=Sum("bills"), **{name: Sum(name) for name in AMOUNTS})
        .order_by("period")
    )


def is_reversible(settlement: Settlement, reversal: Settlement | None) -> bool:
    """True for a first settlement that stands."""
    return settlement.kind == SettlementKind.SETTLEMENT and reversal is None
