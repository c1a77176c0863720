"""Handing out papers: only to those whose area and permission cover them, never under an address of the web server."""

from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404

from core import audit
from office.access import page
from office.models import Paper
from office.services import papers

# Shown in the page: kinds that cannot run anything. The others are downloads.
SHOWN = {"application/pdf", "image/jpeg", "image/png"}


@page(methods=("GET", "HEAD"))
def paper(request: HttpRequest, number: str) -> HttpResponseBase:
    """One paper."""
    found = get_object_or_404(Paper.objects.visible_to(request.user), number=number, withdrawn_at__isnull=True)
    if not request.user.can(found.permission):
        raise PermissionDenied
    path = papers.location(found)
    if not path.is_file():
        raise Http404
    audit.record(request.user, "office.paper.read", found)
    answer = FileResponse(
        path.open("rb"),
        as_attachment=found.media_type not in SHOWN,
        filename=found.file_name,
        content_type=found.media_type,
    )
    answer["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    return answer
