"""Filters of the poverty room's lists."""

from __future__ import annotations

import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from enrollment.codes import HardshipCategory
from enrollment.filters import AreaFilterSet
from poverty.codes import Gap, MismatchKind, MismatchState
from poverty.models import LedgerHousehold, LedgerMember, Mismatch
from poverty.selectors import ledger


class MissingFilter(AreaFilterSet):
    """The missing by region, reason and category."""

    gap = django_filters.ChoiceFilter(label=_("缺口原因"), choices=[choice for choice in Gap.choices if choice[0]])
    category = django_filters.ChoiceFilter(
        label=_("困难身份"), choices=HardshipCategory.choices, method="filter_category"
    )
    name = django_filters.CharFilter(label=_("姓名"), lookup_expr="startswith")

    class Meta:
        model = LedgerMember
        fields: list[str] = []

    def filter_category(self, rows: QuerySet[LedgerMember], name: str, value: str) -> QuerySet[LedgerMember]:
        return rows.filter(ledger.with_category(value))


class MismatchFilter(AreaFilterSet):
    """Mismatches by region, kind and state."""

    kind = django_filters.ChoiceFilter(label=_("未匹配种类"), choices=MismatchKind.choices)
    state = django_filters.ChoiceFilter(label=_("状态"), choices=MismatchState.choices)
    name = django_filters.CharFilter(label=_("姓名"), field_name="member__name", lookup_expr="startswith")

    class Meta:
        model = Mismatch
        fields: list[str] = []


class HouseholdFilter(AreaFilterSet):
    """Households by region, number, head and category."""

    head_name = django_filters.CharFilter(label=_("户主"), lookup_expr="startswith")
    book_number = django_filters.CharFilter(label=_("户编号"), lookup_expr="exact")
    category = django_filters.ChoiceFilter(
        label=_("困难身份"), choices=HardshipCategory.choices, method="filter_category"
    )

    class Meta:
        model = LedgerHousehold
        fields: list[str] = []

    def filter_category(self, rows: QuerySet[LedgerHousehold], name: str, value: str) -> QuerySet[LedgerHousehold]:
        return rows.filter(ledger.household_with_category(value))
