"""Addresses of the claims app."""

from django.urls import URLPattern, URLResolver, path

from claims.views import bills, reference, settlements, window

app_name = "claims"
urlpatterns: list[URLPattern | URLResolver] = [
    path("claims/window/", window.window, name="window"),
    path("claims/window/<str:number>/", window.window_person, name="window_person"),
    path("claims/lookup/", window.catalogue_lookup, name="catalogue_lookup"),
    path("bills/", bills.bill_list, name="bill_list"),
    path("bills/<str:number>/", bills.bill_detail, name="bill_detail"),
    path("bills/<str:number>/settle/", bills.bill_settle, name="bill_settle"),
    path("bills/<str:number>/withdraw/", bills.bill_withdraw, name="bill_withdraw"),
    path("settlements/", settlements.settlement_list, name="settlement_list"),
    path("settlements/<str:number>/", settlements.settlement_detail, name="settlement_detail"),
    path("settlements/<str:number>/print/", settlements.settlement_print, name="settlement_print"),
    path("settlements/<str:number>/reverse/", settlements.settlement_reverse, name="settlement_reverse"),
    path("providers/", reference.provider_list, name="provider_list"),
    path("providers/<str:code>/", reference.provider_detail, name="provider_detail"),
    path("catalogue/", reference.catalogue_list, name="catalogue_list"),
]
