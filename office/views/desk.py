"""The work desk and the global search."""

import re
import secrets
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from core import clock
from core import secrets as data_secrets
from core.identity import IdentityNumber
from core.refusal import Refused
from office import desk as desk_cards
from office import search as finders
from office.access import page, reads_by_post
from office.models import SearchTicket
from office.permissions import role_label
from office.selectors import waiting

SHORTEST = 2
# A ticket is for the page that follows the search; a day later nobody needs it.
KEPT = timedelta(days=1)
_LOOKS_LIKE_IDENTITY = re.compile(r"^(\d{15}|\d{17}[\dXx])$", re.ASCII)


@page(methods=("GET", "HEAD"))
def desk(request: HttpRequest) -> HttpResponse:
    """What is where, what waits for me, what can I do next."""
    staff, on = request.user, clock.today()
    return render(
        request,
        "office/desk.html",
        {
            "desk": desk_cards.desk_for(staff, on),
            "work_items": waiting.open_work(staff).order_by("due_on", "pk")[:8],
            "approvals": waiting.approvals(staff).order_by("due_on", "pk")[:8],
            "on": on,
            "roles": [role_label(role) for role in sorted(staff.roles)],
        },
    )


@reads_by_post
@page("office.search")
def search(request: HttpRequest) -> HttpResponse:
    """Find a person, a document, a provider.

    The words are posted and kept as cipher under a random ticket, so that no identity number stands in an address.
    """
    staff: Any = request.user
    if request.method == "POST":
        text = request.POST.get("q", "").strip()[:64]
        if len(text) < SHORTEST:
            messages.warning(request, _("请至少输入两个字符。"))
            return redirect("office:search")
        SearchTicket.everywhere.filter(created_at__lt=clock.now() - KEPT).delete()
        ticket = SearchTicket.everywhere.create(
            token=secrets.token_urlsafe(16), owner=staff, cipher=data_secrets.encrypt(text)
        )
        return redirect("office:search_result", token=ticket.token)
    return render(request, "office/search.html", {"groups": None})


@page("office.search", methods=("GET", "HEAD"))
def search_result(request: HttpRequest, token: str) -> HttpResponse:
    """What a search found; a single hit opens at once."""
    staff = request.user
    ticket = get_object_or_404(SearchTicket.objects.visible_to(staff), token=token)
    query = _query(data_secrets.decrypt(bytes(ticket.cipher)))
    groups = finders.find(staff, query)
    hits = [hit for group in groups for hit in group["hits"]]
    if len(hits) == 1:
        return redirect(hits[0].url)
    shown = query.text if not query.identity else f"{query.text[:6]}********{query.text[-4:]}"
    return render(request, "office/search.html", {"groups": groups, "count": len(hits), "shown": shown})


def _query(text: str) -> finders.Query:
    if not _LOOKS_LIKE_IDENTITY.match(text):
        return finders.Query(text)
    try:
        return finders.Query(text, identity=IdentityNumber.parse(text).number)
    except Refused:
        return finders.Query(text)
