"""Filters of the API that name records: only those of the caller's area can be named."""

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field

from core import clock
from office.models import Region
from office.selectors import regions


def regions_of(request: Any) -> QuerySet[Region]:
    """The regions a caller may name."""
    if request is None:  # the interface is being described
        return Region.objects.none()
    found: QuerySet[Region] = Region.objects.visible_to(request.user)
    return found


@extend_schema_field(OpenApiTypes.STR)
class RegionFilter(django_filters.ModelChoiceFilter):
    """Rows of a region and all below it, by the region's code; a region outside the caller's area is no choice."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label", _("行政区划代码（含下级）"))
        super().__init__(*args, queryset=regions_of, to_field_name="code", **kwargs)

    def filter(self, qs: QuerySet[Any], value: Region | None) -> QuerySet[Any]:
        if value is None:
            return qs
        below = regions.descendants(value, clock.today()).values("pk")
        return qs.filter(**{f"{self.field_name}__in": below})
