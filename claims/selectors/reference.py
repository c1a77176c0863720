"""Providers and the catalogue as people look them up."""

from datetime import date
from typing import Any

from django.db.models import F, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Cast

from claims.models import CatalogueItem, CatalogueVersion, Provider
from core.ranges import on_day


def catalogue_on(staff: Any, on: date) -> QuerySet[CatalogueItem]:
    """Items with class, first self-pay (in hundredths of a percent) and price cap of the day."""
    version = CatalogueVersion.everywhere.filter(on_day(on), item=OuterRef("pk"))
    share = version.annotate(
        share=Cast(F("first_self_pay_numerator") * 10_000 / F("first_self_pay_denominator"), IntegerField())
    )
    return CatalogueItem.objects.visible_to(staff).annotate(
        today_class=Subquery(version.values("item_class")[:1]),
        today_share=Subquery(share.values("share")[:1]),
        today_cap_fen=Subquery(version.values("price_cap_fen")[:1]),
        today_starts_on=Subquery(version.values("starts_on")[:1]),
    )


def find_items(staff: Any, text: str, on: date, limit: int = 20) -> list[CatalogueItem]:
    """Items in force on the day whose code, name or first letters begin with (or name contains) the text."""
    text = text.strip()[:40]
    if not text:
        return []
    found = catalogue_on(staff, on).filter(today_class__isnull=False)  # type: ignore[misc]  # annotated above
    return list(
        found.filter(Q(code__istartswith=text) | Q(name__contains=text) | Q(pinyin__startswith=text.lower())).order_by(
            "code"
        )[:limit]
    )


def providers(staff: Any) -> QuerySet[Provider]:
    """All providers: residents are treated anywhere."""
    return Provider.objects.visible_to(staff).select_related("region")
