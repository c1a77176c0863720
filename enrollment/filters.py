"""Filters of the register's lists: never by document number."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from core import clock
from enrollment.codes import DifferenceKind, DifferenceState, DueState, HardshipCategory, PaymentKind, PersonCategory
from enrollment.models import Due, Payment, PaymentDifference, Person
from enrollment.selectors import register
from office.models import Region
from office.selectors import regions


def years() -> list[tuple[str, str]]:
    """The benefit years a list may be asked for: next year back to five years ago."""
    this = clock.today().year
    return [(str(year), str(year)) for year in range(this + 1, this - 6, -1)]


class AreaFilterSet(django_filters.FilterSet):
    """Filters with a choice of regions: those one step below the staff's own, and the way down to the chosen one."""

    region = django_filters.ChoiceFilter(label=_("地区"), method="filter_region")

    def __init__(self, data: Any = None, *args: Any, **kwargs: Any) -> None:
        super().__init__(data, *args, **kwargs)
        staff = getattr(self.request, "staff", None)
        self.filters["region"].extra["choices"] = _choices(staff, (data or {}).get("region", "")) if staff else []

    def filter_region(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return rows.filter(region__in=register.below(Region.everywhere.get(code=value)))


def _choices(staff: Any, chosen: str) -> list[tuple[str, str]]:
    if staff.region is None:
        return []
    found = list(regions.children(staff.region, clock.today()))
    region = Region.everywhere.filter(code=chosen).first() if chosen.isdigit() else None
    if region is not None and staff.may_see(region):
        inner = regions.children(region, clock.today())
        found = [*found, region, *inner]
    return [(one.code, one.name) for one in dict.fromkeys(found)]


class PersonFilter(AreaFilterSet):
    """People: by region, name, category, status, year and payment."""

    name = django_filters.CharFilter(label=_("姓名"), method="filter_name")
    year = django_filters.ChoiceFilter(label=_("年度"), method="filter_nothing", choices=years, empty_label=None)
    category = django_filters.ChoiceFilter(
        label=_("人员类别"), choices=PersonCategory.choices, method="filter_category"
    )
    status = django_filters.ChoiceFilter(label=_("困难身份"), choices=HardshipCategory.choices, method="filter_status")
    covered = django_filters.ChoiceFilter(
        label=_("参保"), choices=[("yes", _("已参保")), ("no", _("未参保"))], method="filter_covered"
    )
    paid = django_filters.ChoiceFilter(
        label=_("缴费"),
        choices=[choice for choice in DueState.choices if choice[0] != "cancelled"],
        method="filter_paid",
    )

    class Meta:
        model = Person
        fields: list[str] = []

    def __init__(self, data: Any = None, *args: Any, **kwargs: Any) -> None:
        # The year that the list shows when nobody has asked is the one its filter must say.
        if data is not None and "year" not in data:
            data = data.copy()
            data["year"] = str(clock.today().year)
        super().__init__(data, *args, **kwargs)

    @property
    def asked_year(self) -> int:
        return int(self.form.cleaned_data.get("year") or clock.today().year)

    def filter_nothing(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return rows

    def filter_name(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        if value.isascii():
            return rows.filter(pinyin__startswith=value.lower().replace(" ", ""))
        return rows.filter(name__startswith=value)

    def filter_category(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return rows.filter(register.enrolled_in(self.asked_year, value))

    def filter_status(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return rows.filter(register.with_status(value))

    def filter_covered(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        condition = register.enrolled_in(self.asked_year)
        return rows.filter(condition if value == "yes" else ~condition)

    def filter_paid(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return rows.filter(register.in_state(self.asked_year, value))


class DueFilter(AreaFilterSet):
    """Dues: by region, year, category, state, aid."""

    year = django_filters.ChoiceFilter(label=_("年度"), choices=years)
    category = django_filters.ChoiceFilter(label=_("人员类别"), choices=PersonCategory.choices)
    state = django_filters.ChoiceFilter(label=_("状态"), choices=DueState.choices)
    aid_category = django_filters.ChoiceFilter(label=_("资助身份"), choices=HardshipCategory.choices)

    class Meta:
        model = Due
        fields: list[str] = []


class PaymentFilter(AreaFilterSet):
    """Payments: by region, year, kind, days."""

    year = django_filters.ChoiceFilter(label=_("年度"), choices=years)
    kind = django_filters.ChoiceFilter(label=_("缴费方式"), choices=PaymentKind.choices)
    booked_on = django_filters.DateFromToRangeFilter(label=_("入账日期"))

    class Meta:
        model = Payment
        fields: list[str] = []


class DifferenceFilter(AreaFilterSet):
    """Differences: by file, kind and state."""

    kind = django_filters.ChoiceFilter(label=_("差异"), choices=DifferenceKind.choices)
    state = django_filters.ChoiceFilter(label=_("状态"), choices=DifferenceState.choices)
    batch = django_filters.NumberFilter(label=_("文件编号"))

    class Meta:
        model = PaymentDifference
        fields: list[str] = []
