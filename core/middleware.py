"""What a request meets on its way: whose work it is, and how a refusal or a silent database is told."""

import uuid
from collections.abc import Callable
from typing import Any

import structlog
from django.core.signals import got_request_exception
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from core import constraints, requests
from core.refusal import Refused, problem

Answer = Callable[[HttpRequest], HttpResponse]
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})

log = structlog.get_logger("office.refusal")


class RefusalMiddleware:
    """Turns refusals into a page, an HTMX fragment or JSON; says whose work the row versions are.

    Stands inside the session and authentication middleware. Broken constraints become the refusal their model words;
    a database that is busy or down becomes 503.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method in SAFE_METHODS:
            return self.get_response(request)
        number = structlog.contextvars.get_contextvars().get("request_id") or uuid.uuid4().hex[:16]
        with requests.acting(request.user, number=number):
            return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        refusal = exception if isinstance(exception, Refused) else constraints.explain(exception)
        if refusal is not None:
            log.info("refused", code=refusal.code)
            return refuse(request, refusal)
        if constraints.is_busy(exception) or constraints.is_down(exception):
            log.warning("database unavailable", error=type(exception.__cause__ or exception).__name__)
            return unavailable(request, busy=constraints.is_busy(exception))
        return None


class DatabaseMiddleware:
    """Stands outermost: when the database fails in another middleware (session, user), the answer is 503 and not 500."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        fault = getattr(request, "database_fault", None)
        return unavailable(request, busy=False) if fault is not None and response.status_code == 500 else response


def _remember_fault(sender: object, request: HttpRequest | None = None, **kwargs: Any) -> None:
    import sys

    error = sys.exc_info()[1]
    if request is not None and error is not None and constraints.is_down(error):
        request.database_fault = error  # type: ignore[attr-defined]


# Django answers a fault in a middleware at once and hands on a bare 500; only this signal still knows what it was.
got_request_exception.connect(_remember_fault, dispatch_uid="core.database_fault")


def wants_json(request: HttpRequest) -> bool:
    return (
        request.path.startswith("/api/")
        or request.get_preferred_type(["text/html", "application/json"]) == "application/json"
    )


def refuse(request: HttpRequest, refusal: Refused) -> HttpResponse:
    """The answer to a refusal, in the form the caller reads."""
    message = str(refusal)
    if wants_json(request):
        return JsonResponse(problem(refusal.code, message, field=refusal.field), status=refusal.status)
    context = {
        "message": message,
        "text": message,
        "title": _("没有这项权限") if refusal.status == 403 else _("这一步没有完成"),
        "code": refusal.status,
        "back_url": back_url(request),
        "next": back_url(request),
    }
    if request.headers.get("HX-Request") == "true":
        return render(request, "components/refusal.html", context, status=refusal.status)
    return render(request, "403.html" if refusal.status == 403 else "409.html", context, status=refusal.status)


def unavailable(request: HttpRequest, *, busy: bool) -> HttpResponse:
    """503: nothing was saved, try again. Touches neither session nor database."""
    message = (
        _("系统正忙，同一批数据正有人在办理，没有保存任何改动。请稍等片刻再试一次。")
        if busy
        else _("数据库暂时不可用，没有保存任何改动。请过几分钟再试。")
    )
    response: HttpResponse
    if wants_json(request):
        response = JsonResponse(problem("busy" if busy else "unavailable", message), status=503)
    else:
        response = HttpResponse(render_to_string("503.html", {"message": message}), status=503)
    response["Retry-After"] = "2" if busy else "60"
    response["Cache-Control"] = "no-store"
    return response


def back_url(request: HttpRequest) -> str:
    """The page the clerk came from, when it is one of ours, else the work desk."""
    referer = request.headers.get("Referer", "")
    if referer and url_has_allowed_host_and_scheme(referer, {request.get_host()}, require_https=request.is_secure()):
        return referer
    return "/"
