"""Filters of the list of reports."""

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from core.periods import Month
from core.refusal import Refused
from reports.codes import SubmissionState
from reports.models import Submission
from reports.rules import definition as definitions


def _definitions() -> list[tuple[str, str]]:
    return [(code, definition.title) for code, definition in definitions.load().items()]


class SubmissionFilter(django_filters.FilterSet):
    """By report, month, state and area."""

    definition = django_filters.ChoiceFilter(label=_("报表"), choices=_definitions)
    month = django_filters.CharFilter(label=_("月份"), method="by_month")
    state = django_filters.ChoiceFilter(label=_("状态"), choices=SubmissionState.choices)
    region = django_filters.CharFilter(label=_("地区"), field_name="region__name", lookup_expr="contains")
    is_latest = django_filters.BooleanFilter(label=_("最新版本"))

    class Meta:
        model = Submission
        fields = ("definition", "month", "state", "region", "is_latest")

    def by_month(self, rows: QuerySet[Submission], name: str, value: Any) -> QuerySet[Submission]:
        try:
            return rows.filter(period=Month.parse(value).period)
        except Refused:
            return rows.none()
