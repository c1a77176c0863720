"""The claims part of the API: who is covered, bills, settlements; the same services as the window."""

from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from claims.api import filters, scope, serializers
from claims.models import Bill, CatalogueItem, Provider, Settlement
from claims.selectors import entitlements, explanations, reference
from claims.services import bills, refusals, reversals, settlements
from claims.services.computation import amounts_of
from claims.services.settlements import Preview
from core import audit, clock
from core.api.keys import key_of
from core.money import plain_yuan
from enrollment.services.persons import identity_index
from office.api.permissions import HasPermission
from office.api.views import KEYED, ReadingViewSet, written


def told(seen: Preview) -> dict[str, Any]:
    """A preview as PreviewSerializer gives it."""
    if seen.result is None:
        return {"refusal": seen.refusal, "amounts": None, "steps": []}
    lines = explanations.lines(seen.result.steps, seen.terms)
    return {
        "refusal": "",
        "amounts": amounts_of(seen.result),
        "steps": [{"name": line["name"], "fen": line["fen"], "note": line["note"]} for line in lines],
    }


class EntitlementViewSet(viewsets.GenericViewSet):  # type: ignore[type-arg]
    """Who is this, and is he covered: what a hospital asks before it takes a patient in."""

    permission_classes = [HasPermission]
    required_permissions = {"POST": "claims.settle"}
    serializer_class = serializers.EntitlementSerializer

    @extend_schema(
        summary=_("查询参保与待遇"),
        request=serializers.EntitlementAskedSerializer,
        responses=written(serializers.EntitlementSerializer, 200),
    )
    def create(self, request: Request) -> Response:
        """Find a person of the area by number and name; each question is kept in the trail."""
        taken = serializers.EntitlementAskedSerializer(data=request.data)
        taken.is_valid(raise_exception=True)
        asked = taken.validated_data
        index = identity_index("01", asked["id_number"])
        person = serializers.patients_of(request.user).filter(id_index=index, name=asked["name"]).first()
        if person is None:
            raise Http404
        on = asked["on"] or clock.today()
        found = entitlements.of([(person.pk, on)])[(person.pk, on)]
        reason = refusals.coverage_reason(person.name, on, found)
        audit.record(request.user, "claims.entitlement.asked", person, changes={"on": str(on)})
        answer = {
            "person": person.number,
            "on": on,
            "is_covered": not reason,
            "category": found.category,
            "benefits_start_on": found.benefits_start_on,
            "statuses": sorted(found.statuses),
            "reason": reason,
        }
        return Response(self.get_serializer(answer).data)


@extend_schema_view(
    list=extend_schema(summary=_("定点机构列表")),
    retrieve=extend_schema(summary=_("一家定点机构")),
)
class ProviderViewSet(ReadingViewSet):
    """Providers, wherever they lie."""

    required_permissions = {"GET": "claims.view"}
    serializer_class = serializers.ProviderSerializer
    filterset_class = filters.ProviderFilter
    model_of_rows = Provider
    lookup_field = "code"
    lookup_value_regex = "[A-Z0-9]{12}"

    def rows(self, staff: Any) -> QuerySet[Provider]:
        return reference.providers(staff)


@extend_schema_view(
    list=extend_schema(summary=_("医保目录列表")),
    retrieve=extend_schema(summary=_("一条目录")),
)
class CatalogueViewSet(ReadingViewSet):
    """The catalogue as it is today."""

    required_permissions = {"GET": "claims.view"}
    serializer_class = serializers.ItemSerializer
    filterset_class = filters.CatalogueFilter
    model_of_rows = CatalogueItem
    lookup_field = "code"
    lookup_value_regex = "[A-Za-z0-9.-]{1,40}"

    def rows(self, staff: Any) -> QuerySet[CatalogueItem]:
        return reference.catalogue_on(staff, clock.today())


@extend_schema_view(
    list=extend_schema(summary=_("费用单据列表")),
    retrieve=extend_schema(summary=_("一张单据")),
)
class BillViewSet(ReadingViewSet):
    """Bills of the area; a hospital sees its own."""

    required_permissions = {"GET": "claims.view", "POST": "claims.settle"}
    serializer_class = serializers.BillSerializer
    filterset_class = filters.BillFilter
    model_of_rows = Bill
    lookup_field = "number"
    lookup_value_regex = "[A-Z]{2}[0-9]{6,20}"

    def rows(self, staff: Any) -> QuerySet[Bill]:
        return scope.bills_of(staff)  # type: ignore[no-any-return]

    @extend_schema(
        summary=_("录入单据"),
        parameters=KEYED,
        request=serializers.DraftSerializer,
        responses=written(serializers.BillSerializer),
    )
    def create(self, request: Request) -> Response:
        """Store a bill that waits to be settled."""
        key = key_of(request)
        taken = serializers.DraftSerializer(data=request.data, context=self.get_serializer_context())
        taken.is_valid(raise_exception=True)
        made = bills.enter(taken.draft(), actor=request.user, key=key)
        return Response(self.get_serializer(self.rows(request.user).get(pk=made.pk)).data, status=201)

    @extend_schema(summary=_("试算一张待结算的单据"), responses=written(serializers.PreviewSerializer, 200))
    @action(detail=True, methods=["get"])
    def preview(self, request: Request, number: str) -> Response:
        """What settling this bill now would give; nothing is written."""
        seen = settlements.preview(self.get_object().pk, actor=request.user)
        return Response(serializers.PreviewSerializer(told(seen)).data)


@extend_schema_view(
    list=extend_schema(summary=_("结算单列表")),
    retrieve=extend_schema(summary=_("一张结算单")),
)
class SettlementViewSet(ReadingViewSet):
    """Settlements of the area; a hospital sees its own."""

    required_permissions = {"reverse": "claims.reverse", "GET": "claims.view", "POST": "claims.settle"}
    serializer_class = serializers.SettlementSerializer
    filterset_class = filters.SettlementFilter
    model_of_rows = Settlement
    lookup_field = "number"
    lookup_value_regex = "[A-Z]{2}[0-9]{6,20}"

    def rows(self, staff: Any) -> QuerySet[Settlement]:
        return scope.settlements_of(staff)  # type: ignore[no-any-return]

    def answer(self, made: Settlement, status: int) -> Response:
        """A settlement that was just made."""
        return Response(self.get_serializer(self.rows(self.request.user).get(pk=made.pk)).data, status=status)

    @extend_schema(
        summary=_("结算一张单据"),
        parameters=KEYED,
        request=serializers.SettleSerializer,
        responses=written(serializers.SettlementSerializer),
    )
    def create(self, request: Request) -> Response:
        """Settle a waiting bill through the three layers."""
        key = key_of(request)
        taken = serializers.SettleSerializer(data=request.data, context=self.get_serializer_context())
        taken.is_valid(raise_exception=True)
        return self.answer(settlements.settle(taken.validated_data["bill"], actor=request.user, key=key), 201)

    @extend_schema(
        summary=_("试算一张尚未录入的单据"),
        request=serializers.DraftSerializer,
        responses=written(serializers.PreviewSerializer, 200),
    )
    @action(detail=False, methods=["post"])
    def preview(self, request: Request) -> Response:
        """What settling this bill now would give; nothing is written, so no key is asked for."""
        taken = serializers.DraftSerializer(data=request.data, context=self.get_serializer_context())
        taken.is_valid(raise_exception=True)
        seen = settlements.preview(bills.check(taken.draft(), actor=request.user).facts, actor=request.user)
        return Response(serializers.PreviewSerializer(told(seen)).data)

    @extend_schema(
        summary=_("冲正一张结算单"),
        parameters=KEYED,
        request=serializers.ReverseSerializer,
        responses=written(serializers.SettlementSerializer),
    )
    @action(detail=True, methods=["post"])
    def reverse(self, request: Request, number: str) -> Response:
        """Take a settlement back by an equal and opposite one; later settlements of the year are adjusted."""
        key = key_of(request)
        settlement = self.get_object()
        taken = serializers.ReverseSerializer(data=request.data)
        taken.is_valid(raise_exception=True)
        reason = taken.validated_data["reason"]
        return self.answer(reversals.reverse(settlement.pk, actor=request.user, reason=reason, key=key), 201)

    @extend_schema(summary=_("按国家接口字段名给出的结算单"), responses=written(serializers.NationalSerializer, 200))
    @action(detail=True, methods=["get"])
    def national(self, request: Request, number: str) -> Response:
        """The settlement in the national interface's field names; amounts are yuan with two decimals, as it asks."""
        settlement = self.get_object()
        row: dict[str, Any] = {
            "number": settlement.number,
            "person": settlement.person,
            "provider": settlement.provider,
            "settled_on": settlement.settled_on,
            "fund_fen": plain_yuan(
                settlement.basic_fen + settlement.critical_fen + settlement.aid_fen + settlement.other_fen
            ),
        }
        row |= {name: plain_yuan(getattr(settlement, name)) for name in serializers.AMOUNTS}
        return Response(serializers.NationalSerializer(row).data)
