"""Members of lists whom the register does not bear out: the list, one by one, many at once."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse_lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core import audit
from core.forms import add_refusal
from core.listing import BulkAction, ListPage
from core.refusal import Refused
from enrollment.models import Person
from enrollment.selectors.register import timeline
from office.access import page
from poverty.codes import Decision, MismatchKind, MismatchState
from poverty.filters import MismatchFilter
from poverty.selectors import ledger
from poverty.services import coverage as coverage_services
from poverty.services import matching
from poverty.tables import MismatchTable
from poverty.views.coverage import asked_region

MISMATCHES = ListPage(
    title=_("名单未匹配"),
    table_class=MismatchTable,
    rows=ledger.mismatches,
    filterset_class=MismatchFilter,
    order=("region__code", "pk"),
    orders={"opened_on": ("opened_on", "pk"), "kind": ("kind", "pk")},
    template="poverty/mismatch_list.html",
    bulk_actions=(BulkAction(_("批量核实"), reverse_lazy("poverty:mismatch_close"), permission="poverty.follow"),),
    export_permission="office.export",
    empty_text=_("没有未匹配的记录。"),
)


class DecisionForm(forms.Form):
    """What was found out about a mismatch, and on what ground."""

    decision = forms.ChoiceField(label=_("核实结论"), choices=Decision.choices)
    person = forms.CharField(
        label=_("登记人员编号"),
        max_length=20,
        required=False,
        help_text=_("关联疑似人员以外的人时填写，如 P0000000001"),
    )
    reason = forms.CharField(label=_("处理依据"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))


class BulkDecisionForm(forms.Form):
    """One finding for several mismatches of the same sort."""

    decision = forms.ChoiceField(
        label=_("核实结论"), choices=[choice for choice in Decision.choices if choice[0] != Decision.SAME_PERSON]
    )
    reason = forms.CharField(label=_("处理依据"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))


@page("poverty.view")
def mismatch_list(request: HttpRequest) -> HttpResponse:
    """Who of the lists does not fit the register, by kind, until cleared."""
    staff = request.staff  # type: ignore[attr-defined]
    counts = dict.fromkeys(MismatchKind.values, 0)
    for kind in ledger.open_mismatches(staff).order_by().values_list("kind", flat=True):
        counts[kind] += 1
    tabs = [(kind.label, kind.value, counts[kind.value]) for kind in MismatchKind]
    return MISMATCHES.respond(request, extra={"kinds": tabs, "can_follow": staff.can("poverty.follow")})


@page("poverty.view")
def mismatch_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One mismatch: the list's row beside the register's person, and the decision."""
    staff = request.staff  # type: ignore[attr-defined]
    mismatch = get_object_or_404(ledger.mismatches(staff), pk=pk)
    form = DecisionForm(request.POST or None)
    may_decide = staff.can("poverty.follow") and mismatch.state == MismatchState.OPEN
    if request.method == "POST":
        if not staff.can("poverty.follow"):
            return HttpResponse(status=403)
        if form.is_valid():
            try:
                person = _person(request, form.cleaned_data["person"])
                matching.decide(
                    actor=staff,
                    mismatch=mismatch,
                    decision=form.cleaned_data["decision"],
                    reason=form.cleaned_data["reason"],
                    person=person,
                )
                coverage_services.rebuild(actor=staff, area=mismatch.region)
            except Refused as refusal:
                add_refusal(form, refusal)
            else:
                messages.success(request, gettext("已处理。"))
                return redirect("poverty:mismatch_list")
    candidate = mismatch.candidate
    context = {
        "title": gettext("名单未匹配：%(name)s") % {"name": mismatch.member.name},
        "mismatch": mismatch,
        "member": mismatch.member,
        "marks": mismatch.member.marks.filter(withdrawn_at__isnull=True).order_by("starts_on"),
        "person": mismatch.member.person,
        "candidate": candidate,
        "can_see_candidate": candidate is not None and staff.may_see(candidate.region),
        "can_see_person": mismatch.member.person is not None and staff.may_see(mismatch.member.person.region),
        "form": form if may_decide else None,
        "can_match": staff.can("poverty.follow"),
        "entries": timeline(audit.history(mismatch.member)),
        "crumbs": [{"label": gettext("名单未匹配"), "url": "/poverty/mismatches/?state=open"}],
    }
    return render(request, "poverty/mismatch_detail.html", context)


def _person(request: HttpRequest, number: str) -> Person | None:
    if not number.strip():
        return None
    rows = Person.objects.visible_to(request.staff).filter(merged_into__isnull=True)  # type: ignore[attr-defined]
    person: Person | None = rows.filter(number=number.strip().upper()).select_related("region").first()
    if person is None:
        raise Refused(gettext("本辖区没有编号为 %(number)s 的人员。请核对编号。") % {"number": number}, field="person")
    return person


@page("poverty.follow", methods=("POST",))
def mismatch_close(request: HttpRequest) -> HttpResponse:
    """Several mismatches at once: a preview first, then the decision with one reason."""
    staff = request.staff  # type: ignore[attr-defined]
    picked = [
        int(text) for text in request.POST.getlist("pick") if text.isascii() and text.isdigit() and len(text) < 19
    ]
    rows = list(ledger.open_mismatches(staff).filter(pk__in=picked).order_by("region__code", "pk")[:200])
    if not rows:
        raise Refused(gettext("没有选中待处理的记录。请在列表中勾选后再办理。"))
    is_sent = "decision" in request.POST
    form = BulkDecisionForm(request.POST if is_sent else None)
    if is_sent and form.is_valid():
        for row in rows:
            matching.decide(
                actor=staff, mismatch=row, decision=form.cleaned_data["decision"], reason=form.cleaned_data["reason"]
            )
        coverage_services.rebuild(actor=staff, area=asked_region(staff, ""))
        messages.success(request, gettext("已处理 %(count)s 条。") % {"count": len(rows)})
        return redirect("poverty:mismatch_list")
    context = {"title": gettext("批量核实"), "rows": rows, "form": form,
               "crumbs": [{"label": gettext("名单未匹配"), "url": "/poverty/mismatches/?state=open"}]}  # fmt: skip
    return render(request, "poverty/mismatch_close.html", context)


@page("poverty.follow", methods=("POST",))
def match(request: HttpRequest) -> HttpResponse:
    """Match the area, or the village of one mismatch, against the register as it stands now."""
    staff = request.staff  # type: ignore[attr-defined]
    region = asked_region(staff, request.POST.get("region", ""))
    found = matching.match(actor=staff, area=region)
    coverage_services.rebuild(actor=staff, area=region)
    messages.success(
        request,
        gettext("已重新比对 %(members)s 人，待处理 %(open)s 条。")
        % {"members": found.members, "open": sum(found.mismatches.values())},
    )
    return redirect("poverty:mismatch_list")
