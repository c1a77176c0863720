"""Addresses of the funds app."""

from django.urls import URLPattern, URLResolver, path

from funds.views import annual, books, budgets, overview, subsidies, warnings

app_name = "funds"
urlpatterns: list[URLPattern | URLResolver] = [
    path("funds/", overview.overview, name="overview"),
    path("funds/post/", overview.post, name="post"),
    path("funds/close/", overview.close, name="close"),
    path("funds/assess/", overview.assess, name="assess"),
    path("books/<int:pk>/", books.trial_balance, name="trial_balance"),
    path("books/<int:pk>/accounts/<str:code>/", books.account, name="account"),
    path("journal/", books.journal_list, name="journal_list"),
    path("journal/<str:number>/", books.journal_detail, name="journal_detail"),
    path("subsidies/", subsidies.subsidies, name="subsidies"),
    path("subsidies/receive/", subsidies.receive, name="subsidy_receive"),
    path("subsidies/work-out/", subsidies.work_out, name="subsidy_work_out"),
    path("subsidies/transfer/", subsidies.transfer, name="premium_transfer"),
    path("budgets/", budgets.budget_list, name="budget_list"),
    path("budgets/new/", budgets.budget_new, name="budget_new"),
    path("warnings/", warnings.warning_list, name="warning_list"),
    path("warnings/<int:pk>/", warnings.warning_detail, name="warning_detail"),
    path("annual-books/", annual.annual_books, name="annual_books"),
    path("annual-books/<int:pk>/", annual.annual_book, name="annual_book"),
]
