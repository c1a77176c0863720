"""The campaign in figures, from the kept counts: by region below, by category, against the target."""

from __future__ import annotations

from typing import Any

from django.db import connection

from core import clock
from enrollment.codes import PersonCategory
from enrollment.models import Campaign
from enrollment.services.counts import COLUMNS
from office.models import Region

_SUMS = ", ".join(f"coalesce(sum(s.{column}), 0)::bigint AS {column}" for column in COLUMNS)
_FIGURES = f"""(SELECT region_id, year, category, {", ".join(COLUMNS)} FROM enrollment_registercount
    UNION ALL SELECT region_id, year, category, {", ".join(COLUMNS)} FROM enrollment_registerdelta) s"""  # noqa: S608
_BELOW = """office_regionclosure c ON c.kind = 'scope' AND c.descendant_id = s.region_id AND c.starts_on <= %(today)s
    AND (c.ends_on IS NULL OR c.ends_on >= %(today)s)"""


def _rows(sql: str, **params: Any) -> list[dict[str, Any]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, {**params, "today": clock.today()})
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def totals(region: Region, year: int) -> dict[str, Any]:
    """All figures of a region and year: people enrolled, owing, paid, aided, and the sums in fen."""
    return _rows(
        f"SELECT {_SUMS} FROM {_FIGURES} JOIN {_BELOW} WHERE c.ancestor_id = %(region)s AND s.year = %(year)s",  # noqa: S608
        region=region.pk,
        year=year,
    )[0]


def by_child(region: Region, year: int) -> list[dict[str, Any]]:
    """The same figures for each region one step below, by code; regions without people show as nothing."""
    return _rows(
        f"""
        SELECT g.id, g.code, g.name, f.* FROM office_regionclosure d JOIN office_region g ON g.id = d.descendant_id
        CROSS JOIN LATERAL (SELECT {_SUMS} FROM {_FIGURES} JOIN {_BELOW}
            WHERE c.ancestor_id = g.id AND s.year = %(year)s) f
        WHERE d.kind = 'scope' AND d.ancestor_id = %(region)s AND d.depth = 1 AND d.starts_on <= %(today)s
            AND (d.ends_on IS NULL OR d.ends_on >= %(today)s)
        ORDER BY g.code
        """,  # noqa: S608  # column names of this app only
        region=region.pk,
        year=year,
    )


def by_category(region: Region, year: int) -> list[dict[str, Any]]:
    """The figures of a region and year by category of people."""
    rows = _rows(
        f"SELECT s.category, {_SUMS} FROM {_FIGURES} JOIN {_BELOW} WHERE c.ancestor_id = %(region)s AND s.year = %(year)s"  # noqa: S608
        " GROUP BY 1 ORDER BY 1",
        region=region.pk,
        year=year,
    )
    return [{**row, "label": PersonCategory(row["category"]).label} for row in rows]


def target(region: Region, year: int) -> int:
    """The target headcount of the pooling areas in a region; nothing where none is set."""
    rows = _rows(
        """SELECT coalesce(sum(s.target_count), 0)::bigint AS target FROM (
            SELECT pooling_area_id AS region_id, year, target_count FROM enrollment_campaign) s
           JOIN office_regionclosure c ON c.kind = 'scope' AND c.descendant_id = s.region_id AND c.starts_on <= %(today)s
               AND (c.ends_on IS NULL OR c.ends_on >= %(today)s)
           WHERE c.ancestor_id = %(region)s AND s.year = %(year)s""",
        region=region.pk,
        year=year,
    )
    return int(rows[0]["target"])


def campaigns(staff: Any, year: int) -> list[Campaign]:
    """The campaigns of a year in the staff's area."""
    return list(Campaign.objects.visible_to(staff).filter(year=year).select_related("pooling_area"))
