"""Addresses of the poverty app."""

from django.urls import URLPattern, URLResolver, path

from poverty.views import coverage, households, mismatches

app_name = "poverty"
urlpatterns: list[URLPattern | URLResolver] = [
    path("poverty/coverage/", coverage.tree, name="coverage"),
    path("poverty/coverage/children/<slug:code>/", coverage.children, name="coverage_children"),
    path("poverty/coverage/recount/", coverage.recount, name="coverage_recount"),
    path("poverty/missing/", coverage.missing_list, name="missing_list"),
    path("poverty/members/<int:pk>/phone/", coverage.phone_reveal, name="phone_reveal"),
    path("poverty/mismatches/", mismatches.mismatch_list, name="mismatch_list"),
    path("poverty/mismatches/match/", mismatches.match, name="match"),
    path("poverty/mismatches/close/", mismatches.mismatch_close, name="mismatch_close"),
    path("poverty/mismatches/<int:pk>/", mismatches.mismatch_detail, name="mismatch_detail"),
    path("poverty/households/", households.household_list, name="household_list"),
    path("poverty/households/<slug:number>/", households.household_detail, name="household_detail"),
    path("poverty/households/<slug:number>/print/", households.household_print, name="household_print"),
]
