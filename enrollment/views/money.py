"""Pages of dues and payments: the lists, working out, booking, households, refunds, differences."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core import charts, clock
from core.forms import add_refusal
from core.listing import ListPage
from core.refusal import Refused
from enrollment import forms
from enrollment.filters import DifferenceFilter, DueFilter, PaymentFilter
from enrollment.models import Due, Household, PaymentDifference
from enrollment.selectors import progress, register
from enrollment.services import dues as due_services
from enrollment.services import payments as payment_services
from enrollment.tables import DifferenceTable, DueTable, PaymentTable
from enrollment.views.persons import asked_year, form_context
from office.access import page
from office.models import Region

DUES = ListPage(
    title=_("应缴"),
    table_class=DueTable,
    rows=register.dues,
    filterset_class=DueFilter,
    order=("-pk",),
    template="enrollment/due_list.html",
    export_permission="office.export",
)
PAYMENTS = ListPage(
    title=_("缴费记录"),
    table_class=PaymentTable,
    rows=register.payments,
    filterset_class=PaymentFilter,
    order=("-pk",),
    export_permission="office.export",
)
DIFFERENCES = ListPage(
    title=_("缴费差异"),
    table_class=DifferenceTable,
    rows=register.differences,
    filterset_class=DifferenceFilter,
    order=("-pk",),
    export_permission="office.export",
)


@page("enrollment.view")
def dues(request: HttpRequest) -> HttpResponse:
    """The dues of the area."""
    staff = request.staff  # type: ignore[attr-defined]
    return DUES.respond(request, extra={"can_work_out": staff.can("enrollment.dues")})


@page("enrollment.dues")
def dues_work_out(request: HttpRequest) -> HttpResponse:
    """Work out the dues of an area and year."""
    staff = request.staff  # type: ignore[attr-defined]
    form = forms.WorkOutForm(request.POST or None, staff=staff)
    if request.method == "POST" and form.is_valid():
        asked: dict[str, object] = form.cleaned_data
        area, year = asked["area"], asked["year"]
        try:
            if not isinstance(area, Region) or not staff.may_see(area):
                raise Refused(gettext("该统筹地区不在本机构管辖范围内。请由当地机构核定。"), field="area")
            changed = due_services.work_out(actor=staff, area=area, year=int(str(year)))
        except Refused as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(
                request, gettext("%(year)s 年度应缴已核定，变动 %(count)s 人。") % {"year": year, "count": changed}
            )
            return redirect("enrollment:dues")
    return render(
        request, "enrollment/person_form.html", {"title": gettext("核定应缴"), "form": form, "cancel_url": "/dues/"}
    )


@page("enrollment.view")
def payments(request: HttpRequest) -> HttpResponse:
    """The payments of the area."""
    return PAYMENTS.respond(request)


@page("enrollment.view")
def payment_differences(request: HttpRequest) -> HttpResponse:
    """Differences between collecting bodies' files and the register."""
    return DIFFERENCES.respond(request)


@page("enrollment.payment")
def payment_difference(request: HttpRequest, pk: int) -> HttpResponse:
    """One difference: looked at, and either returned to the collecting body or booked for its due."""
    staff = request.staff  # type: ignore[attr-defined]
    rows = PaymentDifference.objects.visible_to(staff).select_related("person", "due", "region", "batch")
    difference = get_object_or_404(rows, pk=pk)
    if request.method == "POST":
        payment_services.decide(
            actor=staff,
            difference=difference,
            is_booked=request.POST.get("decision") == "book",
            outcome=request.POST.get("reason", ""),
        )
        messages.success(request, gettext("差异已处理。"))
        return redirect("enrollment:payment_differences")
    return render(
        request,
        "enrollment/difference_detail.html",
        {
            "title": difference.get_kind_display(),
            "difference": difference,
            "crumbs": [{"label": gettext("缴费差异"), "url": "/payments/differences/"}],
        },
    )


def visible_due(request: HttpRequest, pk: int) -> Due:
    """A due of the staff's area."""
    rows = Due.objects.visible_to(request.staff).select_related("person", "region", "pooling_area")  # type: ignore[attr-defined]
    return get_object_or_404(rows, pk=pk)


@page("enrollment.payment")
def payment_book(request: HttpRequest, pk: int) -> HttpResponse:
    """Book a payment for one due."""
    due = visible_due(request, pk)
    form = forms.PaymentForm(request.POST or None, initial={"amount_fen": due.unpaid_fen, "paid_on": clock.today()})
    if request.method == "POST" and form.is_valid():
        try:
            payment_services.book(actor=request.staff, due=due, **form.cleaned_data)  # type: ignore[attr-defined]
        except Refused as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, gettext("缴费已入账。"))
            return redirect("enrollment:person_detail", due.person.number)
    return render(request, "enrollment/payment_form.html", form_context(due.person, form, gettext("缴费入账"), due=due))


@page("enrollment.payment")
def payment_refund(request: HttpRequest, pk: int) -> HttpResponse:
    """Give money of one due back."""
    due = visible_due(request, pk)
    form = forms.RefundForm(request.POST or None, initial={"amount_fen": payment_services.refundable_fen(due)})
    if request.method == "POST" and form.is_valid():
        try:
            payment_services.refund(actor=request.staff, due=due, **form.cleaned_data)  # type: ignore[attr-defined]
        except Refused as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, gettext("退费已登记，待财务支付。"))
            return redirect("enrollment:person_detail", due.person.number)
    return render(request, "enrollment/payment_form.html", form_context(due.person, form, gettext("退费"), due=due))


def visible_household(request: HttpRequest, number: str) -> Household:
    """A household of the staff's area."""
    rows = Household.objects.visible_to(request.staff).select_related("region", "head")  # type: ignore[attr-defined]
    return get_object_or_404(rows, number=number)


@page("enrollment.view", methods=("GET", "HEAD"))
def household_detail(request: HttpRequest, number: str) -> HttpResponse:
    """One household: its members past and present, and what each owes."""
    staff = request.staff  # type: ignore[attr-defined]
    household = visible_household(request, number)
    year = asked_year(request)
    members = list(household.members.select_related("person").order_by("ends_on", "pk"))
    owed = {due.person_id: due for due in Due.objects.visible_to(staff).filter(
        person__in=[m.person_id for m in members], year=year).exclude(state="cancelled")}  # fmt: skip
    rows = [{"member": member, "due": owed.get(member.person_id)} for member in members]
    return render(
        request,
        "enrollment/household_detail.html",
        {
            "title": gettext("家庭 %(number)s") % {"number": household.book_number or household.number},
            "household": household,
            "rows": rows,
            "year": year,
            "unpaid_fen": sum(due.unpaid_fen for due in owed.values()),
            "form": forms.HouseholdPaymentForm(initial={"year": year, "paid_on": clock.today()}),
            "can_pay": staff.can("enrollment.payment"),
            "crumbs": [{"label": gettext("参保人员"), "url": "/persons/"}],
        },
    )


@page("enrollment.payment", methods=("POST",))
def household_pay(request: HttpRequest, number: str) -> HttpResponse:
    """One household pays for all its members."""
    household = visible_household(request, number)
    form = forms.HouseholdPaymentForm(request.POST)
    if not form.is_valid():
        raise Refused("；".join(str(error) for errors in form.errors.values() for error in errors))
    paid = payment_services.book_household(actor=request.staff, household=household, **form.cleaned_data)  # type: ignore[attr-defined]
    messages.success(request, gettext("已为 %(count)s 名成员缴费。") % {"count": len(paid)})
    return redirect("enrollment:household_detail", number)


@page("enrollment.view", methods=("GET", "HEAD"))
def campaign(request: HttpRequest) -> HttpResponse:
    """Progress of a year: people, payments and sums by region below and by category."""
    staff = request.staff  # type: ignore[attr-defined]
    year = asked_year(request)
    area = staff.region
    code = request.GET.get("region", "")
    if code:
        chosen = Region.everywhere.filter(code=code).first()
        if chosen is None or not staff.may_see(chosen):
            raise Refused(gettext("该地区不在本机构管辖范围内。请选择本地区。"))
        area = chosen
    rows = progress.by_child(area, year) if area else []
    chart = charts.bars(
        "campaign-chart",
        [row["name"] for row in rows],
        [
            charts.Series(str(_("参保人数")), [row["enrolled_count"] for row in rows],
                          urls=[f"/persons/?region={row['code']}&year={year}&covered=yes" for row in rows]),
            charts.Series(str(_("已缴人数")), [row["paid_count"] for row in rows],
                          urls=[f"/persons/?region={row['code']}&year={year}&paid=paid" for row in rows]),
        ],
        unit=str(_("人")),
    )  # fmt: skip
    return render(
        request,
        "enrollment/campaign.html",
        {
            "title": gettext("征缴进度"),
            "area": area,
            "year": year,
            "years": [clock.today().year, clock.today().year + 1],
            "totals": progress.totals(area, year) if area else {},
            "target": progress.target(area, year) if area else 0,
            "rows": rows,
            "categories": progress.by_category(area, year) if area else [],
            "chart": chart,
        },
    )
