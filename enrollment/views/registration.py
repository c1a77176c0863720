"""The registration form, its look-up by document number, further years, ends and transfers."""

from __future__ import annotations

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext

from core import audit, clock
from core.forms import add_refusal
from core.refusal import Refused
from enrollment import forms
from enrollment.codes import PersonCategory, Proof
from enrollment.models import Enrollment, Person
from enrollment.rules.eligibility import gate
from enrollment.selectors import coverage, register
from enrollment.services import enrollments, persons, registration
from enrollment.views.persons import form_context, visible
from office.access import page, reads_by_post


@page("enrollment.register")
def person_register(request: HttpRequest) -> HttpResponse:
    """参保登记: the paper form; what was typed stays when it is refused."""
    staff = request.staff  # type: ignore[attr-defined]
    form = forms.RegistrationForm(request.POST or None, staff=staff)
    if request.method == "POST" and form.is_valid():
        try:
            person, made = registration.register(actor=staff, **form.cleaned_data)
        except Refused as refusal:
            add_refusal(form, refusal)
        else:
            years = "、".join(str(enrollment.year) for enrollment in made)
            messages.success(
                request, gettext("%(name)s 已登记参保：%(years)s 年度。") % {"name": person.name, "years": years}
            )
            return redirect("enrollment:person_detail", person.number)
    today = clock.today()
    rules = [(PersonCategory(c).label, gate(c, today)) for c in PersonCategory.values]
    proofs = [(label, Proof(rule.proof).label, f"{rule.document} {rule.clause}") for label, rule in rules if rule]
    return render(
        request,
        "enrollment/person_register.html",
        {"title": gettext("参保登记"), "form": form, "proofs": proofs, "cancel_url": "/persons/"},
    )


@reads_by_post
@page("enrollment.register", methods=("POST",))
def person_lookup(request: HttpRequest) -> HttpResponse:
    """What is known of a typed document number: its check, birth and sex, the person of the area, or where else insured."""
    staff = request.staff  # type: ignore[attr-defined]
    kind, number = request.POST.get("id_kind", "01"), request.POST.get("id_number", "").strip()
    context: dict[str, object] = {"today": clock.today()}
    if number:
        try:
            index = persons.identity_index(kind, number)
            if kind == "01":
                _text, context["sex"], context["birth_on"] = persons.documented(kind, number, "", None)
        except Refused as refusal:
            context["refusal"] = str(refusal)
        else:
            person = register.by_index(staff, index)
            context["person"] = person
            if person is not None:
                context["cover"] = coverage.coverage(person, clock.today())
                context["held"] = person.statuses.filter(withdrawn_at__isnull=True, ends_on__isnull=True)
            else:
                with transaction.atomic():
                    context["elsewhere"] = register.elsewhere(index)
                    if context["elsewhere"]:
                        audit.record(staff, "enrollment.elsewhere.asked", None, reason=gettext("登记时查重"))
    return render(request, "enrollment/person_lookup.html", context)


def visible_enrollment(request: HttpRequest, pk: int) -> Enrollment:
    """An enrolment of the staff's area."""
    rows = Enrollment.objects.visible_to(request.staff).select_related("person", "region", "pooling_area")  # type: ignore[attr-defined]
    return get_object_or_404(rows, pk=pk)


@page("enrollment.register")
def person_enroll(request: HttpRequest, number: str) -> HttpResponse:
    """Enrol a known person for a year."""
    person = visible(request, number)
    last = person.enrollments.order_by("-year").first()
    form = forms.EnrollForm(
        request.POST or None, initial={"category": last.category if last else "", "year": clock.today().year}
    )
    if request.method == "POST" and form.is_valid():
        try:
            enrollments.enroll(actor=request.staff, person=person, **form.cleaned_data)  # type: ignore[attr-defined]
        except Refused as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, gettext("已登记参保。"))
            return redirect("enrollment:person_detail", number)
    return render(request, "enrollment/person_form.html", form_context(person, form, gettext("参保登记")))


@page("enrollment.register")
def enrollment_end(request: HttpRequest, pk: int) -> HttpResponse:
    """End an enrolment; its effect on due and benefits is shown before it is saved."""
    enrollment = visible_enrollment(request, pk)
    form = forms.EndForm(request.POST or None, initial={"version": enrollment.version, "ends_on": clock.today()})
    if request.method == "POST" and form.is_valid():
        try:
            enrollments.end(actor=request.staff, enrollment=enrollment, **form.cleaned_data)  # type: ignore[attr-defined]
        except Refused as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, gettext("参保已终止。"))
            return redirect("enrollment:person_detail", enrollment.person.number)
    context = form_context(enrollment.person, form, gettext("终止参保"), enrollment=enrollment)
    return render(request, "enrollment/enrollment_end.html", {**context, **register.effect_of_end(enrollment)})


@page("enrollment.register")
def enrollment_transfer(request: HttpRequest) -> HttpResponse:
    """Take a person over from another pooling area, by the document number."""
    staff = request.staff  # type: ignore[attr-defined]
    form = forms.TransferForm(request.POST or None, staff=staff, initial={"on": clock.today()})
    if request.method == "POST" and form.is_valid():
        asked = form.cleaned_data
        try:
            person = Person.everywhere.filter(
                id_index=persons.identity_index("01", asked["id_number"]), merged_into__isnull=True
            ).first()
            current = (
                person.enrollments.filter(
                    in_force=True, reason_ended="", starts_on__lte=asked["on"], ends_on__gte=asked["on"]
                ).first()
                if person
                else None
            )
            if current is None:
                raise Refused(
                    gettext("转入日没有可转移的参保关系。请核对证件号码，或直接办理参保登记。"), field="id_number"
                )
            moved = enrollments.transfer(
                actor=staff, enrollment=current, version=current.version, region=asked["region"], on=asked["on"]
            )
        except Refused as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, gettext("已转入，参保关系连续。"))
            return redirect("enrollment:person_detail", moved.person.number)
    return render(
        request,
        "enrollment/person_form.html",
        {"title": gettext("转入"), "form": form, "cancel_url": "/persons/"},
    )
