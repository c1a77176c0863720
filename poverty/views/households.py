"""The ledger by household: the whole process of each member on one page, and on paper for the visit."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core import audit, clock
from core.listing import ListPage
from core.printing.responses import pdf_or_browser
from enrollment.selectors.register import timeline
from enrollment.views.persons import asked_year
from office.access import page
from poverty.filters import HouseholdFilter
from poverty.models import LedgerHousehold
from poverty.selectors import ledger
from poverty.sheet import household_sheet
from poverty.tables import HouseholdTable

HOUSEHOLDS = ListPage(
    title=_("专项管理台账"),
    table_class=HouseholdTable,
    rows=ledger.households,
    filterset_class=HouseholdFilter,
    order=("region__code", "pk"),
    orders={"book_number": ("book_number", "pk"), "number": ("pk",)},
    template="poverty/household_list.html",
    export_permission="office.export",
    empty_text=_("台账中没有符合条件的家庭。请放宽筛选条件，或导入困难人员名单。"),
)


def visible(request: HttpRequest, number: str) -> LedgerHousehold:
    """A household of the staff's area."""
    rows = LedgerHousehold.objects.visible_to(request.staff).select_related("region", "pooling_area")  # type: ignore[attr-defined]
    return get_object_or_404(rows, number=number)


@page("poverty.view")
def household_list(request: HttpRequest) -> HttpResponse:
    """Households of the ledger."""
    return HOUSEHOLDS.respond(request, extra={"can_import": request.staff.can("poverty.import")})  # type: ignore[attr-defined]


@page("poverty.view", methods=("GET", "HEAD"))
def household_detail(request: HttpRequest, number: str) -> HttpResponse:
    """One household through a year: marks, cover, dues and aid, filings, settlements, burden."""
    staff = request.staff  # type: ignore[attr-defined]
    household = visible(request, number)
    year = asked_year(request)
    rows = ledger.tracking(staff, household, year)
    today = clock.today()
    context = {
        "title": gettext("台账家庭：%(head)s") % {"head": household.head_name or household.book_number},
        "household": household,
        "rows": rows,
        "year": year,
        "years": range(today.year + 1, today.year - 4, -1),
        "settlements": ledger.settlements(staff, household, year) if staff.can("claims.view") else [],
        "burden": ledger.burden(rows),
        "can_reveal": staff.can("poverty.follow"),
        "entries": timeline(audit.history(household)),
        "crumbs": [{"label": gettext("专项管理台账"), "url": "/poverty/households/"}],
    }
    return render(request, "poverty/household_detail.html", context)


@page("poverty.view", methods=("GET", "HEAD"))
def household_print(request: HttpRequest, number: str) -> HttpResponse:
    """The household's sheet for the visit, as PDF."""
    staff = request.staff  # type: ignore[attr-defined]
    household = visible(request, number)
    year = asked_year(request)
    return pdf_or_browser(
        request,
        lambda: household_sheet(household, ledger.tracking(staff, household, year), year, printed_by=staff.name),
        file_name=f"{household.number}-{year}.pdf",
        browser_url=reverse("poverty:household_detail", args=[household.number]),
    )
