"""The rows that a base report's figure counts, as they were known at its cut-off."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from claims.selectors import settled
from enrollment.models import Enrollment, Payment
from office.models import User
from reports.models import Submission
from reports.rules.definition import Cell
from reports.selectors import units

PERMISSIONS = {"claims": "claims.view", "enrollment": "enrollment.view", "dues": "enrollment.view"}
PAYMENTS = ("paid_to_date_fen", "aid_paid_to_date_fen", "paid_fen", "aid_paid_fen")
_VISITS: dict[str, dict[str, Any]] = {
    "inpatient": {"visit_kind": "inpatient"},
    "outpatient": {"visit_kind": "outpatient"},
    "special": {"visit_kind__in": ["special_outpatient", "two_disease"]},
    "local": {"is_local": True},
    "away": {"is_local": False},
}
_OTHER = ["inpatient", "outpatient", "special_outpatient", "two_disease"]


def kind_of(cell: Cell) -> str:
    """Which rows can be listed for a figure: claims, enrollment, payments, or none ('')."""
    section, _dot, name = cell.source.partition(".")
    if section == "dues":
        return "payments" if name in PAYMENTS else ""
    return section if section in ("claims", "enrollment") else ""


def of(report: Submission, cell: Cell, staff: User) -> QuerySet[Any]:
    """The rows in the staff's area; the caller has checked the permission for them."""
    areas = [area.pk for area in units.pooling_areas(report.region, report.month.last)]
    _section, _dot, name = cell.source.partition(".")
    month = report.month
    if kind_of(cell) == "claims":
        who, _dot, what = name.partition(".")
        rows = settled.settlements(staff).filter(
            pooling_area__in=areas,
            settled_on__range=(month.first, month.last),
            recorded_at__lte=report.cut_off,
            **_VISITS.get(what, {}),
        )
        if what == "other_visits":
            rows = rows.exclude(visit_kind__in=_OTHER)
        return rows.exclude(status__in=["", "none"]) if who == "poor" else rows
    if kind_of(cell) == "enrollment":
        rows = Enrollment.objects.visible_to(staff).select_related("person", "region").filter(
            pooling_area__in=areas,
            year=month.year,
            in_force=True,
            starts_on__lte=month.last,
            ends_on__gte=month.last,
            recorded_at__lte=report.cut_off,
        )  # fmt: skip
        category = name.removeprefix("category.")
        return rows.filter(category=category) if category != name else rows
    rows = Payment.objects.visible_to(staff).select_related("person", "region").filter(
        pooling_area__in=areas, booked_on__lte=month.last, recorded_at__lte=report.cut_off
    )  # fmt: skip
    rows = rows.filter(kind="aid") if name.startswith("aid") else rows.exclude(kind="aid")
    return rows.filter(year=month.year) if "to_date" in name else rows.filter(booked_on__gte=month.first)
