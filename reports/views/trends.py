"""The director's page: how the main figures go, which areas lie ahead and behind, who is late."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from core import charts, clock
from office.access import page
from reports.drawing import drawn, drawn_unit
from reports.rules import definition as definitions
from reports.selectors import listing, units
from reports.views.submissions import chosen


@page("reports.view", methods=("GET", "HEAD"))
def trends(request: HttpRequest) -> HttpResponse:
    """One figure of one report over twelve months for the own area, and the areas below in a row."""
    definition, month = chosen(request)
    version = definition.version_of(month) or definition.versions[0]
    keys = [cell for cell in version.cells if cell.is_key]
    cell = next((one for one in version.cells if one.code == request.GET.get("cell")), keys[0])
    staff = request.staff  # type: ignore[attr-defined]
    tree = units.Tree(clock.today())
    lines = listing.lines(staff, definition, month, tree)
    region = staff.region
    unit = tree.get(region) if region is not None else None
    below = [line for line in lines if unit is not None and line.unit.upper and line.unit.upper.pk == unit.region.pk]
    course = listing.trend(unit.region, definition.code, cell, month) if unit is not None else []
    series = charts.Series(
        cell.name,
        [drawn(value, cell) for _month, value, _number in course],
        is_line=cell.is_quotient,
        urls=[reverse("reports:submission_detail", args=[number]) if number else "" for _m, _value, number in course],
    )
    ranked = listing.ranking([line.report for line in below if line.report is not None], cell)
    context = {
        "definition": definition,
        "month": month,
        "months": listing.months(staff),
        "keys": keys,
        "cell": cell,
        "tabs": [
            {
                "label": one.title,
                "url": f"{reverse('reports:trends')}?month={month}&definition={one.code}",
                "active": one.code == definition.code,
            }
            for one in definitions.load().values()
        ],
        "trend": charts.bars("trend", [str(m) for m, _value, _number in course], [series], unit=drawn_unit(cell)),
        "ranking": charts.ranking(
            "ranking",
            [
                (one.region.name, drawn(value, cell), reverse("reports:submission_cell", args=[one.number, cell.code]))
                for one, value in ranked
            ],
            unit=drawn_unit(cell),
        ),
        "ranked": ranked,
        "late": [line for line in lines if line.is_late and line.standing not in ("accepted", "submitted")],
        "late_sent": [line for line in lines if line.is_late and line.standing in ("accepted", "submitted")],
    }
    return render(request, "reports/trends.html", context)
