"""What stands in the books: trial balance, sums by account and month, an entry's lines and facts."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q, Sum

from core.periods import Month
from funds.codes import AccountKind
from funds.models import Account, Book, JournalEntry, JournalLine


@dataclass(frozen=True, slots=True)
class AccountBalance:
    """One account of a book: what stood before the period, what moved in it, what stands after; debit above zero, in fen."""

    account: Account
    opening_fen: int
    debit_fen: int
    credit_fen: int
    closing_fen: int


def _lines(books: Iterable[Book]) -> Q:
    ids = [book.pk for book in books]
    return Q(entry_id__in=JournalEntry.everywhere.filter(book_id__in=ids).values("pk"))


def trial_balance(books: Iterable[Book], first: int, last: int) -> list[AccountBalance]:
    """The accounts of these books over the periods first … last (yyyymm). Closing balances sum to zero."""
    rows = (
        JournalLine.everywhere.filter(_lines(books), period__lte=last)
        .values("account_id")
        .annotate(
            opening=Sum("amount_fen", filter=Q(period__lt=first), default=0),
            debit=Sum("amount_fen", filter=Q(period__gte=first, amount_fen__gt=0), default=0),
            credit=Sum("amount_fen", filter=Q(period__gte=first, amount_fen__lt=0), default=0),
        )
        .order_by("account_id")
    )
    accounts = {account.pk: account for account in Account.everywhere.all()}
    found = [
        AccountBalance(
            accounts[row["account_id"]],
            int(row["opening"]),
            int(row["debit"]),
            -int(row["credit"]),
            int(row["opening"] + row["debit"] + row["credit"]),
        )
        for row in rows
    ]
    return sorted(found, key=lambda balance: balance.account.code)


@dataclass(frozen=True, slots=True)
class Flow:
    """One book's income, expenditure and balance at a month's end, in fen; expense and income both above zero."""

    period: int
    income_fen: int
    expenditure_fen: int
    balance_fen: int


def flows(area_id: int, fund: str, first: int, last: int) -> list[Flow]:
    """Month by month from first to last (yyyymm): one statement, whatever the number of entries."""
    rows = {
        row["period"]: row
        for row in JournalLine.everywhere.filter(_lines(Book.everywhere.filter(pooling_area_id=area_id, fund=fund)))
        .filter(period__lte=last)
        .values("period")
        .annotate(
            income=Sum("amount_fen", filter=Q(account__kind=AccountKind.INCOME), default=0),
            expense=Sum("amount_fen", filter=Q(account__kind=AccountKind.EXPENSE), default=0),
            net=Sum("amount_fen", filter=Q(account__kind=AccountKind.NET), default=0),
        )
        .order_by("period")
    }
    found = []
    # Months without entries still have a balance.
    running = -sum(int(r["income"] + r["expense"] + r["net"]) for p, r in rows.items() if p < first)
    month, end = Month.from_period(first), Month.from_period(last)
    while month.period <= end.period:
        row = rows.get(month.period)
        income = -int(row["income"]) if row else 0
        expense = int(row["expense"]) if row else 0
        running += income - expense - (int(row["net"]) if row else 0)
        found.append(Flow(month.period, income, expense, running))
        month = month.next()
    return found
