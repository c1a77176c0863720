"""Filters of the funds' lists."""

import django_filters
from django.utils.translation import gettext_lazy as _

from core.periods import Month
from core.refusal import Refused
from funds import indicators
from funds.codes import EntryKind, Fund, WarningGrade, WarningState
from funds.models import Budget, JournalEntry, RiskWarning

INDICATORS = [(one.code, one.name) for one in indicators.catalogue().values()]


class MonthFilter(django_filters.CharFilter):
    """A month typed as 2018-07, kept as 201807; what is no month finds nothing."""

    def filter(self, qs, value):  # type: ignore[no-untyped-def]
        if not value:
            return qs
        try:
            return qs.filter(**{self.field_name: Month.parse(value).period})
        except Refused:
            return qs.none()


class JournalFilter(django_filters.FilterSet):
    """Entries by area, fund, kind, month and number."""

    area = django_filters.CharFilter(label=_("统筹地区代码"), field_name="book__pooling_area__code")
    fund = django_filters.ChoiceFilter(label=_("基金"), field_name="book__fund", choices=Fund.choices)
    kind = django_filters.ChoiceFilter(label=_("业务种类"), choices=EntryKind.choices)
    month = MonthFilter(label=_("期间（2018-07）"), field_name="period")
    fact_on = django_filters.DateFromToRangeFilter(label=_("业务日期"))
    number = django_filters.CharFilter(label=_("凭证号"), lookup_expr="startswith")

    class Meta:
        model = JournalEntry
        fields: list[str] = []


class WarningFilter(django_filters.FilterSet):
    """Warnings by grade, handling, indicator, area and month."""

    grade = django_filters.ChoiceFilter(label=_("等级"), choices=WarningGrade.choices)
    state = django_filters.ChoiceFilter(label=_("处置"), choices=WarningState.choices)
    indicator = django_filters.ChoiceFilter(label=_("指标"), choices=INDICATORS)
    area = django_filters.CharFilter(label=_("统筹地区代码"), field_name="pooling_area__code")
    month = MonthFilter(label=_("期间（2018-07）"), field_name="period")

    class Meta:
        model = RiskWarning
        fields: list[str] = []


class BudgetFilter(django_filters.FilterSet):
    """Budgets by year, fund and area."""

    year = django_filters.NumberFilter(label=_("年度"))
    fund = django_filters.ChoiceFilter(label=_("基金"), choices=Fund.choices)
    area = django_filters.CharFilter(label=_("统筹地区代码"), field_name="pooling_area__code")

    class Meta:
        model = Budget
        fields: list[str] = []
