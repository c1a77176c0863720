"""The claims app's part of the API."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:  # the routers load the authentication classes, which live in packages like this one
    from rest_framework.routers import BaseRouter


def register(router: BaseRouter) -> None:
    """Add this app's viewsets to the router of /api/v1/."""
    from claims.api import views

    router.register("entitlements", views.EntitlementViewSet, basename="entitlements")
    router.register("providers", views.ProviderViewSet, basename="providers")
    router.register("catalogue", views.CatalogueViewSet, basename="catalogue")
    router.register("bills", views.BillViewSet, basename="bills")
    router.register("settlements", views.SettlementViewSet, basename="settlements")
