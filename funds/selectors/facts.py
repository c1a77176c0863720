"""The facts an entry sums up, a page at a time: those of its area, kind and day that its run took in."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from claims.models import Settlement
from enrollment.models import Payment
from funds.codes import EntryKind, Fund
from funds.models import JournalEntry, PremiumTransfer, SubsidyDue, SubsidyReceipt

PAGE = 50


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact: its number, what it is, its amount in this entry's fund, and where it is shown."""

    label: str
    text: str
    amount_fen: int
    url: str


@dataclass(frozen=True, slots=True)
class FactPage:
    """Facts in order of their keys; `next_after` leads to the next page."""

    rows: list[Fact]
    next_after: int | None


def of_entry(staff: Any, entry: JournalEntry, after: int = 0, size: int = PAGE) -> FactPage:
    """A page of the entry's facts after a key. Dues and openings have none of their own: a dues entry is a difference."""
    source = SOURCES.get(entry.kind)
    if source is None:
        return FactPage([], None)
    rows, shown = source
    found = list(
        rows(staff, entry)
        .filter(
            pooling_area=entry.book.pooling_area_id,
            recorded_at__gt=entry.recorded_after,
            recorded_at__lte=entry.recorded_through,
            pk__gt=after,
        )
        .order_by("pk")[: size + 1]
    )
    page = found[:size]
    return FactPage([shown(entry, row) for row in page], page[-1].pk if len(found) > size else None)


def _payments(staff: Any, entry: JournalEntry) -> QuerySet[Payment]:
    rows = Payment.objects.visible_to(staff).filter(booked_on=entry.fact_on)
    return rows.filter(kind="aid") if entry.kind == EntryKind.PREMIUM_AID else rows.exclude(kind="aid")


def _payment(entry: JournalEntry, row: Payment) -> Fact:
    return Fact(
        row.number, str(row.get_kind_display()), row.amount_fen, f"{reverse('enrollment:payments')}?year={row.year}"
    )


def _settlements(staff: Any, entry: JournalEntry) -> QuerySet[Settlement]:
    return Settlement.objects.visible_to(staff).filter(settled_on=entry.fact_on)


def _settlement(entry: JournalEntry, row: Settlement) -> Fact:
    amounts = {Fund.BASIC: row.basic_fen, Fund.CRITICAL: row.critical_fen, Fund.AID: row.aid_fen}
    text = f"{row.get_kind_display()} {row.get_visit_kind_display()}"
    url = reverse("claims:settlement_detail", args=[row.number])
    return Fact(row.number, text, amounts[Fund(entry.book.fund)], url)


def _subsidy_page(entry: JournalEntry, year: int) -> str:
    return f"{reverse('funds:subsidies')}?area={entry.book.pooling_area.code}&year={year}"


def _receipt(entry: JournalEntry, row: SubsidyReceipt) -> Fact:
    return Fact(row.voucher, str(row.get_treasury_display()), row.arrived_fen, _subsidy_page(entry, row.year))


def _due(entry: JournalEntry, row: SubsidyDue) -> Fact:
    return Fact(
        f"{row.year}-{row.version}", str(row.get_treasury_display()), row.change_fen, _subsidy_page(entry, row.year)
    )


def _transfer(entry: JournalEntry, row: PremiumTransfer) -> Fact:
    return Fact(f"{row.year}-{row.instalment}", f"{row.headcount:,}", row.amount_fen, _subsidy_page(entry, row.year))


SOURCES: dict[str, tuple[Callable[[Any, JournalEntry], QuerySet[Any]], Callable[[JournalEntry, Any], Fact]]] = {
    EntryKind.PAYMENTS: (_payments, _payment),
    EntryKind.PREMIUM_AID: (_payments, _payment),
    EntryKind.SETTLEMENTS: (_settlements, _settlement),
    EntryKind.SUBSIDY: (
        lambda staff, entry: SubsidyReceipt.objects.visible_to(staff).filter(arrived_on=entry.fact_on),
        _receipt,
    ),
    EntryKind.SUBSIDY_DUE: (
        lambda staff, entry: SubsidyDue.objects.visible_to(staff).filter(worked_out_on=entry.fact_on),
        _due,
    ),
    EntryKind.TRANSFER: (
        lambda staff, entry: PremiumTransfer.objects.visible_to(staff).filter(transferred_on=entry.fact_on),
        _transfer,
    ),
}
