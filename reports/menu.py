"""Where the reports room shows itself: menu, desk, search, the words of its acts."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core import charts
from core.periods import Month
from core.templatetags.screen import thousands
from office import acts, desk, menu, search
from office.models import User
from reports.codes import SubmissionState
from reports.drawing import drawn
from reports.models import Submission
from reports.rules import definition as definitions
from reports.selectors import listing, units

GROUP = "报表"
ACTS = {
    "reports.submission.built": _("编制报表"),
    "reports.submission.submitted": _("报送报表"),
    "reports.submission.accepted": _("审定报表"),
    "reports.submission.returned": _("退回报表"),
    "reports.submission.downloaded": _("下载报表"),
}


def waiting(staff: User) -> int:
    """How many reports wait for the staff's decision."""
    return listing.waiting(staff).count() if staff.can("reports.accept") else 0


def waiting_card(staff: User, on: date) -> dict[str, Any] | None:
    """Reports of the level below that wait."""
    if not any(unit.region.pk == getattr(staff.region, "pk", None) for unit in units.Tree(on).units.values()):
        return None
    count = listing.waiting(staff).count()
    return {
        "label": gettext("待审定报表"),
        "value": thousands(count),
        "url": f"{reverse('reports:submission_list')}?state={SubmissionState.SUBMITTED}",
        "tone": "orange" if count else "green",
        "icon": "rubber-stamp",
    }


def own_card(staff: User, on: date) -> dict[str, Any] | None:
    """Own reports of the last month that ended and are not handed in."""
    tree = units.Tree(on)
    unit = tree.get(staff.region) if staff.region is not None else None
    if unit is None:
        return None
    month = listing.months(staff)[0]
    due = [one for one in definitions.load().values() if one.version_of(month) is not None]
    sent = Submission.objects.visible_to(staff).filter(
        region=unit.region, period=month.period, is_latest=True, stale_at=None,
        state__in=[SubmissionState.SUBMITTED, SubmissionState.ACCEPTED],
    ).count()  # fmt: skip
    day = units.due_on(unit.level, month)
    return {
        "label": gettext("%(month)s 待报送") % {"month": month},
        "value": thousands(len(due) - sent),
        "url": f"{reverse('reports:month')}?month={month}",
        "hint": gettext("期限 %(day)s") % {"day": day} if day else "",
        "tone": "orange" if len(due) > sent else "green",
        "icon": "send",
    }


def late_card(staff: User, on: date) -> dict[str, Any] | None:
    """Who below is late with the newest month that is due."""
    tree = units.Tree(on)
    if staff.region is None or tree.get(staff.region) is None:
        return None
    month = listing.months(staff)[0]
    rows = []
    for one in definitions.load().values():
        for line in listing.lines(staff, one, month, tree):
            if line.is_late and line.standing not in ("accepted", "submitted"):
                rows.append(
                    {
                        "url": f"{reverse('reports:month')}?month={month}&definition={one.code}",
                        "label": f"{line.unit.region.name} {one.title}",
                        "detail": gettext("期限 %(day)s") % {"day": line.due_on},
                        "badge": line.label,
                        "tone": "orange",
                    }
                )
    return {"rows": rows[:8], "more_url": reverse("reports:month"), "empty": gettext("没有逾期未报的报表。")}


def ratio_chart(staff: User, on: date) -> dict[str, Any] | None:
    """The paid share of costs by month, from the own reports."""
    tree = units.Tree(on)
    unit = tree.get(staff.region) if staff.region is not None else None
    if unit is None:
        return None
    definition = next(iter(definitions.load().values()))
    month: Month = listing.months(staff)[0]
    version = definition.version_of(month)
    if version is None:
        return None
    series, months = [], []
    for cell in [one for one in version.cells if one.is_key and one.unit == "ratio"]:
        course = listing.trend(unit.region, definition.code, cell, month)
        months = [str(one) for one, _value, _number in course]
        urls = [reverse("reports:submission_detail", args=[number]) if number else "" for _m, _value, number in course]
        series.append(
            charts.Series(cell.name, [drawn(value, cell) for _m, value, _n in course], is_line=True, urls=urls)
        )
    return {
        "template": "components/chart.html",
        "title": gettext("报销比例"),
        "chart": charts.bars("desk-ratios", months, series, unit="%"),
        "link_url": reverse("reports:trends"),
    }


def find(staff: User, query: search.Query, limit: int) -> list[search.Hit]:
    """Reports by the beginning of their number."""
    text = query.text.strip().upper()
    if not text.startswith("BS") or len(text) < 4:
        return []
    rows = listing.submissions(staff).filter(number__startswith=text).order_by("number")[:limit]
    return [
        search.Hit(
            reverse("reports:submission_detail", args=[row.number]),
            row.number,
            f"{row.region.name} {row.month} {row.title}",
            row.get_state_display(),
        )
        for row in rows
    ]


def register() -> None:
    """Tell menu, desk, search and history."""
    menu.register(GROUP, _("月报报送"), "reports:month", "report", "reports.view", badge=waiting, order=10)
    menu.register(GROUP, _("报表清单"), "reports:submission_list", "files", "reports.view", order=20)
    menu.register(GROUP, _("趋势与排名"), "reports:trends", "trending-up", "reports.view", order=30)
    card = desk.DeskCard
    desk.register(card("reports.waiting", _("待审定报表"), "reports.accept", waiting_card, area="figures", order=60))
    desk.register(card("reports.own", _("待报送"), "reports.submit", own_card, area="figures", order=61))
    desk.register(card("reports.late", _("逾期未报"), "reports.view", late_card, area="main", order=70))
    desk.register(card("reports.ratios", _("报销比例"), "reports.view", ratio_chart, area="main", order=71))
    search.register(search.Provider("submission", _("报表"), "reports.view", find, order=300))
    acts.register(ACTS)
