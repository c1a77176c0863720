"""Filters of the register's lists in the API: explicit, and naming only what the caller may see."""

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from enrollment.api.serializers import people_of
from enrollment.codes import PersonCategory
from enrollment.models import Enrollment, Person
from office.api.filters import RegionFilter


def named_people(request: Any) -> QuerySet[Person]:
    """The people a caller may name in a filter."""
    return Person.objects.none() if request is None else people_of(request.user)  # type: ignore[no-any-return]


class PersonFilter(django_filters.FilterSet):
    """People by region and by the beginning of the name or its pinyin; never by document number."""

    region = RegionFilter()
    name = django_filters.CharFilter(label=_("姓名开头，或拼音开头"), method="filter_name", max_length=50)

    class Meta:
        model = Person
        fields: list[str] = []

    def filter_name(self, rows: QuerySet[Person], name: str, value: str) -> QuerySet[Person]:
        if value.isascii():
            return rows.filter(pinyin__startswith=value.lower().replace(" ", ""))
        return rows.filter(name__startswith=value)


class EnrollmentFilter(django_filters.FilterSet):
    """Enrolments by region, person, year, category, and whether they are in force."""

    region = RegionFilter()
    person = django_filters.ModelChoiceFilter(label=_("人员编号"), queryset=named_people, to_field_name="number")
    year = django_filters.NumberFilter(label=_("待遇年度"), min_value=2007, max_value=2100)
    category = django_filters.ChoiceFilter(label=_("人员类别"), choices=PersonCategory.choices)
    in_force = django_filters.BooleanFilter(label=_("有效"))

    class Meta:
        model = Enrollment
        fields: list[str] = []
