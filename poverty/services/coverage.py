"""The summary of coverage, rebuilt for an area and a day in few statements; each member's gap is noted on the way."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext as _

from core import clock
from enrollment.services.persons import require_region
from office.models import Region, User

COUNTS = (
    "listed_count", "unverified_count", "dead_count", "employee_count", "due_count", "elsewhere_count", "basic_count",
    "critical_count", "aid_count", "covered_count",
)  # fmt: skip

_WITHIN = """(%(area)s::bigint IS NULL OR EXISTS (SELECT FROM office_regionclosure s WHERE s.kind = 'scope'
    AND s.ancestor_id = %(area)s AND s.descendant_id = {alias}.region_id AND s.starts_on <= %(today)s
    AND (s.ends_on IS NULL OR s.ends_on >= %(today)s)))"""

# One row for each listed member on the day. Critical illness comes with a resident's enrolment (国发 and 18号: paid out of the
# same fund), so basic and critical stand or fall together; aid asks for the status.
STANDING = f"""
SELECT m.id, m.region_id, m.pooling_area_id, l.categories, m.person_id IS NULL AS is_unverified,
    coalesce(p.died_on <= %(on)s, false) AS is_dead,
    coalesce(p.employee_insured_from_on <= %(on)s, false) AND NOT coalesce(p.died_on <= %(on)s, false) AS is_employee,
    e.id IS NOT NULL AS is_enrolled, coalesce(e.pooling_area_id <> m.pooling_area_id, false) AS is_elsewhere,
    coalesce(d.personal_fen <= d.paid_fen, false) AS is_paid, coalesce(e.benefits_start_on <= %(on)s, false) AS is_started,
    EXISTS (SELECT FROM enrollment_hardshipstatus h WHERE h.person_id = m.person_id AND h.withdrawn_at IS NULL
        AND h.starts_on <= %(on)s AND (h.ends_on IS NULL OR h.ends_on >= %(on)s)) AS has_status
FROM poverty_ledgermember m
JOIN (
    SELECT k.member_id, array_agg(DISTINCT k.category::text) AS categories FROM poverty_ledgermark k
    WHERE k.withdrawn_at IS NULL AND k.starts_on <= %(on)s AND (k.ends_on IS NULL OR k.ends_on >= %(on)s)
    GROUP BY 1) l ON l.member_id = m.id
LEFT JOIN enrollment_person p ON p.id = m.person_id
LEFT JOIN LATERAL (
    SELECT e.* FROM enrollment_enrollment e WHERE e.person_id = m.person_id AND e.in_force
        AND e.year = extract(year FROM %(on)s::date)::int AND e.starts_on <= %(on)s AND e.ends_on >= %(on)s LIMIT 1
    ) e ON true
LEFT JOIN LATERAL (
    SELECT d.personal_fen, d.paid_fen FROM enrollment_due d WHERE d.person_id = e.person_id AND d.year = e.year
    ORDER BY (d.enrollment_id = e.id) DESC, d.id LIMIT 1) d ON true
WHERE NOT m.is_struck AND {_WITHIN.format(alias="m")}
"""  # noqa: S608  # statements of this module only

_GAP = """CASE WHEN is_unverified OR is_dead OR is_employee THEN '' WHEN NOT is_enrolled THEN 'not_enrolled'
    WHEN NOT is_paid THEN 'unpaid' WHEN NOT is_started THEN 'waiting' WHEN NOT has_status THEN 'no_status' ELSE '' END"""

_FACTS = f"""
SELECT f.*, {_GAP} AS gap, NOT (is_unverified OR is_dead OR is_employee) AS is_due,
    is_enrolled AND is_paid AND is_started AS pays FROM ({STANDING}) f
"""  # noqa: S608

SUMMED = f"""
SELECT f.pooling_area_id, %(on)s::date AS "on", f.region_id, c.category, count(*) AS listed_count,
    count(*) FILTER (WHERE is_unverified) AS unverified_count, count(*) FILTER (WHERE is_dead) AS dead_count,
    count(*) FILTER (WHERE is_employee) AS employee_count, count(*) FILTER (WHERE is_due) AS due_count,
    count(*) FILTER (WHERE is_due AND is_elsewhere) AS elsewhere_count,
    count(*) FILTER (WHERE is_due AND pays) AS basic_count, count(*) FILTER (WHERE is_due AND pays) AS critical_count,
    count(*) FILTER (WHERE is_due AND has_status) AS aid_count,
    count(*) FILTER (WHERE is_due AND pays AND has_status) AS covered_count
FROM ({_FACTS}) f, unnest(f.categories || ''::text) AS c (category)
GROUP BY 1, 2, 3, 4
"""  # noqa: S608


_LATER = """
SELECT person_id, recorded_at AS at FROM enrollment_payment UNION ALL
SELECT person_id, greatest(recorded_at, withdrawn_at, ended_at) FROM enrollment_enrollment UNION ALL
SELECT person_id, recorded_at FROM enrollment_due UNION ALL
SELECT person_id, greatest(recorded_at, withdrawn_at) FROM enrollment_hardshipstatus
"""


def _params(area: Region | None, on: date) -> dict[str, Any]:
    return {"area": area.pk if area is not None else None, "on": on, "today": clock.today()}


@transaction.atomic
def rebuild(*, actor: User | None, area: Region, on: date | None = None) -> int:
    """Count the ledger of a region again for a day (the office's unless given); returns the rows of the summary.

    For the office's day each member's gap is noted too: the list of the missing reads it.
    """
    if actor is not None:  # None: the month's end, for every area
        require_region(actor, area)
    day = on or clock.today()
    params = _params(area, day)
    columns = ", ".join(COUNTS)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('poverty.coverage'))")
        cursor.execute(
            f'DELETE FROM poverty_coveragecount t WHERE t."on" = %(on)s AND {_WITHIN.format(alias="t")}',  # noqa: S608
            params,
        )
        cursor.execute(
            f'INSERT INTO poverty_coveragecount (pooling_area_id, "on", region_id, category, {columns}) {SUMMED} ORDER BY 1, 3, 4',
            params,
        )
        count = cursor.rowcount
        if day == clock.today():
            cursor.execute(
                f"""UPDATE poverty_ledgermember t SET gap = g.gap, gap_on = %(on)s FROM (
                        SELECT m.id, coalesce(f.gap, '') AS gap FROM poverty_ledgermember m LEFT JOIN ({_FACTS}) f ON f.id = m.id
                        WHERE {_WITHIN.format(alias="m")}) g
                    WHERE t.id = g.id AND (t.gap <> g.gap OR t.gap_on IS DISTINCT FROM %(on)s)""",  # noqa: S608
                params,
            )
    return count


def first_difference() -> str:
    """The first village and category whose summary of the latest day differs from a rebuild, in words; empty when none does.

    Only the office's day is proved, an earlier day's summary was right when it was counted; and only villages of whose people
    nothing was recorded since: payments go on after a count, and the next count takes them in.
    """
    day = clock.today()
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT g.code, d.category FROM (
                SELECT coalesce(a.region_id, b.region_id) AS region_id, coalesce(a.category, b.category) AS category
                FROM ({SUMMED}) a
                FULL JOIN (SELECT * FROM poverty_coveragecount WHERE "on" = %(on)s) b
                    ON b.pooling_area_id = a.pooling_area_id AND b.region_id = a.region_id AND b.category = a.category
                WHERE ({", ".join(f"a.{name}" for name in COUNTS)}) IS DISTINCT FROM ({", ".join(f"b.{name}" for name in COUNTS)})
            ) d JOIN office_region g ON g.id = d.region_id
            WHERE NOT EXISTS (
                SELECT FROM poverty_ledgermember m JOIN ({_LATER}) v ON v.person_id = m.person_id
                WHERE m.region_id = d.region_id AND v.at > (
                    SELECT coalesce(max(b.recorded_at), '-infinity') FROM poverty_coveragecount b
                    WHERE b.region_id = d.region_id AND b."on" = %(on)s))
            ORDER BY g.code, d.category LIMIT 1
            """,  # noqa: S608
            _params(None, day),
        )
        row = cursor.fetchone()
    return _("%(region)s 的覆盖汇总与台账不一致，请重新统计。") % {"region": row[0]} if row else ""
