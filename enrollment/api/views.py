"""The register's part of the API: people and enrolments, through the services of the counter."""

from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.keys import key_of
from core.idempotency import once
from enrollment.api import filters, serializers
from enrollment.models import Enrollment, Person
from enrollment.services import enrollments, registration
from enrollment.services.persons import identity_index
from office.api.views import KEYED, ReadingViewSet, written


@extend_schema_view(
    list=extend_schema(summary=_("参保人员列表")),
    retrieve=extend_schema(summary=_("一名参保人员")),
)
class PersonViewSet(ReadingViewSet):
    """People of the area."""

    required_permissions = {"GET": "enrollment.view", "POST": "enrollment.register"}
    serializer_class = serializers.PersonSerializer
    filterset_class = filters.PersonFilter
    model_of_rows = Person
    lookup_field = "number"
    lookup_value_regex = "P[0-9]{10,15}"

    def rows(self, staff: Any) -> QuerySet[Person]:
        return serializers.people_of(staff)  # type: ignore[no-any-return]

    @extend_schema(
        summary=_("参保登记"),
        parameters=KEYED,
        request=serializers.RegistrationSerializer,
        responses=written(serializers.RegisteredSerializer),
    )
    def create(self, request: Request) -> Response:
        """Register a person and enrol for each year, or nothing of it."""
        key = key_of(request)
        taken = serializers.RegistrationSerializer(data=request.data, context=self.get_serializer_context())
        taken.is_valid(raise_exception=True)
        asked = dict(taken.validated_data)
        with (
            transaction.atomic(),
            once(key, "api.enrollment.register", request.user.pk, *_without_numbers(asked)) as earlier,
        ):
            if earlier is None:
                person, made = registration.register(actor=request.user, **asked)
                once.result(person)
            else:
                person = earlier
                made = list(person.enrollments.filter(year__in=asked["years"]).order_by("year", "pk"))
        answer = serializers.RegisteredSerializer({"person": person.number, "enrolments": made})
        return Response(answer.data, status=201)


def _without_numbers(asked: dict[str, Any]) -> list[Any]:
    """What a registration says, for its key; document numbers as blind indexes, so that none can be guessed from a hash."""
    said = {name: value for name, value in asked.items() if name not in ("id_number", "guardian_number", "phone")}
    number = identity_index(asked["id_kind"], asked["id_number"]).hex()
    guardian = identity_index("01", asked["guardian_number"]).hex() if asked["guardian_number"] else ""
    return [said, number, guardian]


@extend_schema_view(
    list=extend_schema(summary=_("参保登记列表")),
    retrieve=extend_schema(summary=_("一条参保登记")),
)
class EnrollmentViewSet(ReadingViewSet):
    """Enrolments of the area."""

    required_permissions = {"GET": "enrollment.view", "POST": "enrollment.register"}
    serializer_class = serializers.EnrollmentSerializer
    filterset_class = filters.EnrollmentFilter
    model_of_rows = Enrollment
    lookup_value_regex = "[0-9]{1,15}"

    def rows(self, staff: Any) -> QuerySet[Enrollment]:
        return Enrollment.objects.visible_to(staff).select_related("person", "region", "pooling_area")  # type: ignore[no-any-return]

    @extend_schema(
        summary=_("登记参保"),
        parameters=KEYED,
        request=serializers.EnrolSerializer,
        responses=written(serializers.EnrollmentSerializer),
    )
    def create(self, request: Request) -> Response:
        """Enrol a known person for a year."""
        key = key_of(request)
        taken = serializers.EnrolSerializer(data=request.data, context=self.get_serializer_context())
        taken.is_valid(raise_exception=True)
        asked = dict(taken.validated_data)
        with transaction.atomic(), once(key, "api.enrollment.enrol", request.user.pk, asked) as earlier:
            made = earlier
            if made is None:
                made = enrollments.enroll(actor=request.user, **asked)
                once.result(made)
        return Response(self.get_serializer(made).data, status=201)

    @extend_schema(
        summary=_("终止参保"),
        parameters=KEYED,
        request=serializers.EndSerializer,
        responses=written(serializers.EnrollmentSerializer, 200),
    )
    @action(detail=True, methods=["post"])
    def end(self, request: Request, pk: str) -> Response:
        """End an enrolment on its last covered day."""
        key = key_of(request)
        enrollment = self.get_object()
        taken = serializers.EndSerializer(data=request.data)
        taken.is_valid(raise_exception=True)
        asked = dict(taken.validated_data)
        with transaction.atomic(), once(key, "api.enrollment.end", request.user.pk, enrollment, asked) as earlier:
            ended = earlier
            if ended is None:
                ended = enrollments.end(actor=request.user, enrollment=enrollment, **asked)
                once.result(ended)
        return Response(self.get_serializer(ended).data)
