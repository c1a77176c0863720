"""Published yearly books: the years in order, and the input that is missing or asks for a reason."""

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from core.forms import add_refusal
from core.refusal import Refused
from funds.forms import BalanceForm, ReasonForm
from funds.models import AnnualBook
from funds.selectors import annual_books as selectors
from funds.selectors import warnings
from funds.services import annual_books as services
from office.access import page


@page("funds.view", methods=("GET", "HEAD"))
def annual_books(request: HttpRequest) -> HttpResponse:
    """Published years with current balance, adjustment and months payable."""
    staff = request.staff  # type: ignore[attr-defined]
    rows = [
        {
            "year": year,
            "months": warnings.in_unit(year.months_payable, "months") if year.months_payable is not None else "",
        }
        for year in selectors.years(staff)
    ]
    context = {"rows": rows, "can_enter": staff.can("funds.post")}
    return render(request, "funds/annual_books.html", context)


@page("funds.post")
def annual_book(request: HttpRequest, pk: int) -> HttpResponse:
    """Enters a missing balance, or else the reason of an adjustment."""
    staff = request.staff  # type: ignore[attr-defined]
    book = get_object_or_404(AnnualBook.objects.visible_to(staff).select_related("region"), pk=pk)
    is_missing = book.balance_fen is None
    form: forms.Form = (
        BalanceForm(request.POST or None)
        if is_missing
        else ReasonForm(request.POST or None, initial={"reason": book.adjustment_reason})
    )
    if request.method == "POST" and form.is_valid():
        try:
            if is_missing:
                services.enter_balance(actor=staff, book=book, **form.cleaned_data)
            else:
                services.explain(actor=staff, book=book, **form.cleaned_data)
        except Refused as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _("%(year)s 年的账已更新。") % {"year": book.year})
            return redirect("funds:annual_books")
    said = _("录入 %(year)s 年累计结存") if is_missing else _("说明 %(year)s 年差额原因")
    context = {"title": said % {"year": book.year}, "form": form, "cancel_url": reverse("funds:annual_books")}
    return render(request, "funds/form.html", context)
