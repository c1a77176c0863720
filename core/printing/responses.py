"""A sheet as an answer to a browser."""

from collections.abc import Callable
from urllib.parse import quote

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from core.printing.fonts import MissingGlyph


def pdf_or_browser(
    request: HttpRequest, build: Callable[[], bytes], *, file_name: str, browser_url: str
) -> HttpResponse:
    """The PDF of ``build``; where a name has a character no font holds, the page to print from the browser instead.

    ``browser_url`` is the record's own page; it is opened with ``?print=1``, where ``components/print_now.html`` asks
    the browser to print.
    """
    try:
        content = build()
    except MissingGlyph as refusal:
        messages.warning(request, str(refusal))
        return redirect(f"{browser_url}{'&' if '?' in browser_url else '?'}print=1")
    response = HttpResponse(content, content_type="application/pdf")
    response.headers["Content-Disposition"] = f"inline; filename*=UTF-8''{quote(file_name)}"
    return response
