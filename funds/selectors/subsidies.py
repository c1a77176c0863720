"""What the treasuries owe an area for a year, what has arrived by a day, and what is in arrears."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import F, QuerySet, Sum, Window
from django.db.models.functions import RowNumber

from funds.codes import Treasury
from funds.models import PremiumTransfer, SubsidyDue, SubsidyReceipt, SubsidyShare


@dataclass(frozen=True, slots=True)
class Figures:
    """Sums in fen: the year's due, the part whose day has come, what arrived, and what is late."""

    due_fen: int
    fallen_due_fen: int
    arrived_fen: int
    arrears_fen: int

    @property
    def outstanding_fen(self) -> int:
        return self.due_fen - self.arrived_fen


@dataclass(frozen=True, slots=True)
class TreasuryFigures:
    """One treasury's share, its latest due and what it sent."""

    treasury: str
    label: Any
    share: SubsidyShare | None
    due: SubsidyDue | None
    figures: Figures


def standing_dues(area_ids: list[int], year: int) -> list[SubsidyDue]:
    """The latest version of each treasury's due."""
    newest = Window(
        RowNumber(), partition_by=[F("pooling_area"), F("year"), F("treasury")], order_by=F("version").desc()
    )
    rows = SubsidyDue.everywhere.filter(pooling_area__in=area_ids, year=year).annotate(place=newest)
    return list(rows.filter(place=1))


def by_treasury(area_id: int, year: int, last: date) -> list[TreasuryFigures]:
    """Each treasury that shares in the area's subsidy, owes or has sent something, up to a day."""
    dues = {due.treasury: due for due in standing_dues([area_id], year)}
    shares = {share.treasury: share for share in SubsidyShare.everywhere.filter(pooling_area=area_id, year=year)}
    arrived = dict(
        SubsidyReceipt.everywhere.filter(pooling_area=area_id, year=year, arrived_on__lte=last)
        .values_list("treasury")
        .annotate(sum=Sum("arrived_fen"))
    )
    found = []
    for treasury, label in Treasury.choices:
        due = dues.get(treasury)
        if due is None and treasury not in shares and treasury not in arrived:
            continue
        owed = due.due_fen if due else 0
        fallen = owed if due and due.due_on <= last else 0
        came = int(arrived.get(treasury, 0))
        figures = Figures(owed, fallen, came, max(fallen - came, 0))
        found.append(TreasuryFigures(treasury, label, shares.get(treasury), due, figures))
    return found


def figures(area_id: int, year: int, last: date) -> Figures:
    """The area's sums over all treasuries. What one treasury sent too much does not hide what another owes."""
    rows = by_treasury(area_id, year, last)
    return Figures(
        sum(row.figures.due_fen for row in rows),
        sum(row.figures.fallen_due_fen for row in rows),
        sum(row.figures.arrived_fen for row in rows),
        sum(row.figures.arrears_fen for row in rows),
    )


def late(area_ids: list[int], year: int, last: date) -> list[TreasuryFigures]:
    """Treasuries of these areas that are late on a day."""
    return [row for area in area_ids for row in by_treasury(area, year, last) if row.figures.arrears_fen]


def receipts(staff: Any, area_id: int, year: int) -> QuerySet[SubsidyReceipt]:
    """Money that arrived, newest first."""
    rows = SubsidyReceipt.objects.visible_to(staff).filter(pooling_area=area_id, year=year)
    return rows.select_related("received_by").order_by("-arrived_on", "-pk")


def transfers(staff: Any, area_id: int, year: int) -> QuerySet[PremiumTransfer]:
    """Premium handed on to the critical-illness fund."""
    rows = PremiumTransfer.objects.visible_to(staff).filter(pooling_area=area_id, year=year)
    return rows.select_related("transferred_by").order_by("instalment")
