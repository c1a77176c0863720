"""The poverty room's cards on the work desk: coverage, who is missing, mismatches waiting, new on the list."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core import charts
from core.templatetags.screen import share, thousands
from office import desk
from office.models import User
from poverty.selectors import coverage, ledger

NEW_DAYS = 30


def covered(staff: User, on: date) -> dict[str, Any] | None:
    """Share of the people due who are covered by all three layers."""
    if staff.region is None:
        return None
    found = coverage.figures(staff.region, on)
    if not found.listed:
        return None
    return {
        "label": gettext("贫困人口三重保障覆盖率"),
        "value": share(found.covered, found.due),
        "url": reverse("poverty:coverage"),
        "hint": gettext("%(count)s 人未覆盖") % {"count": thousands(found.missing)},
        "tone": "green" if not found.missing else "orange",
        "icon": "shield-check",
    }


def mismatched(staff: User, on: date) -> dict[str, Any] | None:
    """Mismatches that wait."""
    count = ledger.open_mismatches(staff).count()
    return {
        "label": gettext("名单未匹配待核实"),
        "value": thousands(count),
        "url": f"{reverse('poverty:mismatch_list')}?state=open",
        "tone": "orange" if count else "green",
        "icon": "alert-triangle",
    }


def new(staff: User, on: date) -> dict[str, Any] | None:
    """People who came on the list lately."""
    return {
        "label": gettext("近 %(days)s 天新进台账") % {"days": NEW_DAYS},
        "value": thousands(ledger.new_members(staff, on - timedelta(days=NEW_DAYS))),
        "url": reverse("poverty:household_list"),
        "icon": "user-plus",
    }


def tree(staff: User, on: date) -> dict[str, Any] | None:
    """People due and people covered, by region below."""
    if staff.region is None:
        return None
    nodes = coverage.children(staff.region, on)
    if not nodes:
        return None
    return {"template": "components/chart.html", "title": gettext("贫困人口应保尽保"), "chart": chart_of(nodes, "desk-poverty"),
            "link_url": reverse("poverty:coverage")}  # fmt: skip


def chart_of(nodes: list[coverage.Node], element_id: str) -> charts.Chart:
    """Covered and missing people by region; a bar of the missing opens their list."""
    page, missing = reverse("poverty:coverage"), reverse("poverty:missing_list")
    return charts.bars(
        element_id,
        [node.region.name for node in nodes],
        [
            charts.Series(gettext("三重保障已覆盖"), [node.figures.covered for node in nodes], is_stacked=True,
                          urls=[f"{page}?region={node.region.code}" for node in nodes]),
            charts.Series(gettext("未覆盖"), [node.figures.missing for node in nodes], is_stacked=True,
                          urls=[f"{missing}?region={node.region.code}" for node in nodes]),
        ],
        unit=gettext("人"),
    )  # fmt: skip


def register() -> None:
    """Tell the desk."""
    card = desk.DeskCard
    officer = ("poverty_officer", "director", "analyst", "reviewer")
    desk.register(
        card("poverty.covered", _("覆盖率"), "poverty.view", covered, area="figures", roles=officer, order=40)
    )
    desk.register(card("poverty.mismatched", _("未匹配"), "poverty.follow", mismatched, area="figures", order=41))
    desk.register(card("poverty.new", _("新进台账"), "poverty.follow", new, area="figures", order=42))
    desk.register(card("poverty.tree", _("应保尽保"), "poverty.view", tree, area="main", roles=officer, order=45))
