"""Filters of the claims lists: explicit, and with choices of the staff's own area only."""

from typing import Any

import django_filters
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from claims.codes import BillState, ItemKind, ProviderLevel, SettlementKind, VisitKind
from claims.models import Bill, CatalogueItem, Provider, Settlement


def _named(rows: QuerySet[Any], value: str, path: str = "") -> QuerySet[Any]:
    """Rows whose name starts with the text, or whose pinyin does when it is typed in letters."""
    text = value.strip()
    field = "pinyin" if text.isascii() else "name"
    return rows.filter(**{f"{path}{field}__startswith": text.lower() if text.isascii() else text})


class BillFilter(django_filters.FilterSet):
    """Bills by state, kind, day, patient and provider."""

    state = django_filters.ChoiceFilter(label=_("状态"), choices=BillState.choices)
    visit_kind = django_filters.ChoiceFilter(label=_("就诊类别"), choices=VisitKind.choices)
    discharged_on = django_filters.DateFromToRangeFilter(label=_("出院日期"))
    person = django_filters.CharFilter(label=_("姓名"), method="filter_person")
    hospital_number = django_filters.CharFilter(label=_("医院单据号"), lookup_expr="exact")

    class Meta:
        model = Bill
        fields: list[str] = []

    def filter_person(self, rows: QuerySet[Bill], name: str, value: str) -> QuerySet[Bill]:
        return _named(rows, value, "person__")


class SettlementFilter(django_filters.FilterSet):
    """Settlements by kind, visit, level, day and patient."""

    kind = django_filters.ChoiceFilter(label=_("种类"), choices=SettlementKind.choices)
    visit_kind = django_filters.ChoiceFilter(label=_("就诊类别"), choices=VisitKind.choices)
    level = django_filters.ChoiceFilter(label=_("机构等级"), choices=ProviderLevel.choices)
    settled_on = django_filters.DateFromToRangeFilter(label=_("结算日期"))
    person = django_filters.CharFilter(label=_("姓名"), method="filter_person")

    class Meta:
        model = Settlement
        fields: list[str] = []

    def filter_person(self, rows: QuerySet[Settlement], name: str, value: str) -> QuerySet[Settlement]:
        return _named(rows, value, "person__")


class ProviderFilter(django_filters.FilterSet):
    """Providers by name, level and place."""

    name = django_filters.CharFilter(label=_("名称或拼音"), method="filter_name")
    level = django_filters.ChoiceFilter(label=_("机构等级"), choices=ProviderLevel.choices)
    region = django_filters.CharFilter(label=_("所在地区划代码"), field_name="region__code", lookup_expr="startswith")

    class Meta:
        model = Provider
        fields: list[str] = []

    def filter_name(self, rows: QuerySet[Provider], name: str, value: str) -> QuerySet[Provider]:
        return _named(rows, value)


class CatalogueFilter(django_filters.FilterSet):
    """Items by code, name or first letters, and kind."""

    text = django_filters.CharFilter(label=_("编码、名称或拼音首字母"), method="filter_text")
    kind = django_filters.ChoiceFilter(label=_("类别"), choices=ItemKind.choices)

    class Meta:
        model = CatalogueItem
        fields: list[str] = []

    def filter_text(self, rows: QuerySet[CatalogueItem], name: str, value: str) -> QuerySet[CatalogueItem]:
        text = value.strip()
        return rows.filter(Q(code__istartswith=text) | Q(name__contains=text) | Q(pinyin__startswith=text.lower()))
