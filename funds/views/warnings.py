"""Risk warnings: the list, and one with its evidence, versions and handling."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.forms import add_refusal
from core.listing import ListPage
from core.refusal import Forbidden, Refused
from funds.codes import WarningState
from funds.filters import WarningFilter
from funds.forms import StepForm
from funds.models import RiskWarning
from funds.selectors import warnings as selectors
from funds.services import warnings as services
from funds.tables import WarningTable
from office.access import page

WARNINGS = ListPage(
    title=gettext_lazy("风险预警"),
    table_class=WarningTable,
    rows=selectors.rows,
    filterset_class=WarningFilter,
    order=("-period", "-pk"),
    export_permission="office.export",
)


@page("funds.view")
def warning_list(request: HttpRequest) -> HttpResponse:
    """The latest warnings of the area."""
    return WARNINGS.respond(request)


@page("funds.view")
def warning_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One warning; POST is the next step of its handling."""
    staff = request.staff  # type: ignore[attr-defined]
    rows = RiskWarning.objects.visible_to(staff).select_related("pooling_area", "owner")
    warning = get_object_or_404(rows, pk=pk)
    if request.method == "POST" and not staff.can("funds.warning"):
        raise Forbidden()
    states = services.STEPS[WarningState(warning.state)] if warning.is_latest and staff.can("funds.warning") else ()
    form = StepForm(request.POST or None, states=states)
    if request.method == "POST" and form.is_valid():
        try:
            services.step(actor=staff, warning=warning, **form.cleaned_data)
        except Refused as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _("处置已登记。"))
            return redirect("funds:warning_detail", pk=warning.pk)
    context = {
        "shown": selectors.shown(warning),
        "warning": warning,
        "form": form if states else None,
        "steps": warning.handling.select_related("made_by"),
        "versions": [selectors.shown(version) for version in selectors.versions(warning)],
        "months": [selectors.shown(month) for month in selectors.months(warning)],
        "crumbs": [{"label": _("风险预警"), "url": "/warnings/"}],
    }
    return render(request, "funds/warning_detail.html", context)
