"""The API under /api/v1/: one router that the apps fill, and its description."""

from django.urls import URLPattern, URLResolver, path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework.routers import SimpleRouter

import claims.api
import core.api
import enrollment.api
import funds.api
import office.api
import policy.api
import poverty.api
import reports.api

router = SimpleRouter()
for room in (core.api, office.api, policy.api, enrollment.api, claims.api, poverty.api, funds.api, reports.api):
    room.register(router)

app_name = "api"
urlpatterns: list[URLPattern | URLResolver] = [
    path("schema/", SpectacularAPIView.as_view(), name="schema"),
    path("docs/", SpectacularSwaggerSplitView.as_view(url_name="api:schema"), name="docs"),
    *router.urls,
]
