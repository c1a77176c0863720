"""Filters of bills and settlements in the API: explicit, and naming only what the caller may see."""

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from claims.codes import BillState, ItemKind, ProviderLevel, SettlementKind, VisitKind
from claims.models import Bill, CatalogueItem, Provider, Settlement
from enrollment.models import Person
from office.api.filters import RegionFilter


def named_people(request: Any) -> QuerySet[Person]:
    """The people a caller may name in a filter; a hospital names nobody, it sees its own bills."""
    if request is None or request.user.is_machine:
        return Person.objects.none()
    found: QuerySet[Person] = Person.objects.visible_to(request.user)
    return found


class BillFilter(django_filters.FilterSet):
    """Bills by region, person, state, kind, day and hospital number."""

    region = RegionFilter()
    person = django_filters.ModelChoiceFilter(label=_("人员编号"), queryset=named_people, to_field_name="number")
    state = django_filters.ChoiceFilter(label=_("状态"), choices=BillState.choices)
    visit_kind = django_filters.ChoiceFilter(label=_("就诊类别"), choices=VisitKind.choices)
    discharged_on = django_filters.DateFromToRangeFilter(label=_("出院日期"))
    hospital_number = django_filters.CharFilter(label=_("医院单据号"), max_length=40)

    class Meta:
        model = Bill
        fields: list[str] = []


class SettlementFilter(django_filters.FilterSet):
    """Settlements by region, person, kind, visit, level, day and month."""

    region = RegionFilter()
    person = django_filters.ModelChoiceFilter(label=_("人员编号"), queryset=named_people, to_field_name="number")
    kind = django_filters.ChoiceFilter(label=_("种类"), choices=SettlementKind.choices)
    visit_kind = django_filters.ChoiceFilter(label=_("就诊类别"), choices=VisitKind.choices)
    level = django_filters.ChoiceFilter(label=_("机构等级"), choices=ProviderLevel.choices)
    settled_on = django_filters.DateFromToRangeFilter(label=_("结算日期"))
    period = django_filters.NumberFilter(label=_("结算月份"), min_value=200701, max_value=210012)

    class Meta:
        model = Settlement
        fields: list[str] = []


class ProviderFilter(django_filters.FilterSet):
    """Providers by level and by the beginning of the name."""

    level = django_filters.ChoiceFilter(label=_("机构等级"), choices=ProviderLevel.choices)
    name = django_filters.CharFilter(label=_("名称开头"), lookup_expr="startswith", max_length=60)

    class Meta:
        model = Provider
        fields: list[str] = []


class CatalogueFilter(django_filters.FilterSet):
    """Items by kind and by the beginning of the code or the name."""

    kind = django_filters.ChoiceFilter(label=_("类别"), choices=ItemKind.choices)
    code = django_filters.CharFilter(label=_("编码开头"), lookup_expr="startswith", max_length=40)
    name = django_filters.CharFilter(label=_("名称开头"), lookup_expr="startswith", max_length=60)

    class Meta:
        model = CatalogueItem
        fields: list[str] = []
