"""标准差距: what local sets fall short of, and working it out anew."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.listing import ListPage
from office.access import page
from policy.filters import FindingFilter
from policy.models import PolicyFinding
from policy.services import findings
from policy.tables import FindingTable

FINDINGS = ListPage(
    title=gettext_lazy("标准差距"),
    table_class=FindingTable,
    rows=lambda staff: PolicyFinding.objects.visible_to(staff).select_related("policy_set__region"),
    filterset_class=FindingFilter,
    order=("-state", "pk"),
    orders={"found_on": ("found_on", "pk")},
    template="policy/finding_list.html",
    export_permission="office.export",
    empty_text=gettext_lazy("没有低于国家规定的地方标准。"),
)


@page("policy.view")
def finding_list(request: HttpRequest) -> HttpResponse:
    """Every finding in the account's area; open ones first."""
    may_recompute = request.user.can_any("policy.draft", "policy.approve") and not request.user.is_read_only
    return FINDINGS.respond(request, extra={"may_recompute": may_recompute})


@page("policy.draft", "policy.approve", methods=("POST",))
def finding_recompute(request: HttpRequest) -> HttpResponse:
    """Hold the sets in force against the law of today."""
    counts = findings.recompute_today(actor=request.user)
    messages.success(request, _("已核对：新增 %(opened)s 项，消除 %(closed)s 项，尚存 %(open)s 项。") % counts)
    return redirect("policy:finding_list")
