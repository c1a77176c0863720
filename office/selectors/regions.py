"""Questions about regions on a day: parents, children, pooling areas, attributes."""

from collections.abc import Iterable, Mapping
from datetime import date

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from core import clock
from core.ranges import on_day
from core.refusal import Refused
from office.models import Region, RegionAttribute, RegionClosure, RegionLink


def covering(on: date) -> Q:
    """The condition that a row's range of days (both included) covers ``on``."""
    return on_day(on)


def by_code(code: str) -> Region:
    """The region with a code; refuses an unknown one."""
    try:
        return Region.everywhere.get(code=code)
    except Region.DoesNotExist:
        raise Refused(
            _("没有行政区划代码为 %(code)s 的地区。请核对代码，或由系统管理员先登记该地区。") % {"code": code}
        ) from None


def parent(region: Region, on: date, kind: str = "administrative") -> Region | None:
    """The region directly above on a day, in the sense of ``kind`` (administrative, reporting, pooling)."""
    link = (
        RegionLink.everywhere.filter(covering(on), child=region, kind=kind)
        .select_related("parent")
        .order_by("pk")
        .first()
    )
    return link.parent if link else None


def reporting_parent(region: Region, on: date) -> Region | None:
    """The region that a region reports to: its reporting parent, else its administrative one."""
    return parent(region, on, "reporting") or parent(region, on, "administrative")


def descendants(region: Region, on: date, kind: str = "scope", level: str = "") -> QuerySet[Region]:
    """The region itself and all below it on a day, at ``level`` alone if one is named."""
    ids = RegionClosure.everywhere.filter(covering(on), kind=kind, ancestor=region).values("descendant")
    found = Region.everywhere.filter(pk__in=ids)
    return found.filter(level=level) if level else found


def children(region: Region, on: date, kind: str = "scope") -> QuerySet[Region]:
    """The regions one step below on a day."""
    ids = RegionClosure.everywhere.filter(covering(on), kind=kind, ancestor=region, depth=1).values("descendant")
    return Region.everywhere.filter(pk__in=ids).order_by("code")


def ancestors(region: Region, on: date, kind: str = "administrative") -> list[Region]:
    """The regions above, nearest first, without the region itself."""
    rows = (
        RegionClosure.everywhere.filter(covering(on), kind=kind, descendant=region, depth__gt=0)
        .select_related("ancestor")
        .order_by("depth")
    )
    return [row.ancestor for row in rows]


def path(region: Region, on: date | None = None) -> list[Region]:
    """From the province down to the region itself, without the nation (for breadcrumbs)."""
    above = [found for found in ancestors(region, on or clock.today()) if found.level != "nation"]
    return [*reversed(above), region]


def pooling_area(region: Region, on: date) -> Region:
    """The pooling area (统筹地区) a region belongs to on a day; refuses when there is none."""
    row = (
        RegionClosure.everywhere.filter(covering(on), kind="pooling", descendant=region)
        .select_related("ancestor")
        .first()
    )
    if row is None:
        raise Refused(
            _("%(region)s 在 %(on)s 没有统筹地区。请由系统管理员在“地区”中登记统筹隶属。")
            % {"region": region.name, "on": on}
        )
    return row.ancestor


def pooling_areas(on: date, within: Region | None = None) -> QuerySet[Region]:
    """All pooling areas of a day, those in scope of ``within`` alone if it is given."""
    ids = RegionClosure.everywhere.filter(covering(on), kind="pooling", depth=0).values("descendant")
    found = Region.everywhere.filter(pk__in=ids).order_by("code")
    if within is not None and within.level != "nation":
        found = found.filter(pk__in=descendants(within, on).values("pk"))
    return found


def pooling_map(on: date, regions: Iterable[int] | None = None) -> Mapping[int, int]:
    """Region id → id of its pooling area on a day, for set-based work."""
    rows = RegionClosure.everywhere.filter(covering(on), kind="pooling")
    if regions is not None:
        rows = rows.filter(descendant__in=list(regions))
    return dict(rows.values_list("descendant_id", "ancestor_id"))


def attribute(region: Region, name: str, on: date, *, inherited: bool = True) -> str | None:
    """The value of an attribute on a day: the region's own, else that of the nearest region above that has one."""
    own = RegionAttribute.everywhere.filter(covering(on), region=region, name=name).first()
    if own is not None:
        return own.value
    if not inherited:
        return None
    for above in ancestors(region, on):
        found = RegionAttribute.everywhere.filter(covering(on), region=above, name=name).first()
        if found is not None:
            return found.value
    return None


def province(region: Region, on: date) -> Region | None:
    """The province a region lies in."""
    return next((found for found in [region, *ancestors(region, on)] if found.level == "province"), None)
