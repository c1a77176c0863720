"""How far approved budgets are executed."""

from dataclasses import dataclass
from typing import Any

from core import clock
from core.periods import Month
from funds.codes import BudgetState
from funds.models import Budget
from funds.selectors import books


@dataclass(frozen=True, slots=True)
class Execution:
    """An approved budget against what the books hold of its year so far, in fen."""

    budget: Budget
    through: Month
    income_fen: int
    expenditure_fen: int


def executions(staff: Any, year: int) -> list[Execution]:
    """The latest approved budget of each area and fund for a year, with income and expenditure to the office's month."""
    latest: dict[tuple[int, str], Budget] = {}
    approved = Budget.objects.visible_to(staff).filter(year=year, state=BudgetState.APPROVED)
    for budget in approved.select_related("pooling_area").order_by("pooling_area__code", "fund", "version"):
        latest[budget.pooling_area_id, budget.fund] = budget
    through = min(Month(year, 12), max(Month.of(clock.today()), Month(year, 1)))
    found = []
    for budget in latest.values():
        flows = books.flows(budget.pooling_area_id, budget.fund, Month(year, 1).period, through.period)
        income, spent = sum(flow.income_fen for flow in flows), sum(flow.expenditure_fen for flow in flows)
        found.append(Execution(budget, through, income, spent))
    return found
