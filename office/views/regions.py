"""Regions: the tree on a day, one region with its attributes, and dated changes."""

from datetime import date

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _

from core import clock
from core.forms import add_refusal
from core.refusal import Refused
from office.access import page
from office.forms import AttributeForm, MoveForm, RegionForm
from office.models import Office, Region, RegionAttribute, RegionLink
from office.selectors import regions
from office.services import regions as changes


@page("office.regions", methods=("GET", "HEAD"))
def region_list(request: HttpRequest) -> HttpResponse:
    """The account's own region."""
    if request.user.region is None:
        return render(request, "office/region_none.html")
    return redirect("office:region_detail", code=request.user.region.code)


@page("office.regions", methods=("GET", "HEAD"))
def region_detail(request: HttpRequest, code: str) -> HttpResponse:
    """One region on a day: attributes, what lies below, to whom it belongs."""
    staff = request.user
    region = get_object_or_404(Region.objects.visible_to(staff), code=code)
    on = _day(request)
    children = list(regions.children(region, on).only("code", "name", "level", "is_demonstration"))
    counts = {child.pk: regions.descendants(child, on).count() - 1 for child in children} if len(children) <= 60 else {}
    return render(
        request,
        "office/region_detail.html",
        {
            "region": region,
            "on": on,
            "is_today": on == clock.today(),
            "path": [place for place in regions.path(region, on)[:-1] if staff.may_see(place)],
            "children": [{"region": child, "below": counts.get(child.pk)} for child in children],
            "attributes": RegionAttribute.everywhere.filter(regions.covering(on), region=region).order_by("name"),
            "earlier": RegionAttribute.everywhere.filter(region=region)
            .exclude(regions.covering(on))
            .order_by("name", "starts_on"),
            "links": RegionLink.everywhere.filter(child=region).select_related("parent").order_by("kind", "-starts_on"),
            "offices": Office.objects.visible_to(staff).filter(region=region),
            "can_change": staff.can("core.admin.system"),
        },
    )


@page("core.admin.system")
def region_add(request: HttpRequest, code: str) -> HttpResponse:
    """A new region under this one."""
    parent = get_object_or_404(Region.objects.visible_to(request.user), code=code)
    form = RegionForm(request.POST or None, parent=parent)
    if request.method == "POST" and form.is_valid():
        try:
            region = changes.add(parent=parent, actor=request.user, **form.cleaned_data)
        except Refused as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _("已登记%(name)s。") % {"name": region.name})
            return redirect("office:region_detail", code=region.code)
    return _form(request, form, parent, _("新增下级地区"))


@page("core.admin.system")
def region_move(request: HttpRequest, code: str) -> HttpResponse:
    """A dated change of whom this region belongs to."""
    region = get_object_or_404(Region.objects.visible_to(request.user), code=code)
    form = MoveForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        parent = Region.objects.visible_to(request.user).filter(code=values["parent"]).first()
        if parent is None:
            form.add_error("parent", _("没有这一地区，或者不在您的辖区内。"))
        else:
            try:
                changes.move(
                    region,
                    kind=values["kind"],
                    parent=parent,
                    on=values["on"],
                    actor=request.user,
                    document=values["document"],
                )
            except Refused as refusal:
                add_refusal(form, refusal)
            else:
                messages.success(request, _("已登记，自 %(on)s 起生效。") % {"on": values["on"]})
                return redirect("office:region_detail", code=region.code)
    return _form(request, form, region, _("变更隶属关系"))


@page("core.admin.system")
def region_attribute(request: HttpRequest, code: str) -> HttpResponse:
    """A dated attribute of this region."""
    region = get_object_or_404(Region.objects.visible_to(request.user), code=code)
    form = AttributeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            changes.set_attribute(region, actor=request.user, **form.cleaned_data)
        except Refused as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _("已登记，自 %(on)s 起生效。") % {"on": form.cleaned_data["on"]})
            return redirect("office:region_detail", code=region.code)
    return _form(request, form, region, _("登记地区属性"))


def _form(request: HttpRequest, form: forms.Form, region: Region, heading: str) -> HttpResponse:
    return render(request, "office/region_form.html", {"form": form, "region": region, "heading": heading})


def _day(request: HttpRequest) -> date:
    try:
        return parse_date(request.GET.get("on", "")) or clock.today()
    except ValueError:
        return clock.today()
