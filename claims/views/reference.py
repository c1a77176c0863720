"""Providers and the catalogue."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext_lazy

from claims.filters import CatalogueFilter, ProviderFilter
from claims.selectors import reference, settled
from claims.tables import CatalogueTable, ProviderTable
from core import clock
from core.listing import ListPage
from office.access import page

PROVIDERS = ListPage(
    title=gettext_lazy("定点医药机构"),
    table_class=ProviderTable,
    rows=reference.providers,
    filterset_class=ProviderFilter,
    order=("code",),
    export_name=gettext_lazy("定点医药机构"),
)
CATALOGUE = ListPage(
    title=gettext_lazy("医保目录"),
    table_class=CatalogueTable,
    rows=lambda staff: reference.catalogue_on(staff, clock.today()),
    filterset_class=CatalogueFilter,
    order=("code",),
    export_name=gettext_lazy("医保目录"),
)


@page("claims.view", "claims.provider")
def provider_list(request: HttpRequest) -> HttpResponse:
    """All providers."""
    return PROVIDERS.respond(request)


@page("claims.view", "claims.provider", methods=("GET", "HEAD"))
def provider_detail(request: HttpRequest, code: str) -> HttpResponse:
    """One provider: agreements and the latest settlements of the staff's area there."""
    provider = get_object_or_404(reference.providers(request.user), code=code)
    rows = settled.settlements(request.user).filter(provider=provider)
    context = {
        "provider": provider,
        "agreements": provider.agreements.order_by("-starts_on"),
        "settlements": rows.order_by("-pk")[:20] if request.user.can("claims.view") else [],
    }
    return render(request, "claims/provider_detail.html", context)


@page("claims.view", "claims.catalogue")
def catalogue_list(request: HttpRequest) -> HttpResponse:
    """The catalogue of the office's day."""
    return CATALOGUE.respond(request)
