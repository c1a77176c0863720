"""The reports app's part of the API."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:  # the routers load the authentication classes, which live in packages like this one
    from rest_framework.routers import BaseRouter


def register(router: BaseRouter) -> None:
    """Add this app's viewsets to the router of /api/v1/."""
    from reports.api import views

    router.register("submissions", views.SubmissionViewSet, basename="submissions")
