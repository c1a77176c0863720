"""Addresses of the reports app."""

from django.urls import URLPattern, URLResolver, path

from reports.views import submissions, trends

app_name = "reports"
urlpatterns: list[URLPattern | URLResolver] = [
    path("reports/", submissions.month_page, name="month"),
    path("reports/trends/", trends.trends, name="trends"),
    path("submissions/", submissions.submission_list, name="submission_list"),
    path("submissions/build/", submissions.submission_build, name="submission_build"),
    path("submissions/<slug:number>/", submissions.submission_detail, name="submission_detail"),
    path("submissions/<slug:number>/cells/<slug:code>/", submissions.submission_cell, name="submission_cell"),
    path("submissions/<slug:number>/cells/<slug:code>/rows/", submissions.submission_rows, name="submission_rows"),
    path("submissions/<slug:number>/file/", submissions.submission_download, name="submission_download"),
    path("submissions/<slug:number>/submit/", submissions.submission_submit, name="submission_submit"),
    path("submissions/<slug:number>/accept/", submissions.submission_accept, name="submission_accept"),
    path("submissions/<slug:number>/return/", submissions.submission_return, name="submission_return"),
    path("submissions/<slug:number>/correct/", submissions.submission_correct, name="submission_correct"),
]
