"""Published years in order, with what rolls, what does not, and how long the balance lasts."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from funds.models import AnnualBook
from funds.rules import balances


@dataclass(frozen=True, slots=True)
class Year:
    """One published year; `adjustment_fen` is None where a figure to compute it is missing."""

    book: AnnualBook
    current_fen: int | None
    adjustment_fen: int | None
    months_payable: Fraction | None
    missing: tuple[str, ...]


def years(staff: Any) -> list[Year]:
    """All years this member of staff may see, earliest first."""
    found: list[Year] = []
    before: dict[tuple[int, str], AnnualBook] = {}
    for book in AnnualBook.objects.visible_to(staff).select_related("region").order_by("region__code", "fund", "year"):
        earlier = before.get((book.region_id, book.fund))
        found.append(_year(book, earlier if earlier and earlier.year == book.year - 1 else None))
        before[book.region_id, book.fund] = book
    return found


def _year(book: AnnualBook, earlier: AnnualBook | None) -> Year:
    names = (("income_fen", "收入"), ("expenditure_fen", "支出"), ("balance_fen", "累计结存"))
    missing = tuple(label for field, label in names if getattr(book, field) is None)
    income, expenditure, balance = book.income_fen, book.expenditure_fen, book.balance_fen
    current = income - expenditure if income is not None and expenditure is not None else None
    adjustment = months = None
    if balance is not None and expenditure is not None:
        months = balances.months_payable(balance, expenditure)
        if income is not None and earlier is not None and earlier.balance_fen is not None:
            adjustment = balances.adjustment_fen(earlier.balance_fen, income, expenditure, balance)
    return Year(book, current, adjustment, months, missing)
