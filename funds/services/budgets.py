"""Yearly budgets: drafted here, approved by a second person in the office's approvals; a version is never overwritten."""

from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import audit, money
from core.refusal import Forbidden, Refused
from funds.codes import BudgetState, Fund
from funds.models import Budget
from office.models import Approval, Region
from office.services import approvals

KIND = "funds.budget"


@transaction.atomic
def draft(
    *,
    actor: Any,
    area: Region,
    year: int,
    fund: str,
    income_fen: int,
    expenditure_fen: int,
    deficit_reason: str = "",
    is_illustrative: bool = False,
) -> Budget:
    """A new version of the year's budget, put up for approval; refuses a deficit without a reason (国发〔2007〕20号 二（六）)."""
    if not (actor.can("funds.budget") and actor.may_see(area)):
        raise Forbidden()
    if fund not in Fund.values:
        raise Refused(_("基金不在可选范围内。请选择基金。"), field="fund")
    if income_fen < 0 or expenditure_fen <= 0:
        raise Refused(_("收入预算不能为负，支出预算须大于零。请核对金额。"), field="expenditure_fen")
    if expenditure_fen > income_fen and not deficit_reason.strip():
        raise Refused(
            _("支出预算比收入预算多 %(yuan)s 元。以收定支、收支平衡、略有结余：赤字预算须说明原因。")
            % {"yuan": money.yuan(expenditure_fen - income_fen)},
            field="deficit_reason",
        )
    # Versions of one area are numbered one after the other.
    list(Region.everywhere.select_for_update(of=("self",)).filter(pk=area.pk))
    versions = Budget.everywhere.filter(pooling_area=area, year=year, fund=fund)
    latest = versions.order_by("-version").first()
    if latest is not None and latest.state == BudgetState.DRAFT and approvals.waiting_for(latest):
        raise Refused(
            _("%(year)s 年预算第 %(version)s 版正在审批。请等待审批，或先撤回。")
            % {"year": year, "version": latest.version}
        )
    made = Budget.everywhere.create(
        pooling_area=area,
        year=year,
        fund=fund,
        version=latest.version + 1 if latest else 1,
        income_fen=income_fen,
        expenditure_fen=expenditure_fen,
        deficit_reason=deficit_reason.strip()[:200],
        is_illustrative=is_illustrative,
        drafted_by=actor,
    )
    approvals.request(
        KIND,
        made,
        content(made),
        actor=actor,
        region=area,
        amount_fen=expenditure_fen,
        reason=deficit_reason.strip()[:200],
        url=f"{reverse('funds:budget_list')}?area={area.code}&year={year}",
        title=_("%(area)s %(year)s 年%(fund)s预算 第 %(version)s 版")
        % {"area": area.name, "year": year, "fund": made.get_fund_display(), "version": made.version},
    )
    return made


def content(budget: Budget) -> dict[str, Any]:
    """What is approved."""
    return {
        str(_("年度")): budget.year,
        str(_("收入预算")): money.yuan(budget.income_fen),
        str(_("支出预算")): money.yuan(budget.expenditure_fen),
        str(_("赤字原因")): budget.deficit_reason,
    }


def approved(budget: Budget, approval: Approval, actor: Any) -> None:
    """Called in the decision's transaction."""
    budget.state, budget.approved_by = BudgetState.APPROVED, actor
    budget.save(update_fields=["state", "approved_by"])
    audit.record(actor, "funds.budget.approved", budget)


def _load(object_id: str) -> Budget:
    return Budget.everywhere.select_for_update(of=("self",)).get(pk=object_id)


def register() -> None:
    """Declares the matter to the office's approvals."""
    approvals.register(KIND, gettext_lazy("基金预算"), "office.approve", approved, load=_load, content=content)
