"""Addresses of the policy app."""

from django.urls import URLPattern, URLResolver, path

from policy.views import findings, law, national_values, sets, terms

app_name = "policy"
urlpatterns: list[URLPattern | URLResolver] = [
    path("policy/", terms.terms, name="terms"),
    path("policy/snapshots/<str:digest>/", terms.snapshot_detail, name="snapshot_detail"),
    path("policy/documents/", law.document_list, name="document_list"),
    path("policy/documents/<str:number>/", law.document_detail, name="document_detail"),
    path("policy/parameters/", law.parameter_list, name="parameter_list"),
    path("policy/parameters/<str:key>/", law.parameter_detail, name="parameter_detail"),
    path("policy/sets/", sets.set_list, name="set_list"),
    path("policy/sets/new/", sets.set_new, name="set_new"),
    path("policy/sets/import/", sets.set_import, name="set_import"),
    path("policy/sets/<int:pk>/", sets.set_detail, name="set_detail"),
    path("policy/sets/<int:pk>/edit/", sets.set_edit, name="set_edit"),
    path("policy/sets/<int:pk>/compare/", sets.set_compare, name="set_compare"),
    path("policy/sets/<int:pk>/file/", sets.set_file, name="set_file"),
    path("policy/findings/", findings.finding_list, name="finding_list"),
    path("policy/findings/recompute/", findings.finding_recompute, name="finding_recompute"),
    path("policy/national-values/", national_values.national_value_list, name="national_value_list"),
    path("policy/national-values/new/", national_values.national_value_new, name="national_value_new"),
    path("policy/national-values/<int:pk>/", national_values.national_value_detail, name="national_value_detail"),
]
