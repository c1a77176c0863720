"""The idempotency key of a writing call: the header `Idempotency-Key` with a UUID of the caller's own."""

from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request

HEADER = "Idempotency-Key"


def key_of(request: Request) -> UUID:
    """The caller's key; the same key with the same content is answered with what came of it the first time."""
    text = request.headers.get(HEADER, "")
    if not text:
        raise ValidationError(
            {HEADER: [_("办理业务的请求须带 Idempotency-Key 请求头，值为一个新的 UUID；重发同一笔时用同一个值。")]}
        )
    try:
        return UUID(text)
    except ValueError:
        raise ValidationError({HEADER: [_("Idempotency-Key 不是有效的 UUID。请换一个。")]}) from None


def parameter() -> Any:
    """The header in the interface's description."""
    from drf_spectacular.types import OpenApiTypes
    from drf_spectacular.utils import OpenApiParameter

    return OpenApiParameter(
        HEADER,
        OpenApiTypes.UUID,
        OpenApiParameter.HEADER,
        required=True,
        description=_("每笔业务一个新的 UUID；网络中断后重发同一笔时用同一个值，不会办理两次。"),
    )
