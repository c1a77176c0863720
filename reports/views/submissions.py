"""Reports: what is due this month, one report with its comparisons, a figure and what it is made of, and the acts."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from claims.tables import SettlementTable
from core import audit, charts, clock
from core.export import XLSX_TYPE
from core.listing import ListPage
from core.periods import Month
from core.refusal import Refused
from enrollment.tables import PaymentTable
from office import acts
from office.access import page
from reports.codes import SubmissionState
from reports.drawing import drawn, drawn_unit
from reports.filters import SubmissionFilter
from reports.models import Submission
from reports.rules import definition as definitions
from reports.rules.definition import Cell, Definition
from reports.selectors import listing, rows, units
from reports.services import submissions, workbooks
from reports.tables import EnrolledTable, SubmissionTable

SUBMISSIONS = ListPage(
    title=gettext_lazy("报表清单"),
    table_class=SubmissionTable,
    rows=listing.submissions,
    filterset_class=SubmissionFilter,
    order=("-period", "-pk"),
    export_name=gettext_lazy("报表清单"),
)
_TABLES = {"claims": SettlementTable, "enrollment": EnrolledTable, "payments": PaymentTable}
_ROWS = {
    kind: ListPage(
        title=gettext_lazy("指标所计的记录"),
        table_class=table,
        rows=lambda staff: Submission.objects.none(),
        order=("-pk",),
        template="reports/submission_rows.html",
        export_permission="office.export",
    )
    for kind, table in _TABLES.items()
}


def chosen(request: HttpRequest) -> tuple[Definition, Month]:
    """The report and month that the address asks for; the newest month that ended and the first report otherwise."""
    known = definitions.load()
    definition = known.get(request.GET.get("definition", ""), next(iter(known.values())))
    month = listing.months(request.staff)[0]  # type: ignore[attr-defined]
    if request.GET.get("month"):
        try:
            month = Month.parse(request.GET["month"])
        except Refused as refusal:
            messages.error(request, str(refusal))
    return definition, month


@page("reports.view", methods=("GET", "HEAD"))
def month_page(request: HttpRequest) -> HttpResponse:
    """What is due for a month: the own report and those below, who is late, what waits."""
    definition, month = chosen(request)
    tree = units.Tree(clock.today())
    lines = listing.lines(request.staff, definition, month, tree)  # type: ignore[attr-defined]
    own = tree.get(request.staff.region) if request.staff.region is not None else None  # type: ignore[attr-defined]
    context = {
        "definition": definition,
        "month": month,
        "months": listing.months(request.staff),  # type: ignore[attr-defined]
        "tabs": [
            {
                "label": one.title,
                "url": f"{reverse('reports:month')}?month={month}&definition={one.code}",
                "active": one.code == definition.code,
            }
            for one in definitions.load().values()
        ],
        "lines": lines,
        "counts": {
            "due": len(lines),
            "accepted": sum(line.standing == "accepted" for line in lines),
            "waiting": sum(line.standing == "submitted" for line in lines),
            "late": sum(line.is_late and line.standing not in ("accepted", "submitted") for line in lines),
        },
        "can_build": own is not None and request.staff.can("reports.submit") and month.last <= clock.today(),  # type: ignore[attr-defined]
        "own": own,
    }
    return render(request, "reports/month.html", context)


@page("reports.view")
def submission_list(request: HttpRequest) -> HttpResponse:
    """All reports of the area in all versions."""
    return SUBMISSIONS.respond(request)


def _visible(request: HttpRequest, number: str) -> Submission:
    found: Submission = get_object_or_404(listing.submissions(request.staff), number=number)  # type: ignore[attr-defined]
    return found


def _cell(report: Submission, code: str) -> Cell:
    found = next((cell for cell in report.cells.cells if cell.code == code), None)
    if found is None:
        raise Http404
    return found


@page("reports.view", methods=("GET", "HEAD"))
def submission_detail(request: HttpRequest, number: str) -> HttpResponse:
    """One report: the table with its comparisons, the chart, versions, history and what can be done."""
    report = _visible(request, number)
    staff = request.staff  # type: ignore[attr-defined]
    tree = units.Tree(clock.today())
    unit = tree.get(report.region)
    place = (unit.upper or unit.region) if unit is not None else None
    is_own = staff.region is not None and staff.region.pk == report.region_id and staff.can("reports.submit")
    decides = (
        staff.region is not None and place is not None and staff.region.pk == place.pk and staff.can("reports.accept")
    )
    state = report.state if report.is_latest else ""
    key_cells = [cell for cell in report.cells.cells if cell.is_key and cell.unit == "fen"] or list(
        report.cells.counted[:1]
    )
    context = {
        "report": report,
        "figures": listing.figures(report),
        "lower": listing.lower(report),
        "versions": listing.versions(report),
        "checks": [
            {
                "left": " + ".join(report.cells.cell(code).name for code in check.left),
                "right": " + ".join(report.cells.cell(code).name for code in check.right),
            }
            for check in report.cells.checks
        ],
        "fault": report.cells.first_fault(report.figures),
        "can_rebuild": is_own
        and (state == SubmissionState.BUILT or (state and report.standing in ("returned", "rebuild"))),
        "can_submit": is_own and state == SubmissionState.BUILT and report.stale_at is None,
        "can_correct": is_own and state == SubmissionState.ACCEPTED and report.stale_at is None,
        "can_decide": decides and state == SubmissionState.SUBMITTED,
        "decided_at": place.name if place is not None else "",
        "chart": _trend(report, key_cells[0]),
        "chart_cell": key_cells[0],
        "entries": _timeline(report),
    }
    return render(request, "reports/submission_detail.html", context)


@page("reports.view", methods=("GET", "HEAD"))
def submission_cell(request: HttpRequest, number: str, code: str) -> HttpResponse:
    """One figure: what it means, the reports below that it adds up, and its course over twelve months."""
    report = _visible(request, number)
    cell = _cell(report, code)
    lower = listing.lower(report)
    names = {one.code: one.name for one in report.cells.cells}
    parts = [report.cells.cell(one) for one in (*cell.numerator, *cell.denominator)] or [cell]
    ranked = listing.ranking(lower, cell)
    page_of = {one.number: reverse("reports:submission_cell", args=[one.number, cell.code]) for one in lower}
    context = {
        "report": report,
        "cell": cell,
        "meaning": workbooks.meaning(cell, names),
        "value": cell.value(report.figures),
        "parts": [{"cell": one, "value": one.value(report.figures)} for one in parts],
        "lines": [{"report": one, "value": cell.value(one.figures), "url": page_of[one.number]} for one in lower],
        "total": None if cell.is_quotient or not lower else sum(cell.value(one.figures) or 0 for one in lower),
        "rows_kind": rows.kind_of(cell) if not report.is_summed else "",
        "chart": _trend(report, cell),
        "ranking": charts.ranking(
            "report-ranking", [(one.region.name, drawn(value, cell), page_of[one.number]) for one, value in ranked]
        ),
    }
    return render(request, "reports/submission_cell.html", context)


@page("reports.view")
def submission_rows(request: HttpRequest, number: str, code: str) -> HttpResponse:
    """The records a base report's figure counts, as known at its cut-off."""
    report = _visible(request, number)
    cell = _cell(report, code)
    kind = rows.kind_of(cell)
    if report.is_summed or not kind:
        raise Http404
    if not request.staff.can(rows.PERMISSIONS[cell.source.partition(".")[0]]):  # type: ignore[attr-defined]
        raise PermissionDenied
    return _ROWS[kind].respond(
        request, rows=rows.of(report, cell, request.staff), extra={"report": report, "cell": cell,  # type: ignore[attr-defined]
                                                                   "value": cell.value(report.figures)}
    )  # fmt: skip


@page("reports.view", methods=("GET", "HEAD"))
def submission_download(request: HttpRequest, number: str) -> FileResponse:
    """The report as an Excel file."""
    report = _visible(request, number)
    path = workbooks.write(report)
    answer = FileResponse(path.open("rb"), as_attachment=True, filename=path.name, content_type=XLSX_TYPE)
    audit.record(request.staff, "reports.submission.downloaded", report)  # type: ignore[attr-defined]
    return answer


@page("reports.submit", methods=("POST",))
def submission_build(request: HttpRequest) -> HttpResponse:
    """Build the own report of a month."""
    staff = request.staff  # type: ignore[attr-defined]
    try:
        if staff.region is None:
            raise Refused(_("您的账户没有所属机构，不能编制报表。请联系系统管理员。"))
        month = Month.parse(request.POST.get("month", ""))
        made = submissions.build(request.POST.get("definition", ""), staff.region, month, actor=staff)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("reports:month")
    messages.success(
        request, _("已编制：%(number)s 第 %(version)s 版。") % {"number": made.number, "version": made.version}
    )
    return redirect("reports:submission_detail", number=made.number)


def _act(request: HttpRequest, number: str, act: Any, done: str) -> HttpResponse:
    report = _visible(request, number)
    try:
        made = act(report)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("reports:submission_detail", number=report.number)
    messages.success(request, done % {"number": made.number, "version": made.version})
    return redirect("reports:submission_detail", number=made.number)


@page("reports.submit", methods=("POST",))
def submission_submit(request: HttpRequest, number: str) -> HttpResponse:
    """Hand a report in."""
    note = request.POST.get("note", "")
    return _act(
        request,
        number,
        lambda r: submissions.submit(r, actor=request.staff, note=note),  # type: ignore[attr-defined]
        _("已报送：%(number)s。"),
    )


@page("reports.accept", methods=("POST",))
def submission_accept(request: HttpRequest, number: str) -> HttpResponse:
    """Accept a report of the level below."""
    return _act(request, number, lambda r: submissions.accept(r, actor=request.staff), _("已审定并锁定：%(number)s。"))  # type: ignore[attr-defined]


@page("reports.accept", methods=("POST",))
def submission_return(request: HttpRequest, number: str) -> HttpResponse:
    """Send a report back with a reason."""
    reason = request.POST.get("reason", "")
    return _act(
        request,
        number,
        lambda r: submissions.return_(r, actor=request.staff, reason=reason),  # type: ignore[attr-defined]
        _("已退回：%(number)s。"),
    )


@page("reports.submit", methods=("POST",))
def submission_correct(request: HttpRequest, number: str) -> HttpResponse:
    """Make a new version of an accepted report."""
    reason = request.POST.get("reason", "")
    return _act(
        request,
        number,
        lambda r: submissions.correct(r, actor=request.staff, reason=reason),  # type: ignore[attr-defined]
        _("已编制更正版：%(number)s 第 %(version)s 版，请核对后报送。"),
    )


def _trend(report: Submission, cell: Cell) -> charts.Chart:
    course = listing.trend(report.region, report.definition, cell, report.month)
    series = charts.Series(
        cell.name,
        [drawn(value, cell) for _month, value, _number in course],
        urls=[
            reverse("reports:submission_detail", args=[number]) if number else "" for _month, _value, number in course
        ],
    )
    return charts.bars(
        "report-trend", [str(month) for month, _value, _number in course], [series], unit=drawn_unit(cell)
    )


def _timeline(report: Submission) -> list[dict[str, Any]]:
    return [
        {
            "title": acts.act_label(entry.act),
            "at": entry.at,
            "who": entry.actor_name,
            "reason": entry.reason,
            "changes": [],
        }
        for entry in audit.history(report)[:50]
    ]
