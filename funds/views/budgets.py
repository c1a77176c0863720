"""Yearly budgets: the list and a new version, which goes to approval."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.forms import add_refusal
from core.listing import ListPage
from core.refusal import Refused
from funds.filters import BudgetFilter
from funds.forms import BudgetForm
from funds.models import Budget
from funds.selectors import budgets as selectors
from funds.services import budgets as services
from funds.tables import BudgetTable
from funds.views import place
from office.access import page


def _budgets(staff: Any) -> Any:
    return Budget.objects.visible_to(staff).select_related("pooling_area", "drafted_by", "approved_by")


BUDGETS = ListPage(
    title=gettext_lazy("基金预算"),
    table_class=BudgetTable,
    rows=_budgets,
    filterset_class=BudgetFilter,
    order=("-year", "-pk"),
    template="funds/budget_list.html",
    export_permission="office.export",
)


@page("funds.view")
def budget_list(request: HttpRequest) -> HttpResponse:
    """Budgets of the area with the execution of the office's year."""
    staff = request.staff  # type: ignore[attr-defined]
    executions = [] if request.GET.get("export") else selectors.executions(staff, place.asked_year(request))
    return BUDGETS.respond(request, extra={"can_draft": staff.can("funds.budget"), "executions": executions})


@page("funds.budget")
def budget_new(request: HttpRequest) -> HttpResponse:
    """A new version for a year and fund."""
    staff = request.staff  # type: ignore[attr-defined]
    initial = {"year": place.asked_year(request) if request.method == "GET" else None}
    form = BudgetForm(request.POST or None, areas=place.areas(staff), initial=initial)
    if request.method == "POST" and form.is_valid():
        asked = {**form.cleaned_data, "area": place.required_area(request)}
        try:
            made = services.draft(actor=staff, **asked)
        except Refused as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _("预算第 %(version)s 版已提交审批。") % {"version": made.version})
            return redirect("funds:budget_list")
    context = {"title": _("编制预算"), "form": form, "cancel_url": reverse("funds:budget_list")}
    return render(request, "funds/form.html", context)
