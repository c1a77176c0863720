"""Errors of the API in one form: {code, message, next, field, errors}."""

from collections.abc import Iterator
from typing import Any

import structlog
from django.utils.translation import gettext as _
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import exception_handler

from core import constraints
from core.refusal import Refused, problem

log = structlog.get_logger("office.refusal")


def answer(exception: Exception, context: dict[str, Any]) -> Response | None:
    """The answer to whatever a view of the API raised; None leaves a fault of ours to Django's log."""
    refusal = exception if isinstance(exception, Refused) else constraints.explain(exception)
    if refusal is not None:
        log.info("refused", code=refusal.code)
        return _refused(refusal)
    if constraints.is_busy(exception) or constraints.is_down(exception):
        log.warning("database unavailable", error=type(exception.__cause__ or exception).__name__)
        busy = constraints.is_busy(exception)
        message = (
            _("系统正忙，同一批数据正有人在办理，没有保存任何改动。请稍等片刻再试一次。")
            if busy
            else _("数据库暂时不可用，没有保存任何改动。请过几分钟再试。")
        )
        return Response(
            problem("busy" if busy else "unavailable", message),
            status=503,
            headers={"Retry-After": "2" if busy else "60"},
        )
    response = exception_handler(exception, context)
    if response is None:
        return None
    if isinstance(exception, exceptions.ValidationError):
        errors: dict[str, list[str]] = {}
        for field, message in _flat(exception.detail, ""):
            errors.setdefault(field, []).append(message)
        first = next(iter(errors), None)
        message = _("提交的内容有误，没有办理。请按 errors 逐项改正后重新提交。")
        response.data = problem("invalid", message, field=first or None, errors=errors)
        return response
    detail = getattr(exception, "detail", None)
    code = getattr(detail, "code", None) or "not_found"
    response.data = problem(str(code), str(detail) if detail is not None else _("找不到这条记录，或它不在您的辖区内。"))
    return response


def _refused(refusal: Refused) -> Response:
    errors = {refusal.field: [str(refusal)]} if refusal.field else None
    return Response(problem(refusal.code, str(refusal), field=refusal.field, errors=errors), status=refusal.status)


def _flat(detail: Any, path: str) -> Iterator[tuple[str, str]]:
    """Errors with the path of their field, as `lines.0.quantity`."""
    if isinstance(detail, dict):
        for name, inner in detail.items():
            name = "" if name == "non_field_errors" else str(name)
            yield from _flat(inner, ".".join(part for part in (path, name) if part))
    elif isinstance(detail, list):
        for place, inner in enumerate(detail):
            if isinstance(inner, (dict, list)):
                yield from _flat(inner, f"{path}.{place}" if path else str(place))
            else:
                yield path, str(inner)
    else:
        yield path, str(detail)
