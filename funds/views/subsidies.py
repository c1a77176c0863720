"""Subsidies of an area and year: shares, due, arrived, arrears, receipts; the premium handed on."""

from uuid import uuid4

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.forms import UUIDField
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from core import clock
from core.forms import add_refusal
from core.refusal import Refused
from funds.forms import ReceiptForm, WorkOutForm
from funds.selectors import subsidies as figures
from funds.services import subsidies as services
from funds.views import place
from office.access import page


@page("funds.view", methods=("GET", "HEAD"))
def subsidies(request: HttpRequest) -> HttpResponse:
    """What the treasuries owe and have sent."""
    staff = request.staff  # type: ignore[attr-defined]
    found, year = place.areas(staff), place.asked_year(request)
    area = place.asked_area(request, found)
    context = {
        "areas": found, "area": area, "year": year, "page_url": reverse("funds:subsidies"),
        "can_post": staff.can("funds.post"),
    }  # fmt: skip
    if area is not None:
        last = place.last_day(year)
        context |= {
            "last": last,
            "rows": figures.by_treasury(area.pk, year, last),
            "figures": figures.figures(area.pk, year, last),
            "receipts": figures.receipts(staff, area.pk, year)[:100],
            "transfers": figures.transfers(staff, area.pk, year),
            "transfer_key": uuid4(),
            "transfer_fields": {"area": area.code, "year": year},
        }
    return render(request, "funds/subsidies.html", context)


def _page_of(area_code: str, year: int) -> str:
    return f"{reverse('funds:subsidies')}?area={area_code}&year={year}"


@page("funds.post")
def receive(request: HttpRequest) -> HttpResponse:
    """Books a treasury's money."""
    staff = request.staff  # type: ignore[attr-defined]
    areas = place.areas(staff)
    chosen = request.GET.get("area", "")
    initial = {"area": chosen, "year": place.asked_year(request) if request.method == "GET" else None,
               "arrived_on": clock.today(), "treasury": request.GET.get("treasury", "")}  # fmt: skip
    form = ReceiptForm(request.POST or None, areas=areas, initial=initial)
    if request.method == "POST" and form.is_valid():
        asked = dict(form.cleaned_data)
        area = place.required_area(request)
        try:
            services.receive(actor=staff, **{**asked, "area": area})
        except Refused as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _("补助到账已登记，凭证号 %(voucher)s。") % {"voucher": asked["voucher"]})
            return redirect(_page_of(area.code, asked["year"]))
    context = {"title": _("登记补助到账"), "form": form, "cancel_url": reverse("funds:subsidies")}
    return render(request, "funds/form.html", context)


@page("funds.post")
def work_out(request: HttpRequest) -> HttpResponse:
    """Works out what is due from the register's headcount."""
    staff = request.staff  # type: ignore[attr-defined]
    initial = {
        "area": request.GET.get("area", ""),
        "year": place.asked_year(request) if request.method == "GET" else None,
    }
    form = WorkOutForm(request.POST or None, areas=place.areas(staff), initial=initial)
    if request.method == "POST" and form.is_valid():
        area, year = place.required_area(request), form.cleaned_data["year"]
        try:
            made = services.work_out(actor=staff, area=area, year=year, due_on=form.cleaned_data["due_on"])
        except Refused as refusal:
            add_refusal(form, refusal)
        else:
            said = _("应到补助已核定。") if made else _("参保人数和分担办法没有变化，应到补助不变。")
            messages.success(request, said)
            return redirect(_page_of(area.code, year))
    context = {"title": _("核定应到补助"), "form": form, "cancel_url": reverse("funds:subsidies")}
    return render(request, "funds/form.html", context)


@page("funds.post", methods=("POST",))
def transfer(request: HttpRequest) -> HttpResponse:
    """Hands the critical-illness premium on."""
    area, year = place.required_area(request), place.asked_year(request)
    try:
        key = UUIDField().clean(request.POST.get("idempotency_key", ""))
    except ValidationError:
        raise Refused(_("表单的提交编号不完整，没有办理。请重新打开页面。")) from None
    made = services.transfer_premium(actor=request.staff, area=area, year=year, key=key)  # type: ignore[attr-defined]
    if made is None:
        messages.info(request, _("保费已按现有参保人数划转，没有需要补划的。"))
    else:
        messages.success(request, _("已划转 %(count)s 人的大病保费。") % {"count": f"{made.headcount:,}"})
    return redirect(_page_of(area.code, year))
