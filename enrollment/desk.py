"""The register's cards on the work desk: progress of the campaign, who has not paid, where."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core import charts
from core.templatetags.screen import share, thousands
from enrollment.selectors import progress
from office import desk
from office.models import User


def registered(staff: User, on: date) -> dict[str, Any] | None:
    """How many are enrolled this year, against the target."""
    if staff.region is None:
        return None
    totals, target = progress.totals(staff.region, on.year), progress.target(staff.region, on.year)
    return {
        "label": gettext("%(year)s 年度参保") % {"year": on.year},
        "value": thousands(totals["enrolled_count"]),
        "url": f"{reverse('enrollment:person_list')}?year={on.year}&covered=yes",
        "hint": gettext("目标的 %(share)s") % {"share": share(totals["enrolled_count"], target)} if target else "",
        "icon": "users",
    }


def unpaid(staff: User, on: date) -> dict[str, Any] | None:
    """How many dues of this year are not paid."""
    if staff.region is None:
        return None
    totals = progress.totals(staff.region, on.year)
    count = totals["due_count"] - totals["paid_count"]
    return {
        "label": gettext("%(year)s 年度未缴") % {"year": on.year},
        "value": thousands(count),
        "url": f"{reverse('enrollment:dues')}?year={on.year}&state=open",
        "tone": "orange" if count else "green",
        "icon": "cash",
    }


def campaign(staff: User, on: date) -> dict[str, Any] | None:
    """Enrolled and paid for the next year, or this one, by region below."""
    if staff.region is None:
        return None
    year = on.year + 1 if on.month >= 9 else on.year
    rows = progress.by_child(staff.region, year)
    if not rows:
        return None
    page = reverse("enrollment:person_list")
    chart = charts.bars(
        "desk-campaign",
        [row["name"] for row in rows],
        [
            charts.Series(gettext("参保人数"), [row["enrolled_count"] for row in rows],
                          urls=[f"{page}?region={row['code']}&year={year}&covered=yes" for row in rows]),
            charts.Series(gettext("已缴人数"), [row["paid_count"] for row in rows],
                          urls=[f"{page}?region={row['code']}&year={year}&paid=paid" for row in rows]),
        ],
        unit=gettext("人"),
    )  # fmt: skip
    return {
        "template": "components/chart.html",
        "title": gettext("%(year)s 年度征缴进度") % {"year": year},
        "chart": chart,
        "link_url": f"{reverse('enrollment:campaign')}?year={year}",
    }


def register() -> None:
    """Tell the desk."""
    card = desk.DeskCard
    desk.register(card("enrollment.registered", _("参保人数"), "enrollment.view", registered, area="figures", order=20))
    desk.register(card("enrollment.unpaid", _("未缴人数"), "enrollment.view", unpaid, area="figures", order=21))
    desk.register(card("enrollment.campaign", _("征缴进度"), "enrollment.view", campaign, area="main", order=30))
