"""Notices and saved filters of one account."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.listing import ListPage
from office.access import page, reads_by_post
from office.models import Notice
from office.services import notices
from office.tables import NoticeTable

NOTICES = ListPage(
    title=gettext_lazy("通知"),
    table_class=NoticeTable,
    rows=lambda staff: Notice.objects.visible_to(staff),
    order=("-pk",),
    template="office/notice_list.html",
    empty_text=gettext_lazy("没有通知。"),
)


@page(methods=("GET", "HEAD"))
def notice_list(request: HttpRequest) -> HttpResponse:
    """The account's notices."""
    return NOTICES.respond(request)


@reads_by_post
@page(methods=("POST",))
def notice_read(request: HttpRequest) -> HttpResponse:
    """Mark all as read."""
    notices.mark_read(actor=request.user)
    messages.success(request, _("已全部标为已读。"))
    return redirect("office:notices")
