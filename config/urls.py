"""All addresses: each room includes its own."""

from django.contrib import admin
from django.urls import include, path

from config import health

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("metrics", health.metrics, name="metrics"),
    path("api/v1/", include("config.api")),
    path("admin/", admin.site.urls),
    path("language/", include("django.conf.urls.i18n")),
    path("", include("office.urls")),
    path("", include("core.urls")),
    path("", include("policy.urls")),
    path("", include("enrollment.urls")),
    path("", include("claims.urls")),
    path("", include("poverty.urls")),
    path("", include("funds.urls")),
    path("", include("reports.urls")),
]

handler400 = "config.errors.bad_request"
handler403 = "config.errors.forbidden"
handler404 = "config.errors.missing"
handler500 = "config.errors.fault"
