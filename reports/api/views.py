"""The reports part of the API: reports to read, hand in, accept and return, through the services of the pages."""

from collections.abc import Callable
from typing import Any

import django_filters
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.fields import ModelSerializer
from core.api.keys import key_of
from core.api.serializers import TakenSerializer
from core.idempotency import once
from office.api.filters import RegionFilter
from office.api.views import KEYED, ReadingViewSet, written
from reports.codes import SubmissionState
from reports.models import Submission
from reports.selectors import listing
from reports.services import submissions


class SubmissionSerializer(ModelSerializer):
    """One version of one report; `figures` are counted cells by code (people, visits, fen), null in none."""

    region = serializers.CharField(source="region.code", help_text=_("行政区划代码"))
    figures = serializers.DictField(child=serializers.IntegerField(), help_text=_("指标值"))
    missing = serializers.JSONField(help_text=_("缺报的下级"))

    class Meta:
        model = Submission
        fields = [
            "number",
            "definition",
            "definition_version",
            "region",
            "period",
            "version",
            "is_latest",
            "state",
            "is_summed",
            "figures",
            "missing",
            "cut_off",
            "due_on",
            "stale_at",
            "correction",
            "note",
            "submitted_at",
            "decided_at",
            "reason",
        ]
        read_only_fields = fields


class NoteSerializer(TakenSerializer):
    """What is said when a report is handed in."""

    note = serializers.CharField(max_length=500, required=False, default="", allow_blank=True)


class NothingSerializer(TakenSerializer):
    """A call without content."""


class ReasonSerializer(TakenSerializer):
    """Why a report is returned."""

    reason = serializers.CharField(max_length=500)


class SubmissionFilter(django_filters.FilterSet):
    """Reports by area, report, month, state, and whether the version stands."""

    region = RegionFilter()
    definition = django_filters.CharFilter(label=_("报表"), max_length=30)
    period = django_filters.NumberFilter(label=_("月份"), min_value=200701, max_value=210012)
    state = django_filters.ChoiceFilter(label=_("状态"), choices=SubmissionState.choices)
    is_latest = django_filters.BooleanFilter(label=_("最新版本"))

    class Meta:
        model = Submission
        fields: list[str] = []


@extend_schema_view(
    list=extend_schema(summary=_("报表列表")),
    retrieve=extend_schema(summary=_("一份报表")),
)
class SubmissionViewSet(ReadingViewSet):
    """Reports of the area in all versions."""

    required_permissions = {
        "GET": "reports.view",
        "submit": "reports.submit",
        "accept": "reports.accept",
        "return_report": "reports.accept",
    }
    serializer_class = SubmissionSerializer
    filterset_class = SubmissionFilter
    model_of_rows = Submission
    lookup_field = "number"
    lookup_value_regex = "[A-Za-z0-9_-]{1,32}"

    def rows(self, staff: Any) -> QuerySet[Submission]:
        return listing.submissions(staff)

    def _act(
        self,
        request: Request,
        name: str,
        taken: type[TakenSerializer],
        act: Callable[[Submission, dict[str, Any]], Submission],
    ) -> Response:
        key, report = key_of(request), self.get_object()
        asked = taken(data=request.data)
        asked.is_valid(raise_exception=True)
        said = dict(asked.validated_data)
        with transaction.atomic(), once(key, f"api.reports.{name}", request.user.pk, report, said) as earlier:
            made = earlier
            if made is None:
                made = act(report, said)
                once.result(made)
        return Response(self.get_serializer(self.rows(request.user).get(pk=made.pk)).data)

    @extend_schema(
        summary=_("报送"), parameters=KEYED, request=NoteSerializer, responses=written(SubmissionSerializer, 200)
    )
    @action(detail=True, methods=["post"])
    def submit(self, request: Request, number: str) -> Response:
        """Hand a report in."""
        return self._act(
            request,
            "submit",
            NoteSerializer,
            lambda report, said: submissions.submit(report, actor=request.user, **said),
        )

    @extend_schema(
        summary=_("审定"), parameters=KEYED, request=NothingSerializer, responses=written(SubmissionSerializer, 200)
    )
    @action(detail=True, methods=["post"])
    def accept(self, request: Request, number: str) -> Response:
        """Accept a report of the level below; it is locked from then on."""
        return self._act(
            request, "accept", NothingSerializer, lambda report, said: submissions.accept(report, actor=request.user)
        )

    @extend_schema(
        summary=_("退回报表"), parameters=KEYED, request=ReasonSerializer, responses=written(SubmissionSerializer, 200)
    )
    @action(detail=True, methods=["post"], url_path="return", url_name="return")
    def return_report(self, request: Request, number: str) -> Response:
        """Send a report back with a reason."""
        return self._act(
            request,
            "return",
            ReasonSerializer,
            lambda report, said: submissions.return_(report, actor=request.user, **said),
        )
