"""Fund overview: an area's three funds by month, and posting, closing and assessing it."""

from fractions import Fraction
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from core import charts, clock, jobs
from core.periods import Month
from funds.models import Book
from funds.selectors import overview as selectors
from funds.selectors import subsidies as subsidy_figures
from funds.selectors import warnings as warning_rows
from funds.services import closing
from funds.services import warnings as warning_services
from funds.views import place
from office.access import page


@page("funds.view", methods=("GET", "HEAD"))
def overview(request: HttpRequest) -> HttpResponse:
    """One area at a month's end, or all areas below when there are several and none is named."""
    staff = request.staff  # type: ignore[attr-defined]
    found, month = place.areas(staff), place.asked_month(request)
    area = place.asked_area(request, found)
    context: dict[str, Any] = {"areas": found, "area": area, "month": month, "page_url": reverse("funds:overview")}
    if area is not None:
        shown, due = selectors.overview(area, month.period), _closing(area.pk)
        context |= {
            "overview": shown,
            "month_text": str(month),
            "months_text": months_text(shown.months_payable.value),
            "basic": shown.basic,
            "warnings": [warning_rows.shown(warning) for warning in shown.warnings],
            "subsidies": subsidy_figures.figures(area.pk, month.year, month.last),
            "chart": _chart(shown),
            "closing": due,
            "closing_fields": {"area": area.code, "month": str(due)},
            "can_post": staff.can("funds.post"),
            "can_assess": staff.can_any("funds.warning", "funds.post") and month.first <= clock.today(),
        }
    return render(request, "funds/overview.html", context)


def months_text(value: Fraction | None) -> str:
    """Months to two places, half up, or a dash."""
    return warning_rows.in_unit(value, "months") if value is not None else "—"


def _chart(shown: selectors.Overview) -> charts.Chart | None:
    if shown.basic is None:
        return None
    flows = shown.basic.flows
    names = [str(Month.from_period(flow.period)) for flow in flows]
    return charts.bars(
        "funds-months",
        names,
        [
            charts.Series(_("收入"), [charts.in_wan(flow.income_fen) for flow in flows]),
            charts.Series(_("支出"), [charts.in_wan(flow.expenditure_fen) for flow in flows]),
            charts.Series(_("累计结余"), [charts.in_wan(flow.balance_fen) for flow in flows], is_line=True),
        ],
        unit=_("万元"),
    )


def _closing(area_id: int) -> Month | None:
    book = Book.everywhere.filter(pooling_area_id=area_id).order_by("pk").first()
    return closing.next_month(book) if book is not None else None


@page("funds.post", methods=("POST",))
def post(request: HttpRequest) -> HttpResponse:
    """Puts posting on the list of jobs."""
    area = place.required_area(request)
    job = jobs.enqueue(
        "funds.post",
        f"{area.code}-{clock.now().isoformat(timespec='seconds')}",
        {"area": area.code},
        actor=request.staff,  # type: ignore[attr-defined]
        region_code=area.code,
        title=_("%(area)s 基金记账") % {"area": area.name},
    )
    return redirect("office:job_detail", pk=job.pk)


@page("funds.post", methods=("POST",))
def close(request: HttpRequest) -> HttpResponse:
    """Closes the area's next month."""
    area, month = place.required_area(request), place.asked_month(request)
    closing.close(actor=request.staff, area=area, month=month)  # type: ignore[attr-defined]
    messages.success(request, _("%(month)s 已结账。此后登记的该月业务记入下一个月。") % {"month": month})
    return redirect(f"{reverse('funds:overview')}?area={area.code}&month={month}")


@page("funds.warning", "funds.post", methods=("POST",))
def assess(request: HttpRequest) -> HttpResponse:
    """Assesses the month now."""
    area, month = place.required_area(request), place.asked_month(request)
    found = warning_services.assess(area, month, request.staff)  # type: ignore[attr-defined]
    serious = sum(warning.grade in warning_services.SERIOUS for warning in found)
    messages.success(
        request, _("已评估 %(count)s 项指标，橙色和红色 %(serious)s 项。") % {"count": len(found), "serious": serious}
    )
    return redirect(f"{reverse('funds:overview')}?area={area.code}&month={month}")
