"""The office app's part of the API."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    # REST framework reads this package's authentication while it is itself being imported.
    from rest_framework.routers import BaseRouter


def register(router: BaseRouter) -> None:
    """Add this app's viewsets to the router of /api/v1/."""
    from office.api import description, views  # noqa: F401 - the description's extensions register themselves

    router.register("regions", views.RegionViewSet, basename="regions")
