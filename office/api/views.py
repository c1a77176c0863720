"""What every view of the API shares: permissions by name, rows by scope, pages by key, one form of errors."""

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django_filters.rest_framework import DjangoFilterBackend
from drf_spectacular.utils import OpenApiResponse, extend_schema, extend_schema_view
from rest_framework import mixins, viewsets

from core.api.fields import ModelSerializer
from core.api.keys import parameter
from core.api.paging import KeysetPagination
from core.api.serializers import ProblemSerializer
from office.api import filters
from office.api.permissions import HasPermission
from office.models import Region
from office.models.regions import Level

PROBLEMS: dict[int, Any] = {
    400: OpenApiResponse(ProblemSerializer, _("提交的内容有误")),
    401: OpenApiResponse(ProblemSerializer, _("没有登录，或密钥无效")),
    403: OpenApiResponse(ProblemSerializer, _("没有这项权限")),
    404: OpenApiResponse(ProblemSerializer, _("找不到，或不在辖区内")),
    409: OpenApiResponse(ProblemSerializer, _("业务规则不允许")),
    415: OpenApiResponse(ProblemSerializer, _("内容须为 JSON")),
    429: OpenApiResponse(ProblemSerializer, _("请求过于频繁")),
    503: OpenApiResponse(ProblemSerializer, _("系统正忙")),
}
"""What any call may be answered instead; for the interface's description."""

KEYED = [parameter()]
"""The idempotency key of writing calls; for the interface's description."""


def written(serializer: Any, status: int = 201) -> dict[int, Any]:
    """The answers of a writing call; for the interface's description."""
    return {status: serializer, **PROBLEMS}


class RoomViewSet(viewsets.GenericViewSet):  # type: ignore[type-arg]
    """Base of the view sets: a subclass names `required_permissions` and gives the rows its caller may see by `rows()`."""

    permission_classes = [HasPermission]
    pagination_class = KeysetPagination
    filter_backends = [DjangoFilterBackend]
    required_permissions: Any = None

    def rows(self, staff: Any) -> QuerySet[Any]:
        """The rows of the caller's area."""
        raise NotImplementedError

    def get_queryset(self) -> QuerySet[Any]:
        if getattr(self, "swagger_fake_view", False):
            return self.model_of_rows._default_manager.none()  # type: ignore[attr-defined,no-any-return]
        return self.rows(self.request.user)


class ReadingViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, RoomViewSet):
    """A list and its records."""


class RegionSerializer(ModelSerializer):
    """One region."""

    class Meta:
        model = Region
        fields = ["code", "name", "full_name", "level", "starts_on", "ends_on"]
        read_only_fields = fields


class RegionFilter(django_filters.FilterSet):
    """Regions by level and by the region they lie in."""

    within = filters.RegionFilter(field_name="pk")
    level = django_filters.ChoiceFilter(label=_("级别"), choices=Level.choices)

    class Meta:
        model = Region
        fields: list[str] = []


@extend_schema_view(
    list=extend_schema(summary=_("行政区划列表")),
    retrieve=extend_schema(summary=_("一个行政区划")),
)
class RegionViewSet(ReadingViewSet):
    """Regions of the caller's area."""

    required_permissions = {"GET": "office.regions"}
    serializer_class = RegionSerializer
    filterset_class = RegionFilter
    model_of_rows = Region
    lookup_field = "code"
    lookup_value_regex = "[0-9]{6,12}"

    def rows(self, staff: Any) -> QuerySet[Region]:
        found: QuerySet[Region] = Region.objects.visible_to(staff)
        return found
