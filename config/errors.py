"""The pages for what went wrong: no access, no such page, a fault of ours."""

import structlog
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from core.refusal import problem

CODES = {400: "bad_request", 403: "forbidden", 404: "not_found"}


def answer(request: HttpRequest, status: int, message: str) -> HttpResponse:
    """The error page, or its JSON form for the API."""
    if request.path.startswith("/api/"):
        return JsonResponse(problem(CODES[status], message), status=status)
    return render(request, f"{status}.html", {"message": message}, status=status)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return answer(request, 403, _("您的岗位没有这项权限。如工作需要，请向安全管理员申请。"))


def missing(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return answer(request, 404, _("没有这一页，或者不在您的辖区内。请检查地址，或从工作台重新查找。"))


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return answer(request, 400, _("请求的格式不对，系统没有作任何改动。请返回上一页重试。"))


def fault(request: HttpRequest) -> HttpResponse:
    number = structlog.contextvars.get_contextvars().get("request_id", "")
    message = _("系统出错，本次操作没有保存。请稍后重试；仍不行时，请把编号 %(number)s 告诉系统管理员。") % {
        "number": number
    }
    if request.path.startswith("/api/"):
        return JsonResponse(problem("fault", message), status=500)
    return render(request, "500.html", {"message": message, "number": number}, status=500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return answer(request, 403, _("页面已过期，系统没有作任何改动。请返回上一页，刷新后再提交一次。"))
