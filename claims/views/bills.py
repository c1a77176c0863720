"""Bills: the list, one bill with its preview, settling and withdrawing it."""

from uuid import uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from claims.filters import BillFilter
from claims.forms import WithdrawalForm
from claims.selectors import settled
from claims.selectors.histories import timeline
from claims.services import bills, settlements
from claims.tables import BillTable
from claims.views.window import preview_context
from core.listing import ListPage
from core.refusal import Refused
from office.access import page

BILLS = ListPage(
    title=gettext_lazy("费用单据"),
    table_class=BillTable,
    rows=settled.bills,
    filterset_class=BillFilter,
    order=("-pk",),
    orders={"discharged_on": ("discharged_on", "pk"), "total_fen": ("total_fen", "pk")},
    export_name=gettext_lazy("费用单据"),
)


@page("claims.view")
def bill_list(request: HttpRequest) -> HttpResponse:
    """All bills of the area."""
    return BILLS.respond(request)


@page("claims.view", methods=("GET", "HEAD"))
def bill_detail(request: HttpRequest, number: str) -> HttpResponse:
    """One bill: lines, preview when it waits, its settlements, its history."""
    bill = get_object_or_404(settled.bills(request.user).select_related("pooling_area"), number=number)
    can_settle = request.user.can("claims.settle") and bill.state == "waiting"
    seen = settlements.preview(bill.pk, actor=request.user) if bill.state == "waiting" else None
    context = {
        "bill": bill,
        "lines": settled.lines_of(bill),
        "settlements": bill.settlements.order_by("sequence").defer("steps", "facts"),
        "can_settle": can_settle,
        "key": uuid4(),
        "withdrawal": WithdrawalForm(),
        "entries": timeline(bill),
        **preview_context(seen),
    }
    return render(request, "claims/bill_detail.html", context)


@page("claims.settle", methods=("POST",))
def bill_settle(request: HttpRequest, number: str) -> HttpResponse:
    """Settle a waiting bill."""
    bill = get_object_or_404(settled.bills(request.user), number=number)
    try:
        made = settlements.settle(bill, actor=request.user, key=request.POST.get("key", ""))
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("claims:bill_detail", number=bill.number)
    messages.success(request, _("已结算：%(number)s。") % {"number": made.number})
    return redirect("claims:settlement_detail", number=made.number)


@page("claims.settle", methods=("POST",))
def bill_withdraw(request: HttpRequest, number: str) -> HttpResponse:
    """Withdraw a waiting bill."""
    bill = get_object_or_404(settled.bills(request.user), number=number)
    try:
        bills.withdraw(bill.pk, actor=request.user, reason=request.POST.get("reason", ""))
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("单据 %(number)s 已作废。") % {"number": bill.number})
    return redirect("claims:bill_detail", number=bill.number)
