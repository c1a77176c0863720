"""Keyset paging: the next page starts after a row, not after a count, so page 10,000 costs what page 1 costs.

The cursor in the address is the primary key of the row at the edge, nothing else: ordering values (names) would
otherwise stand in addresses, and a changed cursor can only point at a row the reader may see.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db.models import F, Model, Q, QuerySet
from django.db.models.expressions import OrderBy

EXACT_COUNT_LIMIT = 10_000


@dataclass(frozen=True)
class Page:
    """One page of rows with what is needed to turn it."""

    rows: list[Any]
    previous: Any | None
    next: Any | None
    is_first: bool


@dataclass(frozen=True)
class Count:
    """How many rows there are; estimated by the database above the limit of exact counting."""

    number: int
    is_exact: bool


@dataclass(frozen=True)
class _Key:
    path: str
    is_descending: bool
    is_nullable: bool

    def order(self, *, backwards: bool) -> OrderBy:
        descending = self.is_descending != backwards
        field = F(self.path)
        if not self.is_nullable:
            return field.desc() if descending else field.asc()
        # Missing values stand last in reading order, so first when walking backwards.
        nulls = {"nulls_first": True} if backwards else {"nulls_last": True}
        return field.desc(**nulls) if descending else field.asc(**nulls)

    def beyond(self, value: Any, *, backwards: bool) -> Q | None:
        """Rows strictly further on by this key alone; None when there are none."""
        if value is None:
            return Q(**{f"{self.path}__isnull": False}) if backwards else None
        further = "lt" if self.is_descending != backwards else "gt"
        condition = Q(**{f"{self.path}__{further}": value})
        return condition | Q(**{f"{self.path}__isnull": True}) if self.is_nullable and not backwards else condition

    def same(self, value: Any) -> Q:
        return Q(**{f"{self.path}__isnull": True}) if value is None else Q(**{self.path: value})


def _is_nullable(model: type[Model], path: str) -> bool:
    nullable = False
    current: Any = model
    for part in path.split("__"):
        try:
            field = current._meta.pk if part == "pk" else current._meta.get_field(part)
        except FieldDoesNotExist:
            return True  # an annotation: the database may leave it empty
        nullable = nullable or field.null
        current = field.related_model or current
    return nullable


def _keys(rows: QuerySet[Any], order: Sequence[str]) -> list[_Key]:
    keys = [_Key(name.lstrip("-"), name.startswith("-"), _is_nullable(rows.model, name.lstrip("-"))) for name in order]
    if not keys or keys[-1].path not in ("pk", "id"):
        keys.append(_Key("pk", bool(keys) and keys[-1].is_descending, False))
    return keys


def ordered(rows: QuerySet[Any], order: Sequence[str]) -> QuerySet[Any]:
    """``rows`` in the order in which pages show them."""
    return rows.order_by(*(key.order(backwards=False) for key in _keys(rows, order)))


def _beyond(keys: list[_Key], values: Sequence[Any], *, backwards: bool) -> Q:
    condition = Q(pk__in=[])
    same = Q()
    for key, value in zip(keys, values, strict=True):
        further = key.beyond(value, backwards=backwards)
        if further is not None:
            condition |= same & further
        same &= key.same(value)
    first = keys[0]
    if not first.is_nullable:
        # Said twice for the planner: one plain range on the leading key lets it start inside the index.
        edge = "lte" if first.is_descending != backwards else "gte"
        condition &= Q(**{f"{first.path}__{edge}": values[0]})
    return condition


def _anchor(rows: QuerySet[Any], keys: list[_Key], cursor: str) -> Sequence[Any] | None:
    try:
        return rows.filter(pk=cursor).values_list(*(key.path for key in keys)).first()
    except (ValueError, TypeError, OverflowError, ValidationError):
        return None


def page(
    rows: QuerySet[Any],
    order: Sequence[str],
    size: int,
    *,
    scoped: QuerySet[Any] | None = None,
    after: str = "",
    before: str = "",
) -> Page:
    """The page of ``rows`` after or before a row; the first page when that row is gone or was never visible.

    ``scoped`` is the set the edge row is looked up in: unfiltered, so a row that no longer matches marks its place.
    Takes one statement for the first page and two for others.
    """
    keys = _keys(rows, order)
    backwards = bool(before) and not after
    cursor = after or before
    anchor = _anchor(scoped if scoped is not None else rows, keys, cursor) if cursor else None
    if anchor is None:
        backwards = False
    walked = rows.order_by(*(key.order(backwards=backwards) for key in keys))
    if anchor is not None:
        walked = walked.filter(_beyond(keys, anchor, backwards=backwards))
    found = list(walked[: size + 1])
    has_more = len(found) > size
    found = found[:size]
    if backwards:
        found.reverse()
        if not has_more and len(found) < size:
            return page(rows, order, size)
    has_previous, has_next = (has_more, True) if backwards else (anchor is not None, has_more)
    return Page(
        found,
        found[0].pk if found and has_previous else None,
        found[-1].pk if found and has_next else None,
        is_first=not has_previous,
    )


def count(rows: QuerySet[Any]) -> Count:
    """Exact up to 10,000 rows; above that the planner's estimate, never below the limit."""
    exact = rows.order_by()[: EXACT_COUNT_LIMIT + 1].count()
    if exact <= EXACT_COUNT_LIMIT:
        return Count(exact, is_exact=True)
    plan = json.loads(rows.order_by().explain(format="json"))
    return Count(max(int(plan[0]["Plan"]["Plan Rows"]), EXACT_COUNT_LIMIT), is_exact=False)
