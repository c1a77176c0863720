"""Dated ranges in the database: inclusive at both ends, and no two of the same thing at once."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeBoundary, RangeOperators
from django.db.models import CheckConstraint, F, Func, Q
from django.utils.functional import Promise


class DateRange(Func):
    """daterange(starts_on, ends_on, '[]') as an expression; an empty end never ends."""

    function = "DATERANGE"
    output_field = DateRangeField()

    def __init__(self, starts_on: str = "starts_on", ends_on: str = "ends_on", **extra: Any) -> None:
        super().__init__(starts_on, ends_on, RangeBoundary(inclusive_lower=True, inclusive_upper=True), **extra)

    def deconstruct(self) -> tuple[str, tuple[object, ...], dict[str, object]]:
        starts_on, ends_on = (source.name for source in self.source_expressions[:2])  # type: ignore[attr-defined]
        return "core.ranges.DateRange", (starts_on, ends_on), {}


def no_overlap(
    name: str,
    by: Iterable[str],
    *,
    message: str | Promise,
    condition: Q | None = None,
    starts_on: str = "starts_on",
    ends_on: str = "ends_on",
) -> ExclusionConstraint:
    """The constraint that two rows equal in `by` never hold on the same day. Needs core's first migration."""
    return ExclusionConstraint(
        name=name,
        expressions=[
            (DateRange(starts_on, ends_on), RangeOperators.OVERLAPS),
            *((field, RangeOperators.EQUAL) for field in by),
        ],
        condition=condition,
        violation_error_message=message,  # type: ignore[arg-type]
    )


def ends_after_start(
    name: str, *, message: str | Promise, starts_on: str = "starts_on", ends_on: str = "ends_on"
) -> CheckConstraint:
    """The constraint that a range does not end before it starts."""
    return CheckConstraint(
        name=name,
        condition=Q(**{f"{ends_on}__isnull": True}) | Q(**{f"{ends_on}__gte": F(starts_on)}),
        violation_error_message=message,  # type: ignore[arg-type]
    )


def on_day(on: date, *, prefix: str = "", starts_on: str = "starts_on", ends_on: str = "ends_on") -> Q:
    """The filter for rows that hold on a day; `prefix` is a path such as 'household__'."""
    return Q(**{f"{prefix}{starts_on}__lte": on}) & (
        Q(**{f"{prefix}{ends_on}__isnull": True}) | Q(**{f"{prefix}{ends_on}__gte": on})
    )
