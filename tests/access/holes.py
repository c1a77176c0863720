"""Deliberately broken views: the walk must catch every one of them."""

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import include, path

from enrollment.models import Person
from office.access import page
from office.models import Office, User, WorkItem


def without_door(request: HttpRequest) -> HttpResponse:
    """Hole 1: no @page."""
    return HttpResponse("x")


@page(methods=("GET",))
def without_permission(request: HttpRequest) -> HttpResponse:
    """Hole 2: @page, but no permission asked."""
    return HttpResponse("x")


@page("office.work", methods=("GET",))
def by_everywhere(request: HttpRequest, pk: int) -> HttpResponse:
    """Hole 3: the record is looked for everywhere."""
    return HttpResponse(get_object_or_404(WorkItem.everywhere.all(), pk=pk).title)


class AnyOffice(forms.Form):
    """A form that takes an office of any area."""

    username = forms.CharField()
    office = forms.ModelChoiceField(Office.everywhere.all())


@page("core.admin.system", methods=("POST",))
def takes_any_key(request: HttpRequest) -> HttpResponse:
    """Hole 4: a foreign key of another area is taken from the form."""
    form = AnyOffice(request.POST)
    if form.is_valid():
        User.everywhere.create(username=form.cleaned_data["username"], name="x", office=form.cleaned_data["office"])
    return HttpResponse("x")


@page("core.admin.audit", methods=("GET",))
def not_in_the_table(request: HttpRequest) -> HttpResponse:
    """Hole 5: nobody wrote a line for it."""
    return HttpResponse("x")


@page("office.work")
def writes_by_get(request: HttpRequest) -> HttpResponse:
    """Hole 6: meant for POST, open to every method."""
    return HttpResponse("x")


@page("enrollment.view", methods=("GET",))
def shows_the_number(request: HttpRequest, number: str) -> HttpResponse:
    """Hole 7: the document number stands on the page in clear."""
    person = get_object_or_404(Person.objects.visible_to(request.user), number=number)
    return HttpResponse(f"{person.name} {person.identity()}")


holes = [
    path("without-door/", without_door, name="without_door"),
    path("without-permission/", without_permission, name="without_permission"),
    path("by-everywhere/<int:pk>/", by_everywhere, name="by_everywhere"),
    path("takes-any-key/", takes_any_key, name="takes_any_key"),
    path("not-in-the-table/", not_in_the_table, name="not_in_the_table"),
    path("writes-by-get/", writes_by_get, name="writes_by_get"),
    path("shows-the-number/<slug:number>/", shows_the_number, name="shows_the_number"),
]
urlpatterns = [path("holes/", include((holes, "holes"))), path("", include("config.urls"))]
