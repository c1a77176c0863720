"""Dues of a benefit year, worked out for an area in one statement from the terms in force."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext as _

from core import audit, clock, periods, statistics
from enrollment.codes import HardshipCategory, PersonCategory
from enrollment.rules import dues as rules
from office.models import Region, User
from policy import selectors as policy
from policy.terms import Terms

_WORK_OUT = """
WITH figure AS (
    SELECT * FROM jsonb_to_recordset(%(figures)s::jsonb) AS f (category text, aid_category text, tier text,
        standard_fen bigint, aid_fen bigint, personal_fen bigint, basis jsonb)
), asked AS (
    SELECT e.id, e.person_id, e.region_id, e.category, least(greatest(%(on)s::date, e.starts_on), e.ends_on) AS on_day
    FROM enrollment_enrollment e
    WHERE e.pooling_area_id = %(area)s AND e.year = %(year)s AND e.in_force AND e.source <> 'transfer'
          AND (%(persons)s::bigint[] IS NULL OR e.person_id = ANY(%(persons)s::bigint[]))
), chosen AS (
    SELECT DISTINCT ON (asked.id) asked.id AS enrollment_id, asked.person_id, asked.region_id, f.*
    FROM asked JOIN figure f ON f.category = asked.category AND (f.aid_category = '' OR EXISTS (
        SELECT FROM enrollment_hardshipstatus s WHERE s.person_id = asked.person_id AND s.category = f.aid_category
            AND s.withdrawn_at IS NULL AND s.starts_on <= asked.on_day
            AND (s.ends_on IS NULL OR s.ends_on >= asked.on_day)))
    ORDER BY asked.id, f.aid_fen DESC, f.aid_category
)
INSERT INTO enrollment_due AS d (enrollment_id, person_id, year, pooling_area_id, region_id, period, category, tier,
    aid_category, standard_fen, aid_fen, personal_fen, paid_fen, aid_paid_fen, basis, state, worked_out_on, version)
SELECT enrollment_id, person_id, %(year)s, %(area)s, region_id, %(period)s, category, tier, aid_category, standard_fen,
    aid_fen, personal_fen, 0, 0, basis, CASE WHEN personal_fen = 0 THEN 'paid' ELSE 'open' END, %(today)s, 1
FROM chosen ORDER BY enrollment_id
ON CONFLICT (enrollment_id) DO UPDATE SET
    tier = excluded.tier, aid_category = excluded.aid_category, standard_fen = excluded.standard_fen,
    aid_fen = excluded.aid_fen, personal_fen = excluded.personal_fen, basis = excluded.basis,
    worked_out_on = excluded.worked_out_on, version = d.version + 1,
    state = CASE WHEN d.paid_fen >= excluded.personal_fen THEN 'paid' WHEN d.paid_fen > 0 THEN 'part' ELSE 'open' END
WHERE d.state <> 'cancelled' AND (d.standard_fen, d.aid_fen, d.aid_category, d.tier, d.basis)
    IS DISTINCT FROM (excluded.standard_fen, excluded.aid_fen, excluded.aid_category, excluded.tier, excluded.basis)
"""


@transaction.atomic
def work_out(
    *,
    actor: User | None,
    area: Region,
    year: int,
    persons: Iterable[int] | None = None,
    on: date | None = None,
    tier: str = "",
) -> int:
    """Work out, or work out again, what each enrolment of an area and year owes; returns the number of dues that changed.

    Statuses are asked for on the day `on` (the office's day unless given), moved into the enrolment's own days. What was
    paid stays; a due that falls below what was paid shows as overpaid. Transferred enrolments owe nothing here.
    """
    terms = policy.terms_for(area, date(year, 1, 1))
    listed = list(persons) if persons is not None else None
    today = clock.today()
    with connection.cursor() as cursor:
        cursor.execute(
            _WORK_OUT,
            {
                "figures": json.dumps(schedule(terms, categories_of(area, year, listed), tier), ensure_ascii=False),
                "on": on or today,
                "area": area.pk,
                "year": year,
                "persons": listed,
                "period": periods.period_of(today),
                "today": today,
            },
        )
        changed = cursor.rowcount
    statistics.refresh_after(changed, "enrollment_due")
    if listed is None:
        audit.record(
            actor,
            "enrollment.dues.worked_out",
            area,
            changes={str(_("待遇年度")): [None, year], str(_("核定人数")): [None, changed]},
        )
    return changed


def categories_of(area: Region, year: int, persons: list[int] | None) -> list[str]:
    """The categories that are enrolled, so that a table without a row for a category nobody has is no obstacle."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT DISTINCT category FROM enrollment_enrollment WHERE pooling_area_id = %s AND year = %s AND in_force
               AND source <> 'transfer' AND (%s::bigint[] IS NULL OR person_id = ANY(%s::bigint[]))""",
            [area.pk, year, persons, persons],
        )
        return sorted(row[0] for row in cursor.fetchall())


def schedule(terms: Terms, categories: Iterable[str] = PersonCategory.values, tier: str = "") -> list[dict[str, Any]]:
    """Every combination of category and single aid, as rows for the statement: the rule decides, SQL only joins."""
    rows = []
    for category in categories:
        for status in ("", *HardshipCategory.values):
            figures = rules.due(category, [status] if status else [], terms, tier)
            if status and not figures.aid_category:
                continue
            rows.append(
                {
                    "category": category,
                    "aid_category": figures.aid_category,
                    "tier": figures.tier,
                    "standard_fen": figures.standard_fen,
                    "aid_fen": figures.aid_fen,
                    "personal_fen": figures.personal_fen,
                    "basis": figures.basis(),
                }
            )
    return rows
