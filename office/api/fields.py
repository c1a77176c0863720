"""Fields that name a record: only one of the caller's area is found."""

from collections.abc import Callable
from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from office.models import Region


@extend_schema_field(OpenApiTypes.STR)
class VisibleField(serializers.SlugRelatedField):  # type: ignore[type-arg]
    """A record by its public number, among the rows that `rows(staff)` lets the caller see."""

    def __init__(self, *, rows: Callable[[Any], Any], slug_field: str, **kwargs: Any) -> None:
        self.rows = rows
        # DRF asks for a queryset when the field is made; the rows are those of the request.
        super().__init__(slug_field=slug_field, queryset=Region.objects.none(), **kwargs)

    def get_queryset(self) -> Any:
        return self.rows(self.context["request"].user)

    def to_internal_value(self, data: Any) -> Any:
        if not isinstance(data, str) or not data.isascii() or not data.isalnum():
            self.fail("does_not_exist", slug_name=self.slug_field, value=str(data)[:40])
        return super().to_internal_value(data)


@extend_schema_field(OpenApiTypes.STR)
class RegionField(VisibleField):
    """A region of the caller's area by its code."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(rows=lambda staff: Region.objects.visible_to(staff), slug_field="code", **kwargs)
