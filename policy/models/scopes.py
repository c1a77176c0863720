"""Who may read an area's policy: the area's own staff, those above it, and those who work under it."""

from typing import Any

from django.db.models import Q

from core import clock
from core.ranges import on_day
from office.models import RegionClosure


def governed(staff: Any, path: str) -> Q:
    """Rows whose region lies in the staff's area, or above it: a county clerk works by the city's standards."""
    own: Q = staff.region_filter(path)
    if staff.region is None or not own:
        # An empty condition is the whole nation's; joined by "or" it would vanish and leave the second one alone.
        return own
    above = RegionClosure.everywhere.filter(
        on_day(clock.today()), descendant=staff.region, kind__in=("administrative", "pooling")
    )
    return own | Q(**{f"{path}__in": above.values("ancestor")})
