"""Coverage by region, the missing one by one, and how to reach them."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core import clock
from core.listing import ListPage
from core.refusal import Refused
from enrollment.codes import HardshipCategory
from office.access import page
from office.models import Region, User
from office.selectors import regions
from poverty.desk import chart_of
from poverty.filters import MissingFilter
from poverty.models import LedgerMember
from poverty.selectors import coverage, ledger
from poverty.services import aid, matching
from poverty.services import coverage as coverage_services
from poverty.services import ledger as ledger_services
from poverty.tables import MissingTable

# Shown apart on top: the two that 冀 二（一） asks for, and the other standings of 18号.
SHOWN_APART = (
    "registered_poor",
    "registered_poor_lifted",
    "returned_poor",
    "destitute",
    "minimum_living",
    "severely_disabled",
)

MISSING = ListPage(
    title=_("未覆盖人员"),
    table_class=MissingTable,
    rows=ledger.missing,
    filterset_class=MissingFilter,
    order=("region__code", "pk"),
    orders={"name": ("name", "pk"), "gap": ("gap", "pk")},
    export_permission="office.export",
    empty_text=_("没有未覆盖的人员。身份未核实的人员在“名单未匹配”中。"),
)


def asked_day(request: HttpRequest) -> date:
    """The day of the address, else the office's."""
    text = request.GET.get("on", "")
    try:
        return date.fromisoformat(text)
    except ValueError:
        return clock.today()


def asked_category(request: HttpRequest) -> str:
    """The category of the address, else everybody."""
    text = request.GET.get("category", "")
    return text if text in HardshipCategory.values else ""


def asked_region(staff: User, code: str) -> Region:
    """The region of the address inside the staff's area, else the staff's own."""
    if not code:
        if staff.region is None:
            raise Refused(gettext("本账号没有所属机构，不能查看覆盖情况。请联系系统管理员。"))
        return staff.region
    found = regions.by_code(code)
    if not staff.may_see(found):
        raise Refused(gettext("该地区不在本机构管辖范围内。请选择本地区。"))
    return found


@page("poverty.view", methods=("GET", "HEAD"))
def tree(request: HttpRequest) -> HttpResponse:
    """Coverage of the area and of each region below, to the village; every figure opens its people."""
    staff = request.staff  # type: ignore[attr-defined]
    on, category = asked_day(request), asked_category(request)
    region = asked_region(staff, request.GET.get("region", ""))
    figures = coverage.figures(region, on, category)
    nodes = coverage.children(region, on, category)
    return render(
        request,
        "poverty/coverage.html",
        {
            "title": gettext("贫困人口应保尽保"),
            "region": region,
            "on": on,
            "category": category,
            "categories": ledger.category_choices(),
            "days": coverage.days(staff),
            "counted_at": coverage.counted_at(staff),
            "figures": figures,
            "apart": [(HardshipCategory(code).label, code, coverage.figures(region, on, code)) for code in SHOWN_APART],
            "nodes": nodes,
            "chart": chart_of(nodes, "coverage-chart"),
            "target": _target(region, on),
            "can_follow": staff.can("poverty.follow"),
            "crumbs": _crumbs(staff, region),
        },
    )


def _target(region: Region, on: date) -> Any:
    """What the law asks for; nothing before the documents were issued."""
    try:
        return coverage.target(region, on)
    except Refused:
        return None


def _crumbs(staff: User, region: Region) -> list[dict[str, str]]:
    above = [one for one in reversed(regions.ancestors(region, clock.today(), "scope")) if staff.may_see(one)]
    return [{"label": one.name, "url": f"?region={one.code}"} for one in above]


@page("poverty.view", methods=("GET", "HEAD"))
def children(request: HttpRequest, code: str) -> HttpResponse:
    """The rows below one region of the tree, for the expanding table."""
    staff = request.staff  # type: ignore[attr-defined]
    region = regions.by_code(code)
    if not staff.may_see(region):
        return HttpResponse(status=404)
    depth = request.GET.get("depth", "1")
    on, category = asked_day(request), asked_category(request)
    steps = int(depth) if depth.isascii() and depth.isdigit() and len(depth) == 1 else 1
    context = {
        "nodes": coverage.children(region, on, category),
        "on": on,
        "category": category,
        "depth": steps,
        "indent": range(steps),
    }
    return render(request, "poverty/coverage_rows.html", context)


@page("poverty.follow", methods=("POST",))
def recount(request: HttpRequest) -> HttpResponse:
    """Match, work out aid and count the area again."""
    staff = request.staff  # type: ignore[attr-defined]
    region = asked_region(staff, request.POST.get("region", ""))
    matching.match(actor=staff, area=region)
    try:
        aid.work_out(actor=staff, area=region)
    except Refused as refusal:
        messages.warning(request, gettext("资助参保没有核定：%(why)s") % {"why": refusal})
    coverage_services.rebuild(actor=staff, area=region)
    messages.success(request, gettext("已按当前登记重新比对和统计。"))
    return redirect("poverty:coverage")


@page("poverty.view")
def missing_list(request: HttpRequest) -> HttpResponse:
    """Verified people who are not covered, with village, reason and telephone."""
    return MISSING.respond(request)


@page("poverty.follow", methods=("POST",))
def phone_reveal(request: HttpRequest, pk: int) -> HttpResponse:
    """The telephone of a member in clear, for a reason that is kept; shown once, as a message of the household's page."""
    staff = request.staff  # type: ignore[attr-defined]
    rows = LedgerMember.objects.visible_to(staff).select_related("region", "household")
    member = get_object_or_404(rows, pk=pk)
    phone = ledger_services.reveal_phone(actor=staff, member=member, reason=request.POST.get("reason", ""))
    messages.info(request, gettext("%(name)s 的联系电话：%(phone)s") % {"name": member.name, "phone": phone})
    return redirect("poverty:household_detail", member.household.number)
