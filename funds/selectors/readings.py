"""Readings of the risk indicators: numerator, denominator and evidence, or what is missing. One function for each."""

from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from typing import Any

from django.db.models import Count, Q, Sum
from django.urls import reverse
from django.utils.translation import gettext as _

from claims.codes import ProviderLevel
from claims.models import MonthlySummary
from core.periods import Month
from enrollment.codes import HardshipCategory
from enrollment.models import Campaign, Due, Enrollment, Payment
from funds.codes import BudgetState, Fund
from funds.indicators import Indicator
from funds.models import Budget, PremiumTransfer
from funds.selectors import overview, subsidies
from funds.selectors.books import Flow
from funds.selectors.overview import Span
from office.models import Region

PARTS = 1_000_000
TWO_AND_UP = (ProviderLevel.TWO, ProviderLevel.THREE)
RURAL_POOR = (
    HardshipCategory.DESTITUTE,
    HardshipCategory.REGISTERED_POOR,
    HardshipCategory.REGISTERED_POOR_LIFTED,
    HardshipCategory.RETURNED_POOR,
)


@dataclass(frozen=True, slots=True)
class Reading:
    """What an indicator came to; the value is numerator ÷ denominator. `missing` set: there is none, and why."""

    numerator: int | None = None
    denominator: int | None = None
    missing: str = ""
    evidence: tuple[dict[str, Any], ...] = field(default=())

    @property
    def value(self) -> Fraction | None:
        if self.numerator is None or not self.denominator:
            return None
        return Fraction(self.numerator, self.denominator)


class Situation:
    """An area at a month's end; what several indicators read is read once."""

    def __init__(self, area: Region, month: Month) -> None:
        self.area, self.month = area, month
        self._spans: dict[str, Span | None] = {}

    def span(self, fund: str) -> Span | None:
        """Up to two years of a fund's months, so that the year before can be compared."""
        if fund not in self._spans:
            self._spans[fund] = overview.span(self.area.pk, fund, self.month.period, months=24)
        return self._spans[fund]

    def window(self, indicator: Indicator) -> tuple[tuple[Flow, ...], str]:
        """The indicator's months, or what keeps it from being read."""
        span = self.span(indicator.fund)
        if span is None:
            return (), _("尚未建账")
        flows = span.flows[-indicator.months :]
        if len(flows) < indicator.least_months:
            return (), overview.too_young(len(flows), indicator.least_months)
        return flows, ""

    def year_to_date(self, fund: str, year: int) -> tuple[Flow, ...]:
        """January to this month of a year; empty unless the book holds all of them."""
        span = self.span(fund)
        last = Month(year, self.month.month).period
        flows = tuple(f for f in span.flows if year * 100 < f.period <= last) if span else ()
        return flows if len(flows) == self.month.month else ()

    @cached_property
    def page(self) -> str:
        return f"{reverse('funds:overview')}?area={self.area.code}&month={self.month}"


def money(label: str, fen: int, url: str = "") -> dict[str, Any]:
    """One amount of the evidence."""
    return {"label": label, "fen": fen, "url": url}


def count(label: str, number: int, url: str = "") -> dict[str, Any]:
    """One number of the evidence."""
    return {"label": label, "count": number, "url": url}


def _sums(flows: tuple[Flow, ...], page: str) -> tuple[int, int, tuple[dict[str, Any], ...]]:
    income, spent = sum(flow.income_fen for flow in flows), sum(flow.expenditure_fen for flow in flows)
    evidence = (money(_("收入"), income, page), money(_("支出"), spent, page), count(_("所取月数"), len(flows)))
    return income, spent, evidence


def current_balance(at: Situation, indicator: Indicator) -> Reading:
    """Income less expenditure of the window: a year, since a fund's income comes in seasons."""
    flows, missing = at.window(indicator)
    if missing:
        return Reading(missing=missing)
    income, spent, evidence = _sums(flows, at.page)
    return Reading(income - spent, 1, evidence=evidence)


def expenditure_income(at: Situation, indicator: Indicator) -> Reading:
    """Expenditure over income of the window."""
    flows, missing = at.window(indicator)
    if missing:
        return Reading(missing=missing)
    income, spent, evidence = _sums(flows, at.page)
    if income <= 0:
        return Reading(missing=_("所取月份没有收入"), evidence=evidence)
    return Reading(spent, income, evidence=evidence)


def cumulative_balance(at: Situation, indicator: Indicator) -> Reading:
    """What the fund holds; nothing is said of a fund whose opening balance is not booked."""
    span = at.span(indicator.fund)
    if span is None:
        return Reading(missing=_("尚未建账"))
    if not span.has_opening:
        return Reading(missing=_("未录入期初余额（上年累计结余）"))
    return Reading(span.balance_fen, 1, evidence=(money(_("累计结余"), span.balance_fen, at.page),))


def months_payable(at: Situation, indicator: Indicator) -> Reading:
    """How many months the balance lasts at the window's mean expenditure."""
    flows, missing = at.window(indicator)
    span = at.span(indicator.fund)
    if missing or span is None:
        return Reading(missing=missing)
    if not span.has_opening:
        return Reading(missing=_("未录入期初余额（上年累计结余）"))
    _income, spent, evidence = _sums(flows, at.page)
    if spent <= 0:
        return Reading(missing=_("所取月份没有支出"), evidence=evidence)
    return Reading(span.balance_fen * len(flows), spent, evidence=(money(_("累计结余"), span.balance_fen), *evidence))


def growth_gap(at: Situation, indicator: Indicator) -> Reading:
    """Growth of expenditure less growth of income, this year so far against the same months of last year."""
    now = at.year_to_date(indicator.fund, at.month.year)
    before = at.year_to_date(indicator.fund, at.month.year - 1)
    if not now or not before:
        return Reading(missing=_("账套没有上年同期的账"))
    income, spent, _evidence = _sums(now, at.page)
    income_before, spent_before, _evidence = _sums(before, at.page)
    evidence = (
        money(_("本年收入"), income, at.page), money(_("本年支出"), spent, at.page),
        money(_("上年同期收入"), income_before), money(_("上年同期支出"), spent_before),
    )  # fmt: skip
    if income_before <= 0 or spent_before <= 0:
        return Reading(missing=_("上年同期没有收入或支出"), evidence=evidence)
    gap = Fraction(spent, spent_before) - Fraction(income, income_before)
    return Reading(round(gap * PARTS), PARTS, evidence=evidence)


def budget_execution(at: Situation, indicator: Indicator) -> Reading:
    """How far the year's expenditure lies from the approved budget's part for the months gone by, either way."""
    budget = (
        Budget.everywhere.filter(
            pooling_area=at.area, year=at.month.year, fund=indicator.fund, state=BudgetState.APPROVED
        )
        .order_by("-version")
        .first()
    )
    if budget is None:
        return Reading(missing=_("没有已批准的 %(year)s 年预算") % {"year": at.month.year})
    flows = at.year_to_date(indicator.fund, at.month.year)
    if len(flows) < indicator.least_months:
        return Reading(missing=overview.too_young(len(flows), indicator.least_months))
    _income, spent, _evidence = _sums(flows, at.page)
    # Twelfths, so that both sides stay whole: spent × 12 against budget × months.
    planned = budget.expenditure_fen * at.month.month
    evidence = (
        money(_("本年支出"), spent, at.page),
        money(_("支出预算"), budget.expenditure_fen, reverse("funds:budget_list")),
        count(_("预算版本"), budget.version),
    )
    return Reading(abs(spent * 12 - planned), planned, evidence=evidence)


def collection(at: Situation, indicator: Indicator) -> Reading:
    """The share of the year's personal dues that is not paid by the month's end."""
    year, dues = at.month.year, f"{reverse('enrollment:dues')}?year={at.month.year}"
    due = Due.everywhere.filter(pooling_area=at.area, year=year).exclude(state="cancelled").aggregate(
        fen=Sum("personal_fen", default=0)
    )["fen"]  # fmt: skip
    if not due:
        return Reading(missing=_("%(year)s 年度尚未核定应缴") % {"year": year})
    paid = (
        Payment.everywhere.filter(pooling_area=at.area, year=year, booked_on__lte=at.month.last)
        .exclude(kind="aid")
        .exclude(due__state="cancelled")
        .aggregate(fen=Sum("amount_fen", default=0))["fen"]
    )
    evidence = (money(_("个人应缴"), int(due), dues), money(_("个人实缴"), int(paid), dues))
    return Reading(int(due - paid), int(due), evidence=evidence)


def subsidy_arrival(at: Situation, indicator: Indicator) -> Reading:
    """How much of the subsidies whose day has come has arrived; one treasury's excess does not cover another's arrears."""
    found = subsidies.figures(at.area.pk, at.month.year, at.month.last)
    page = f"{reverse('funds:subsidies')}?area={at.area.code}&year={at.month.year}"
    if not found.due_fen:
        return Reading(missing=_("%(year)s 年应到补助尚未核定") % {"year": at.month.year})
    evidence = (
        money(_("全年应到"), found.due_fen, page), money(_("已到应到日期"), found.fallen_due_fen, page),
        money(_("已到账"), found.arrived_fen, page), money(_("欠拨"), found.arrears_fen, page),
    )  # fmt: skip
    if not found.fallen_due_fen:
        return Reading(missing=_("财政补助尚未到应到日期"), evidence=evidence)
    return Reading(found.fallen_due_fen - found.arrears_fen, found.fallen_due_fen, evidence=evidence)


def participation(at: Situation, indicator: Indicator) -> Reading:
    """People enrolled for the year by the month's end against the year's target."""
    year = at.month.year
    target = Campaign.everywhere.filter(pooling_area=at.area, year=year).values_list("target_count", flat=True).first()
    if not target:
        return Reading(missing=_("未录入 %(year)s 年度目标参保人数") % {"year": year})
    people = (
        Enrollment.everywhere.filter(
            pooling_area=at.area, year=year, in_force=True, registered_on__lte=at.month.last
        ).aggregate(people=Count("person_id", distinct=True))["people"]
    )  # fmt: skip
    page = f"{reverse('enrollment:person_list')}?year={year}&covered=yes"
    return Reading(people, target, evidence=(count(_("参保人数"), people, page), count(_("目标人数"), target)))


def critical_balance(at: Situation, indicator: Indicator) -> Reading:
    """What the critical-illness fund holds once a premium of the year has been handed on."""
    span = at.span(Fund.CRITICAL)
    if span is None:
        return Reading(missing=_("尚未建账"))
    handed = PremiumTransfer.everywhere.filter(
        pooling_area=at.area, year=at.month.year, transferred_on__lte=at.month.last
    ).aggregate(fen=Sum("amount_fen"))["fen"]
    if handed is None:
        return Reading(missing=_("%(year)s 年大病保费尚未划转") % {"year": at.month.year})
    evidence = (
        money(_("本年划入保费"), int(handed), f"{reverse('funds:subsidies')}?area={at.area.code}&year={at.month.year}"),
        money(_("大病保险结余"), span.balance_fen, at.page),
    )
    return Reading(span.balance_fen, 1, evidence=evidence)


def poor_out_of_catalogue(at: Situation, indicator: Indicator) -> Reading:
    """The rural poor's costs outside the catalogue as a share of their costs, providers of level two and up, this year."""
    first = Month(at.month.year, 1).period
    sums = MonthlySummary.everywhere.filter(
        Q(status__in=RURAL_POOR), pooling_area=at.area, period__gte=first, period__lte=at.month.period,
        level__in=TWO_AND_UP,
    ).aggregate(
        total=Sum("total_fen", default=0),
        outside=Sum("full_self_fen", default=0) + Sum("over_limit_fen", default=0),
    )  # fmt: skip
    if not sums["total"]:
        return Reading(missing=_("本年没有贫困患者在二级及以上机构的费用"))
    evidence = (money(_("目录外费用"), int(sums["outside"])), money(_("总费用"), int(sums["total"])))
    return Reading(int(sums["outside"]), int(sums["total"]), evidence=evidence)


READINGS: dict[str, Callable[[Situation, Indicator], Reading]] = {
    one.__name__: one
    for one in (
        current_balance, cumulative_balance, months_payable, expenditure_income, growth_gap, budget_execution,
        collection, subsidy_arrival, participation, critical_balance, poor_out_of_catalogue,
    )
}  # fmt: skip
