"""The law as shipped, with the values that national staff entered later and a second person approved."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Q

from core import clock
from policy.law import Catalogue, Value, catalogue
from policy.models import NationalValue
from policy.selectors import revision
from policy.values import read_value

_kept: dict[str, tuple[UUID | None, Catalogue]] = {}


def law(known_at: datetime | None = None) -> Catalogue:
    """The catalogue as known now, or as it was known at a moment."""
    if known_at is not None:
        return _with_entered(NationalValue.everywhere.filter(_known(known_at)))
    stamp = revision.stamp()
    kept = _kept.get("law")
    if kept is None or kept[0] != stamp:
        kept = (stamp, _with_entered(NationalValue.everywhere.filter(state=NationalValue.State.APPROVED)))
        _kept["law"] = kept
    return kept[1]


def entry(key: str, on: date, known_at: datetime | None = None) -> Value:
    """The value of the law in force on a day with its citation; raises ParameterMissing saying what to enter."""
    return law(known_at).entry(key, on)


def national_value(key: str, on: date, known_at: datetime | None = None) -> Any:
    """The plain value of the law in force on a day."""
    return entry(key, on, known_at).value


def _known(at: datetime) -> Q:
    return Q(approved_at__lte=at) & (Q(withdrawn_at__isnull=True) | Q(withdrawn_at__gt=at))


def _with_entered(rows: Any) -> Catalogue:
    extra: dict[str, list[Value]] = {}
    shipped = catalogue()
    for row in rows.order_by("parameter", "starts_on", "pk"):
        if row.parameter in shipped.parameters:
            extra.setdefault(row.parameter, []).append(as_value(shipped, row))
    return shipped.with_values(extra) if extra else shipped


def as_value(shipped: Catalogue, row: NationalValue) -> Value:
    """An entered value in the form of the shipped ones."""
    return Value(
        value=read_value(row.value, shipped.parameter(row.parameter).unit),
        starts_on=row.starts_on,
        bound=row.bound,
        document=row.document,
        clause=row.clause,
        words=row.words,
        until=row.ends_on,
        is_entered=True,
        published=clock.day_of(row.approved_at) if row.approved_at and row.document not in shipped.documents else None,
    )
