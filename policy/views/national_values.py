"""国家标准录入: values after the shipped files, entered by one and approved by another."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import audit
from core.listing import ListPage
from core.refusal import Refused
from office.access import page
from office.acts import act_label
from office.services import approvals
from policy.filters import NationalValueFilter
from policy.forms import NationalValueForm
from policy.law import catalogue
from policy.models import NationalValue
from policy.services import national_values
from policy.tables import NationalValueTable, parameter_name

VALUES = ListPage(
    title=gettext_lazy("国家标准录入"),
    table_class=NationalValueTable,
    rows=lambda staff: NationalValue.objects.visible_to(staff).select_related("made_by", "approved_by"),
    filterset_class=NationalValueFilter,
    order=("-pk",),
    template="policy/national_value_list.html",
    export_permission="office.export",
    empty_text=gettext_lazy("没有后来录入的国家标准，现行数值都随系统载入。"),
)


@page("policy.view")
def national_value_list(request: HttpRequest) -> HttpResponse:
    """Every entered value."""
    return VALUES.respond(request, extra={"may_enter": _may_enter(request)})


@page("policy.draft")
def national_value_new(request: HttpRequest) -> HttpResponse:
    """Enter a value; national staff only, the service says so."""
    form = NationalValueForm(request.POST or None, initial={"parameter": request.GET.get("parameter", "")})
    if request.method == "POST" and form.is_valid():
        try:
            row = national_values.enter(actor=request.user, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        else:
            messages.success(request, _("已录入，等待第二人批准。"))
            return redirect("policy:national_value_detail", pk=row.pk)
    return render(
        request,
        "policy/national_value_form.html",
        {"form": form, "is_national": request.user.is_national, "crumbs": _crumbs()},
        status=400 if form.errors else 200,
    )


@page("policy.view")
def national_value_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One entered value and its way; retracted and withdrawn here."""
    staff = request.user
    row = get_object_or_404(NationalValue.objects.visible_to(staff).select_related("made_by", "approved_by"), pk=pk)
    if request.method == "POST":
        act, reason = request.POST.get("act", ""), request.POST.get("reason", "")
        if act == "retract":
            national_values.retract(row, actor=staff)
            messages.success(request, _("已撤回。"))
        elif act == "withdraw":
            national_values.withdraw(row, actor=staff, reason=reason)
            messages.success(request, _("已撤销。"))
        else:
            raise Refused(_("没有这一操作。请刷新页面后重试。"))
        return redirect("policy:national_value_detail", pk=pk)
    return render(
        request,
        "policy/national_value_detail.html",
        {
            "row": row,
            "name": parameter_name(row.parameter),
            "is_known": row.parameter in catalogue().parameters,
            "approval": approvals.waiting_for(row),
            "may_retract": row.state == "waiting" and row.made_by_id == staff.pk,
            "may_withdraw": row.state == "approved" and staff.can("policy.approve") and staff.is_national,
            "entries": [
                {"title": act_label(entry.act), "at": entry.at, "who": entry.actor_name, "reason": entry.reason}
                for entry in audit.history(row)
            ],
            "crumbs": _crumbs(),
        },
    )


def _may_enter(request: HttpRequest) -> bool:
    return bool(request.user.can("policy.draft") and request.user.is_national)


def _crumbs() -> list[dict[str, str]]:
    return [{"label": _("国家标准录入"), "url": reverse("policy:national_value_list")}]
