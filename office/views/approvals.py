"""Approvals: the list, and one with what it would change."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import audit
from core.listing import ListPage
from core.refusal import Refused
from office.access import page
from office.acts import act_label
from office.filters import ApprovalFilter
from office.models import Approval
from office.selectors import waiting
from office.services import approvals
from office.tables import ApprovalTable

APPROVALS = ListPage(
    title=gettext_lazy("审批"),
    table_class=ApprovalTable,
    rows=waiting.seen_approvals,
    filterset_class=ApprovalFilter,
    order=("due_on", "pk"),
    orders={"due_on": ("due_on", "pk"), "amount_fen": ("amount_fen", "pk"), "made_at": ("made_at", "pk")},
    export_permission="office.export",
    empty_text=gettext_lazy("没有待审批的事项。"),
)


@page()
def approval_list(request: HttpRequest) -> HttpResponse:
    """What waits for this account's decision, and what it asked for itself."""
    return APPROVALS.respond(request)


@page()
def approval_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One approval with the difference it makes; decided here."""
    staff = request.user
    approval = get_object_or_404(waiting.seen_approvals(staff), pk=pk)
    if request.method == "POST":
        _act(request, approval)
        return redirect("office:approval_detail", pk=approval.pk)
    is_waiting = approval.state == Approval.State.WAITING
    return render(
        request,
        "office/approval_detail.html",
        {
            "approval": approval,
            "lines": difference(approval.before, approval.content),
            "can_decide": is_waiting
            and approval.maker_id != staff.pk
            and staff.can(approval.permission)
            and staff.may_see(approval.region_id),
            "is_own": approval.maker_id == staff.pk,
            "can_withdraw": is_waiting and approval.maker_id == staff.pk,
            "entries": [
                {"title": act_label(entry.act), "at": entry.at, "who": entry.actor_name, "reason": entry.reason}
                for entry in audit.history(approval)
            ],
        },
    )


def _act(request: HttpRequest, approval: Approval) -> None:
    act, reason = request.POST.get("act", ""), request.POST.get("reason", "").strip()
    if act == "withdraw":
        approvals.withdraw(approval, actor=request.user)
        messages.success(request, _("已撤回。"))
    elif act in ("approve", "refuse"):
        decided = approvals.decide(approval, act == "approve", actor=request.user, reason=reason)
        if decided.state == Approval.State.VOID:
            messages.warning(request, _("提交后内容有修改，该审批已失效，没有作出决定。请经办人重新提交。"))
        else:
            messages.success(request, _("已办结：%(state)s。") % {"state": decided.get_state_display()})
    else:
        raise Refused(_("没有这一操作。请刷新页面后重试。"))


def _shown(value: Any) -> Any:
    """A value as a person reads it; a whole document is read on its own page, not here as code."""
    return _("见原记录，共 %(count)s 项") % {"count": len(value)} if isinstance(value, (dict, list)) else value


def difference(before: dict[str, Any], after: dict[str, Any]) -> list[dict[str, Any]]:
    """Line by line: what was, what would be, and whether it differs."""
    keys = list(dict.fromkeys([*before, *after]))
    return [
        {
            "label": key,
            "before": _shown(before.get(key)),
            "after": _shown(after.get(key)),
            "is_changed": before.get(key) != after.get(key),
        }
        for key in keys
    ]
