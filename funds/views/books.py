"""Books: trial balance, one account's entries, the journal, an entry with its lines and facts."""

from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.fields import FenField
from core.listing import ListPage
from core.periods import Month
from core.refusal import Refused
from funds.codes import AccountKind
from funds.filters import JournalFilter
from funds.models import Account, Book, JournalEntry, JournalLine
from funds.selectors import books, facts
from funds.tables import JournalTable
from funds.views import place
from office.access import page


def _entries(staff: Any) -> QuerySet[JournalEntry]:
    debit = (
        JournalLine.everywhere.filter(entry_id=OuterRef("pk"), period=OuterRef("period"), amount_fen__gt=0)
        .order_by()
        .values("entry_id")
        .annotate(sum=Sum("amount_fen"))
        .values("sum")
    )
    rows = JournalEntry.objects.visible_to(staff).select_related("book__pooling_area", "posted_by")
    return rows.annotate(debit_fen=Subquery(debit, output_field=FenField()))


JOURNAL = ListPage(
    title=gettext_lazy("记账凭证"),
    table_class=JournalTable,
    rows=_entries,
    filterset_class=JournalFilter,
    order=("-booked_on", "-pk"),
    export_permission="office.export",
)


def _book(request: HttpRequest, pk: int) -> Book:
    rows = Book.objects.visible_to(request.staff).select_related("pooling_area")  # type: ignore[attr-defined]
    found: Book = get_object_or_404(rows, pk=pk)
    return found


@page("funds.view", methods=("GET", "HEAD"))
def trial_balance(request: HttpRequest, pk: int) -> HttpResponse:
    """A book's accounts from January to the month asked for."""
    book, month = _book(request, pk), place.asked_month(request)
    rows = books.trial_balance([book], Month(month.year, 1).period, month.period)
    context = {
        "book": book,
        "month": month,
        "rows": [row for row in rows if row.account.kind != AccountKind.MEMO],
        "memo": [row for row in rows if row.account.kind == AccountKind.MEMO],
        "siblings": Book.objects.visible_to(request.staff).filter(pooling_area=book.pooling_area),  # type: ignore[attr-defined]
        "debit_fen": sum(row.debit_fen for row in rows if row.account.kind != AccountKind.MEMO),
        "credit_fen": sum(row.credit_fen for row in rows if row.account.kind != AccountKind.MEMO),
        "closing_fen": sum(row.closing_fen for row in rows),
        "is_to_confirm": any(not row.account.is_confirmed for row in rows),
        "source": next((row.account.source for row in rows), ""),
        "crumbs": [{"label": _("基金总览"), "url": f"/funds/?area={book.pooling_area.code}&month={month}"}],
    }
    return render(request, "funds/trial_balance.html", context)


@page("funds.view", methods=("GET", "HEAD"))
def account(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    """What moved in one account in one month, entry by entry."""
    book, month = _book(request, pk), place.asked_month(request)
    held = get_object_or_404(Account.objects.visible_to(request.staff), code=code)  # type: ignore[attr-defined]
    lines = {
        line.entry_id: line.amount_fen
        for line in JournalLine.everywhere.filter(
            account=held,
            period=month.period,
            entry_id__in=JournalEntry.everywhere.filter(book=book, period=month.period).values("pk"),
        )
    }
    entries = JournalEntry.everywhere.filter(pk__in=lines).order_by("booked_on", "pk")
    opening = next(
        (b.opening_fen for b in books.trial_balance([book], month.period, month.period) if b.account.pk == held.pk), 0
    )
    running, rows = opening, []
    for entry in entries:
        running += lines[entry.pk]
        rows.append({"entry": entry, "amount_fen": lines[entry.pk], "balance_fen": running})
    context = {
        "book": book, "account": held, "month": month, "rows": rows, "opening_fen": opening, "closing_fen": running,
        "crumbs": [{"label": str(book), "url": f"/books/{book.pk}/?month={month}"}],
    }  # fmt: skip
    return render(request, "funds/account.html", context)


@page("funds.view")
def journal_list(request: HttpRequest) -> HttpResponse:
    """All entries of the area."""
    return JOURNAL.respond(request)


@page("funds.view", methods=("GET", "HEAD"))
def journal_detail(request: HttpRequest, number: str) -> HttpResponse:
    """An entry: its lines, and a page of the facts it sums up."""
    staff = request.staff  # type: ignore[attr-defined]
    entry = get_object_or_404(_entries(staff), number=number)
    lines = JournalLine.everywhere.filter(entry_id=entry.pk, period=entry.period).select_related("account")
    context = {
        "entry": entry,
        "month": Month.from_period(entry.period),
        "lines": lines.order_by("account__code"),
        "facts": facts.of_entry(staff, entry, after=_after(request)),
        "batches": JournalEntry.everywhere.filter(book=entry.book, kind=entry.kind, fact_on=entry.fact_on)
        .exclude(pk=entry.pk)
        .order_by("batch"),
        "crumbs": [{"label": _("记账凭证"), "url": "/journal/"}],
    }
    return render(request, "funds/journal_detail.html", context)


def _after(request: HttpRequest) -> int:
    text = request.GET.get("after", "0")
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise Refused(_("页码不正确。请从第一页重新翻看。"))
    return int(text)
