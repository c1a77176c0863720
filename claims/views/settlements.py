"""Settlements: the list, one settlement with its explanation, the sheet, the reversal."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from claims import sheets
from claims.filters import SettlementFilter
from claims.forms import ReversalForm
from claims.models import Settlement
from claims.selectors import explanations, settled
from claims.selectors.histories import timeline
from claims.services import policies, reversals
from claims.tables import SettlementTable
from core.forms import add_refusal
from core.listing import ListPage
from core.printing.responses import pdf_or_browser
from core.refusal import Refused
from office.access import page

SETTLEMENTS = ListPage(
    title=gettext_lazy("结算单"),
    table_class=SettlementTable,
    rows=settled.settlements,
    filterset_class=SettlementFilter,
    order=("-pk",),
    orders={"settled_on": ("settled_on", "pk"), "total_fen": ("total_fen", "pk")},
    export_name=gettext_lazy("结算单"),
)


def _visible(request: HttpRequest, number: str) -> Settlement:
    rows = Settlement.objects.visible_to(request.user).select_related(
        "person", "provider", "bill", "region", "pooling_area", "snapshot", "reverses", "adjusts", "cause", "settled_by"
    )
    found: Settlement = get_object_or_404(rows, number=number)
    return found


@page("claims.view")
def settlement_list(request: HttpRequest) -> HttpResponse:
    """All settlements of the area."""
    return SETTLEMENTS.respond(request)


@page("claims.view", methods=("GET", "HEAD"))
def settlement_detail(request: HttpRequest, number: str) -> HttpResponse:
    """One settlement: amounts as they stand, why, what it reverses or was reversed by, its history."""
    settlement = _visible(request, number)
    now = settled.standing(settlement)
    terms = policies.stored_terms(settlement.snapshot_id)
    original = settlement.reverses if settlement.reverses_id else settlement
    steps = now.steps or (original.steps if original is not None else [])
    rows = settled.year_rows(settlement.person_id, settlement.year)
    context = {
        "settlement": settlement,
        "standing": now,
        "amounts": now.amounts,
        "explanation": explanations.lines(steps, terms),
        "is_illustrative": explanations.is_illustrative(terms, steps),
        "relief_parts": explanations.relief_parts(settlement, rows) if settlement.kind == "settlement" else [],
        "year_total": settled.year_total(settlement.person_id, settlement.year),
        "effects": settlement.effects.order_by("sequence"),
        "can_reverse": request.user.can("claims.reverse") and settled.is_reversible(settlement, now.reversal),
        "entries": timeline(settlement),
        "print_now": "print" in request.GET,
    }
    return render(request, "claims/settlement_detail.html", context)


@page("claims.view", methods=("GET", "HEAD"))
def settlement_print(request: HttpRequest, number: str) -> HttpResponse:
    """The sheet (一单制) as PDF; ``?explain=1`` adds the explanation with clauses."""
    settlement = _visible(request, number)
    return pdf_or_browser(
        request,
        lambda: sheets.settlement_sheet(settlement, printed_by=request.user.name, explains="explain" in request.GET),
        file_name=f"{settlement.number}.pdf",
        browser_url=reverse("claims:settlement_detail", args=[settlement.number]),
    )


@page("claims.reverse")
def settlement_reverse(request: HttpRequest, number: str) -> HttpResponse:
    """Reverse a settlement: what it changes first, then the reason and the act."""
    settlement = _visible(request, number)
    form = ReversalForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            made = reversals.reverse(
                settlement.pk, actor=request.user, reason=form.cleaned_data["reason"], key=form.cleaned_data["key"]
            )
        except Refused as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _("已冲正，冲正单 %(number)s；原单据恢复为待结算。") % {"number": made.number})
            return redirect("claims:settlement_detail", number=made.number)
    try:
        plan, problem = reversals.preview(settlement), ""
    except Refused as refusal:
        plan, problem = None, str(refusal)
    context = {"settlement": settlement, "form": form, "plan": plan, "problem": problem}
    return render(request, "claims/settlement_reverse.html", context)
