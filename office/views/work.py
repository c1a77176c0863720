"""The work list: what has to be done, taking it and giving it back."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.listing import ListPage
from office.access import page
from office.filters import WorkFilter
from office.selectors import waiting
from office.services import work
from office.tables import WorkTable

WORK = ListPage(
    title=gettext_lazy("待办事项"),
    table_class=WorkTable,
    rows=waiting.work_items,
    filterset_class=WorkFilter,
    order=("due_on", "pk"),
    orders={"due_on": ("due_on", "pk"), "opened_on": ("opened_on", "pk")},
    export_permission="office.export",
    empty_text=gettext_lazy("没有待办事项。"),
)


@page("office.work")
def work_list(request: HttpRequest) -> HttpResponse:
    """What waits for this account's area and permissions."""
    return WORK.respond(request)


@page("office.work", methods=("POST",))
def work_take(request: HttpRequest, pk: int) -> HttpResponse:
    """Put one's name on an item."""
    item = work.take(get_object_or_404(waiting.work_items(request.user), pk=pk), actor=request.user)
    messages.success(request, _("已领取“%(title)s”。") % {"title": item.title})
    return redirect(item.url or "office:work_list")


@page("office.work", methods=("POST",))
def work_give_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Take one's name off an item."""
    item = work.give_back(get_object_or_404(waiting.work_items(request.user), pk=pk), actor=request.user)
    messages.success(request, _("已退回“%(title)s”。") % {"title": item.title})
    return redirect("office:work_list")
