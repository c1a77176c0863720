"""Coverage of a region and of the regions below it, added up from the summary of the villages."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date, datetime
from fractions import Fraction
from typing import Any

from django.db import connection
from django.db.models import Max

from core import clock
from office.models import Region, User
from office.selectors import regions
from policy import selectors as policy
from poverty.models import CoverageCount
from poverty.services.coverage import COUNTS

TARGET, TARGET_HEBEI, HEBEI = "poverty.coverage", "poverty.coverage_hebei", "130000"


@dataclass(frozen=True)
class Figures:
    """People of the ledger of one region on one day: listed = unverified + dead + employee + due; the rest count `due`."""

    listed: int = 0
    unverified: int = 0
    dead: int = 0
    employee: int = 0
    due: int = 0
    elsewhere: int = 0
    basic: int = 0
    critical: int = 0
    aid: int = 0
    covered: int = 0

    @property
    def verified(self) -> int:
        """People whose identity is verified against the register."""
        return self.listed - self.unverified

    @property
    def missing(self) -> int:
        """Verified people who are due to be covered and are not by all three layers."""
        return self.due - self.covered

    def rate(self, covered: int) -> Fraction | None:
        """A share of the people due; None where nobody is."""
        return Fraction(covered, self.due) if self.due else None

    @property
    def basic_rate(self) -> Fraction | None:
        return self.rate(self.basic)

    @property
    def critical_rate(self) -> Fraction | None:
        return self.rate(self.critical)

    @property
    def aid_rate(self) -> Fraction | None:
        return self.rate(self.aid)

    @property
    def covered_rate(self) -> Fraction | None:
        return self.rate(self.covered)


@dataclass(frozen=True)
class Node:
    """One region of the tree with its figures."""

    region: Region
    figures: Figures
    has_children: bool


_SUM = ", ".join(f"coalesce(sum(t.{name}), 0)::bigint" for name in COUNTS)
# The latest count of each pooling area up to the day: areas need not be counted on the same day.
_LATEST = """poverty_coveragecount t JOIN (
    SELECT pooling_area_id, max("on") AS "on" FROM poverty_coveragecount WHERE "on" <= %(on)s GROUP BY 1) l
    ON l.pooling_area_id = t.pooling_area_id AND l."on" = t."on" AND t.category = %(category)s
JOIN office_regionclosure s ON s.kind = 'scope' AND s.descendant_id = t.region_id AND s.starts_on <= %(today)s
    AND (s.ends_on IS NULL OR s.ends_on >= %(today)s)"""


def figures_of(ids: list[int], on: date | None = None, category: str = "") -> dict[int, Figures]:
    """The figures of many regions in one statement."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT s.ancestor_id, {_SUM} FROM {_LATEST} WHERE s.ancestor_id = ANY(%(ids)s) GROUP BY 1",  # noqa: S608
            {"ids": ids, "on": on or clock.today(), "category": category, "today": clock.today()},
        )
        names = [field.name for field in fields(Figures)]
        return {row[0]: Figures(**dict(zip(names, row[1:], strict=True))) for row in cursor.fetchall()}


def figures(region: Region, on: date | None = None, category: str = "") -> Figures:
    """The figures of one region as counted last up to a day; category '' counts each person once."""
    return figures_of([region.pk], on, category).get(region.pk, Figures())


def children(region: Region, on: date | None = None, category: str = "") -> list[Node]:
    """The regions directly below, those with people in the ledger, in order of code."""
    below = {one.pk: one for one in regions.children(region, clock.today())}
    found = figures_of(list(below), on, category)
    return [
        Node(below[pk], found[pk], below[pk].level != "village")
        for pk in sorted(found, key=lambda key: below[key].code)
        if found[pk].listed
    ]


def days(staff: User) -> list[date]:
    """The days that were counted in the area of the staff, newest first."""
    rows = CoverageCount.objects.visible_to(staff).order_by("-on").values_list("on", flat=True).distinct()
    return list(rows[:60])


def counted_at(staff: User) -> datetime | None:
    """When the area of the staff was counted last."""
    moment: datetime | None = CoverageCount.objects.visible_to(staff).aggregate(at=Max("recorded_at"))["at"]
    return moment


def target(region: Region, on: date) -> Any:
    """The coverage that the law asks for in a region on a day, with its citation; Hebei has its own clause."""
    province = regions.province(region, on)
    key = TARGET_HEBEI if province is not None and province.code == HEBEI else TARGET
    return policy.entry(key, on)
