"""The one-stop window: who is this, covered or not, what has the year used up, the bill, the three layers, the sheet."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from claims.forms import BillForm, LineRows, PersonSearchForm
from claims.models import Provider
from claims.selectors import entitlements, explanations, reference, settled
from claims.services import bills, refusals, settlements
from claims.services import window as one_stop
from core import clock
from core.forms import add_refusal
from core.identity import IdentityNumber
from core.refusal import Refused
from enrollment.codes import HardshipCategory, PersonCategory
from enrollment.models import Person
from enrollment.services.persons import identity_index
from office.access import page


@page("claims.settle")
def window(request: HttpRequest) -> HttpResponse:
    """Find a person; one hit opens the window for that person."""
    form = PersonSearchForm(request.POST or None)
    people: list[Person] = []
    if request.method == "POST" and form.is_valid():
        text = form.cleaned_data["text"].strip()
        people = _find(request.user, text)
        if len(people) == 1:
            return redirect("claims:window_person", number=people[0].number)
        if not people:
            form.add_error("text", _("辖区内没有找到。请核对证件号码；未参保的人先到“参保登记”办理。"))
    context = {"form": form, "people": people, "waiting": settled.waiting_bills(request.user).order_by("pk")[:10]}
    return render(request, "claims/window.html", context)


@page("claims.settle")
def window_person(request: HttpRequest, number: str) -> HttpResponse:
    """The window for one person: enter a bill, preview, settle."""
    person = get_object_or_404(Person.objects.visible_to(request.user).select_related("region"), number=number)
    form = BillForm(request.POST if request.method == "POST" else None, initial={"visit_kind": "inpatient"})
    lines = LineRows(request.POST if request.method == "POST" else None)
    seen: Any = None
    if request.method == "POST":
        drafts = lines.drafts()
        if form.is_valid() and not lines.error:
            draft = form.draft(person.pk, drafts)
            try:
                if request.POST.get("action") == "settle":
                    made = one_stop.enter_and_settle(draft, actor=request.user, key=form.cleaned_data["key"])
                    messages.success(request, _("已结算：%(number)s。") % {"number": made.number})
                    return redirect("claims:settlement_detail", number=made.number)
                if request.POST.get("action") == "keep":
                    bill = bills.enter(draft, actor=request.user, key=form.cleaned_data["key"])
                    messages.success(request, _("单据已保存，待结算：%(number)s。") % {"number": bill.number})
                    return redirect("claims:bill_detail", number=bill.number)
                seen = settlements.preview(bills.check(draft, actor=request.user).facts, actor=request.user)
            except Refused as refusal:
                add_refusal(form, refusal)
    today = clock.today()
    context = {
        "person": person,
        "form": form,
        "lines": lines,
        "providers": Provider.objects.visible_to(request.user).order_by("code")[:200],
        "waiting": settled.waiting_bills(request.user).filter(person=person).order_by("discharged_on"),
        **situation(person, today),
        **preview_context(seen),
    }
    return render(request, "claims/window_person.html", context)


@page("claims.settle", "claims.view", methods=("GET", "HEAD"))
def catalogue_lookup(request: HttpRequest) -> HttpResponse:
    """Options for the code field of a line, by code, name or first letters; a fragment."""
    items = reference.find_items(request.user, request.GET.get("code", ""), clock.today())
    return render(request, "claims/catalogue_options.html", {"items": items})


def situation(person: Person, on: Any) -> dict[str, Any]:
    """Covered today and why (not), with which statuses, and what the year has used up."""
    entitlement = entitlements.of([(person.pk, on)])[(person.pk, on)]
    categories, statuses = dict(PersonCategory.choices), dict(HardshipCategory.choices)
    problem = refusals.coverage_reason(person.name, on, entitlement)
    if person.died_on is not None:
        problem = _("%(name)s 已登记于 %(day)s 死亡。") % {"name": person.name, "day": person.died_on.isoformat()}
    return {
        "today": on,
        "entitlement": entitlement,
        "category_label": categories.get(entitlement.category, ""),
        "status_labels": [statuses.get(status, status) for status in sorted(entitlement.statuses)],
        "problem": problem,
        "year_total": settled.year_total(person.pk, on.year),
    }


def preview_context(seen: Any) -> dict[str, Any]:
    """What a preview shows: the refusal, or the three layers and their explanation."""
    if seen is None:
        return {}
    context: dict[str, Any] = {"seen": seen, "refusal": seen.refusal, "result": seen.result}
    if seen.result is not None:
        context["explanation"] = explanations.lines(seen.result.steps, seen.terms)
        context["is_illustrative"] = explanations.is_illustrative(seen.terms, seen.result.steps)
    return context


def _find(staff: Any, text: str) -> list[Person]:
    people = Person.objects.visible_to(staff).filter(merged_into__isnull=True).select_related("region")
    try:
        number = IdentityNumber.parse(text).number
    except Refused:
        if text.upper().startswith("P") and text[1:].isdigit():
            return list(people.filter(number=text.upper()))
        field = "pinyin__startswith" if text.isascii() else "name__startswith"
        return list(people.filter(**{field: text.lower() if text.isascii() else text}).order_by("pinyin", "pk")[:30])
    return list(people.filter(id_index=identity_index("01", number)))
