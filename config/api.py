"""The API under /api/v1/: one router that the apps fill, and the form of its errors."""

from typing import Any

from django.urls import URLPattern, URLResolver, path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework.authtoken.views import obtain_auth_token
from rest_framework.response import Response
from rest_framework.routers import SimpleRouter
from rest_framework.views import exception_handler

import claims.api
import core.api
import enrollment.api
import funds.api
import office.api
import policy.api
import poverty.api
import reports.api
from core.refusal import Refused

router = SimpleRouter()
for room in (core.api, office.api, policy.api, enrollment.api, claims.api, poverty.api, funds.api, reports.api):
    room.register(router)

app_name = "api"
urlpatterns: list[URLPattern | URLResolver] = [
    path("token/", obtain_auth_token, name="token"),
    path("schema/", SpectacularAPIView.as_view(), name="schema"),
    path("docs/", SpectacularSwaggerSplitView.as_view(url_name="api:schema"), name="docs"),
    *router.urls,
]


def answer_error(exception: Exception, context: dict[str, Any]) -> Response | None:
    """A refusal becomes 409 with its message; the rest is answered as the framework does."""
    if isinstance(exception, Refused):
        return Response({"detail": str(exception), "code": getattr(exception, "code", "refused")}, status=409)
    return exception_handler(exception, context)
