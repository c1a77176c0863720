"""The funds part of the API: risk warnings to read."""

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers

from core.api.fields import ModelSerializer
from funds.codes import WarningGrade, WarningState
from funds.filters import INDICATORS
from funds.models import RiskWarning
from office.api.filters import RegionFilter
from office.api.views import ReadingViewSet


class WarningSerializer(ModelSerializer):
    """One indicator of one area and month; its value is a fraction, null where data is missing."""

    pooling_area = serializers.CharField(source="pooling_area.code", help_text=_("统筹地区代码"))

    class Meta:
        model = RiskWarning
        fields = [
            "id",
            "pooling_area",
            "period",
            "indicator",
            "version",
            "is_latest",
            "numerator",
            "denominator",
            "grade",
            "missing",
            "state",
            "due_on",
            "read_at",
        ]
        read_only_fields = fields


class WarningFilter(django_filters.FilterSet):
    """Warnings by area, month, indicator, grade, state; all versions unless asked."""

    area = RegionFilter(field_name="pooling_area")
    period = django_filters.NumberFilter(label=_("期间"), min_value=200701, max_value=210012)
    indicator = django_filters.ChoiceFilter(label=_("指标"), choices=INDICATORS)
    grade = django_filters.ChoiceFilter(label=_("等级"), choices=WarningGrade.choices)
    state = django_filters.ChoiceFilter(label=_("处置状态"), choices=WarningState.choices)
    is_latest = django_filters.BooleanFilter(label=_("最新版本"))

    class Meta:
        model = RiskWarning
        fields: list[str] = []


@extend_schema_view(
    list=extend_schema(summary=_("风险预警列表")),
    retrieve=extend_schema(summary=_("一条风险预警")),
)
class WarningViewSet(ReadingViewSet):
    """Risk warnings of the area."""

    required_permissions = {"GET": "funds.view"}
    serializer_class = WarningSerializer
    filterset_class = WarningFilter
    model_of_rows = RiskWarning
    lookup_value_regex = "[0-9]{1,15}"

    def rows(self, staff: Any) -> QuerySet[RiskWarning]:
        return RiskWarning.objects.visible_to(staff).select_related("pooling_area")  # type: ignore[no-any-return]
