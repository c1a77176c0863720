"""Pages about one person: the list, the person, correction, reveal, number, statuses."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core import audit, clock
from core.forms import add_refusal
from core.listing import ListPage
from core.refusal import Refused
from enrollment import forms
from enrollment.filters import PersonFilter
from enrollment.models import HardshipStatus, Person
from enrollment.selectors import coverage, register
from enrollment.services import persons, statuses
from enrollment.tables import PersonTable
from office import panels
from office.access import page

PEOPLE = ListPage(
    title=_("参保人员"),
    table_class=PersonTable,
    rows=lambda staff: register.people(staff, clock.today().year),
    filterset_class=PersonFilter,
    order=("pinyin", "pk"),
    orders={"name": ("pinyin", "pk"), "number": ("pk",)},
    template="enrollment/person_list.html",
    export_permission="office.export",
    empty_text=_("没有符合条件的人员。请放宽筛选条件，或办理参保登记。"),
)


def visible(request: HttpRequest, number: str) -> Person:
    """The person of an address, if the staff may see it."""
    people = Person.objects.visible_to(request.staff).select_related("region", "guardian", "merged_into")  # type: ignore[attr-defined]
    return get_object_or_404(people, number=number)


def asked_year(request: HttpRequest) -> int:
    """The benefit year of the address, else this one."""
    text = request.GET.get("year", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) == 4 else clock.today().year


@page("enrollment.view")
def person_list(request: HttpRequest) -> HttpResponse:
    """The register of the area."""
    return PEOPLE.respond(request, rows=register.people(request.staff, asked_year(request)))  # type: ignore[attr-defined]


def person_context(request: HttpRequest, person: Person, **more: Any) -> dict[str, Any]:
    """All that the person page shows."""
    staff = request.staff  # type: ignore[attr-defined]
    today = clock.today()
    household = register.household_of(person)
    return {
        "title": person.name,
        "person": person,
        "cover": coverage.coverage(person, today),
        "today": today,
        "household": household,
        "members": household.members.filter(ends_on__isnull=True).select_related("person").order_by("pk")
        if household
        else [],
        "enrollments": person.enrollments.select_related("pooling_area", "region").order_by("-starts_on", "-pk"),
        "dues": person.dues.select_related("pooling_area").order_by("-year", "-pk"),
        "payments": person.payments.order_by("-pk")[:30],
        "statuses": coverage.status_rows(person),
        "held": coverage.statuses(person, today),
        "panels": panels.panels_for("person", staff, person),
        "entries": register.timeline(audit.history(person)),
        "crumbs": [{"label": gettext("参保人员"), "url": "/persons/"}],
        "can_register": staff.can("enrollment.register"),
        "can_pay": staff.can("enrollment.payment"),
        "can_status": staff.can("enrollment.status"),
        "can_reveal": staff.can("enrollment.reveal"),
        **more,
    }


@page("enrollment.view", methods=("GET", "HEAD"))
def person_detail(request: HttpRequest, number: str) -> HttpResponse:
    """One person: identity (masked), household, enrolments, dues and payments, statuses, and what other rooms add."""
    return render(request, "enrollment/person_detail.html", person_context(request, visible(request, number)))


@page("enrollment.reveal", methods=("POST",))
def person_reveal(request: HttpRequest, number: str) -> HttpResponse:
    """Show the document number in clear, once, for a reason that is kept."""
    person = visible(request, number)
    revealed = persons.reveal(actor=request.staff, person=person, reason=request.POST.get("reason", ""))  # type: ignore[attr-defined]
    return render(request, "enrollment/person_detail.html", person_context(request, person, revealed=revealed))


@page("enrollment.register")
def person_correct(request: HttpRequest, number: str) -> HttpResponse:
    """Correct name, ethnicity and telephone."""
    person = visible(request, number)
    form = forms.CorrectionForm(
        request.POST or None,
        initial={
            "version": person.version,
            "name": person.name,
            "ethnicity": person.ethnicity,
            "phone": person.phone(),
        },
    )
    if request.method == "POST" and form.is_valid():
        try:
            persons.correct(actor=request.staff, person=person, **form.cleaned_data)  # type: ignore[attr-defined]
        except Refused as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, gettext("资料已更正。"))
            return redirect("enrollment:person_detail", number)
    return render(request, "enrollment/person_form.html", form_context(person, form, gettext("更正资料")))


@page("enrollment.register")
def person_number(request: HttpRequest, number: str) -> HttpResponse:
    """Give a newborn its resident number."""
    person = visible(request, number)
    form = forms.NumberForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            persons.give_number(actor=request.staff, person=person, **form.cleaned_data)  # type: ignore[attr-defined]
        except Refused as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, gettext("已换为居民身份证号码，参保、缴费和结算记录不变。"))
            return redirect("enrollment:person_detail", number)
    return render(request, "enrollment/person_form.html", form_context(person, form, gettext("新生儿换号")))


@page("enrollment.status")
def status_grant(request: HttpRequest, number: str) -> HttpResponse:
    """Grant a hardship status."""
    person = visible(request, number)
    form = forms.StatusForm(request.POST or None, initial={"starts_on": clock.today()})
    if request.method == "POST" and form.is_valid():
        try:
            statuses.grant(actor=request.staff, person=person, **form.cleaned_data)  # type: ignore[attr-defined]
        except Refused as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, gettext("困难身份已认定。资助金额在下一次核定应缴时计算。"))
            return redirect("enrollment:person_detail", number)
    return render(request, "enrollment/person_form.html", form_context(person, form, gettext("认定困难身份")))


@page("enrollment.status", methods=("POST",))
def status_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a hardship status back."""
    rows = HardshipStatus.objects.visible_to(request.staff).select_related("person", "region")  # type: ignore[attr-defined]
    status = get_object_or_404(rows, pk=pk)
    statuses.withdraw(actor=request.staff, status=status, reason=request.POST.get("reason", ""))  # type: ignore[attr-defined]
    messages.success(request, gettext("困难身份已撤销。"))
    return redirect("enrollment:person_detail", status.person.number)


def form_context(person: Person, form: Any, title: str, **more: Any) -> dict[str, Any]:
    """The context of a small form about one person."""
    return {
        "title": title,
        "form": form,
        "person": person,
        "cancel_url": f"/persons/{person.number}/",
        "crumbs": [
            {"label": gettext("参保人员"), "url": "/persons/"},
            {"label": person.name, "url": f"/persons/{person.number}/"},
        ],
        **more,
    }
