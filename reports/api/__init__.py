"""The reports app's part of the API."""

from rest_framework.routers import BaseRouter


def register(router: BaseRouter) -> None:
    """Add this app's viewsets to the router of /api/v1/."""
