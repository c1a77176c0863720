"""One area's funds at a month's end: income, expenditure, balance, and how many months the balance lasts."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _

from core.periods import Month
from funds.codes import EntryKind, Fund
from funds.models import Book, JournalEntry, RiskWarning
from funds.rules import balances
from funds.selectors import books
from funds.selectors.books import Flow
from office.models import Region

WINDOW = 12
LEAST_MONTHS = 3


@dataclass(frozen=True, slots=True)
class Span:
    """The last months of a book up to a month: never before the month the book was opened in."""

    book: Book
    flows: tuple[Flow, ...]
    has_opening: bool

    @property
    def income_fen(self) -> int:
        return sum(flow.income_fen for flow in self.flows)

    @property
    def expenditure_fen(self) -> int:
        return sum(flow.expenditure_fen for flow in self.flows)

    @property
    def balance_fen(self) -> int:
        return self.flows[-1].balance_fen


def span(area_id: int, fund: str, period: int, months: int = WINDOW) -> Span | None:
    """The book's last `months` months; fewer when it is younger, None before it was opened or where there is none."""
    book = Book.everywhere.filter(pooling_area_id=area_id, fund=fund).first()
    last = Month.from_period(period)
    if book is None or last.last < book.opened_on:
        return None
    first = max(last.plus(1 - months), Month.of(book.opened_on))
    opening = JournalEntry.everywhere.filter(book=book, kind=EntryKind.OPENING, period__lte=period).exists()
    return Span(book, tuple(books.flows(area_id, fund, first.period, period)), opening)


@dataclass(frozen=True, slots=True)
class MonthsPayable:
    """累计结余可支付月数 with what it was worked out from; without a value, what is missing."""

    value: Fraction | None
    balance_fen: int
    expenditure_fen: int
    months: int
    missing: str = ""


def months_payable(
    area_id: int, period: int, fund: str = Fund.BASIC, *, months: int = WINDOW, least_months: int = LEAST_MONTHS
) -> MonthsPayable:
    """The balance over the mean expenditure of the last 12 months, which at a year's end is the bulletin's method.

    A younger book takes the months it has, from `least_months` on. Example: a balance of 90 and 40 spent in 4 months
    last 9 months.
    """
    found = span(area_id, fund, period, months)
    if found is None:
        return MonthsPayable(None, 0, 0, 0, _("尚未建账"))
    held = len(found.flows)
    figures = (found.balance_fen, found.expenditure_fen, held)
    if not found.has_opening:
        return MonthsPayable(None, *figures, _("未录入期初余额（上年累计结余）"))
    if held < least_months:
        return MonthsPayable(None, *figures, too_young(held, least_months))
    value = balances.months_payable(found.balance_fen, found.expenditure_fen, held)
    return MonthsPayable(value, *figures, "" if value is not None else _("所取月份没有支出"))


def too_young(held: int, least: int) -> str:
    """Says that a book holds fewer months than an indicator needs."""
    return _("账套只有 %(held)s 个月的账，满 %(least)s 个月后计算") % {"held": held, "least": least}


@dataclass(frozen=True, slots=True)
class FundFigures:
    """One fund: the year's income and expenditure so far, and the balance at the month's end."""

    book: Book
    label: Any
    income_fen: int
    expenditure_fen: int
    balance_fen: int
    flows: tuple[Flow, ...]

    @property
    def current_fen(self) -> int:
        return self.income_fen - self.expenditure_fen


@dataclass(frozen=True, slots=True)
class Overview:
    """An area's three funds at a month's end."""

    area: Region
    period: int
    funds: tuple[FundFigures, ...]
    months_payable: MonthsPayable
    warnings: tuple[RiskWarning, ...]

    @property
    def basic(self) -> FundFigures | None:
        return next((fund for fund in self.funds if fund.book.fund == Fund.BASIC), None)


def overview(area: Region, period: int) -> Overview:
    """The area's funds from January to this month. Empty where the area has no books."""
    month = Month.from_period(period)
    ledgers = {book.fund: book for book in Book.everywhere.filter(pooling_area=area).select_related("pooling_area")}
    funds = []
    for fund, label in Fund.choices:
        if fund not in ledgers:
            continue
        flows = tuple(books.flows(area.pk, fund, Month(month.year, 1).period, period))
        income, spent = sum(flow.income_fen for flow in flows), sum(flow.expenditure_fen for flow in flows)
        funds.append(FundFigures(ledgers[fund], label, income, spent, flows[-1].balance_fen, flows))
    graded = RiskWarning.everywhere.filter(pooling_area=area, period=period, is_latest=True)
    return Overview(area, period, tuple(funds), months_payable(area.pk, period), tuple(graded.order_by("indicator")))
