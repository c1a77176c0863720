"""Statuses of the register brought in line with the marks of the ledger: granted and withdrawn through enrollment."""

from __future__ import annotations

from django.db import connection, transaction
from django.utils.translation import gettext as _

from core import clock
from enrollment.models import HardshipStatus
from enrollment.services import statuses
from office.models import Region, User
from poverty.codes import Source

# Days on which a living, verified person of the area is marked, less the days that a decision outside the ledger covers.
WANTED = """
SELECT d.person_id, d.category, lower(d.days) AS starts_on, upper(d.days) - 1 AS ends_on, d.source FROM (
    SELECT f.person_id, f.category, f.source, unnest(f.days - coalesce((
        SELECT range_agg(daterange(o.starts_on, o.ends_on, '[]')) FROM enrollment_hardshipstatus o
        WHERE o.person_id = f.person_id AND o.category = f.category AND o.withdrawn_at IS NULL AND NOT EXISTS (
            SELECT FROM core_importbatch b WHERE b.id = o.batch_id AND b.kind = 'poverty.list')),
        '{}'::datemultirange)) AS days
    FROM (
        SELECT m.person_id, k.category, min(k.source) AS source,
            range_agg(daterange(k.starts_on, k.ends_on, '[]')) AS days
        FROM poverty_ledgermark k JOIN poverty_ledgermember m ON m.id = k.member_id AND NOT m.is_struck
        JOIN enrollment_person p ON p.id = m.person_id AND p.died_on IS NULL AND p.merged_into_id IS NULL
        JOIN office_regionclosure c ON c.kind = 'pooling' AND c.descendant_id = p.region_id
            AND c.ancestor_id = m.pooling_area_id AND c.starts_on <= %(on)s AND (c.ends_on IS NULL OR c.ends_on >= %(on)s)
        WHERE k.withdrawn_at IS NULL AND {within}
        GROUP BY 1, 2) f) d
"""

# What the ledger granted before and stands now.
HELD = """
SELECT s.id, s.person_id, s.category, s.starts_on, s.ends_on FROM enrollment_hardshipstatus s
JOIN core_importbatch b ON b.id = s.batch_id AND b.kind = 'poverty.list'
JOIN enrollment_person p ON p.id = s.person_id
WHERE s.withdrawn_at IS NULL AND {within}
"""

_WITHIN = """(%(area)s::bigint IS NULL OR EXISTS (SELECT FROM office_regionclosure z WHERE z.kind = 'scope'
    AND z.ancestor_id = %(area)s AND z.descendant_id = p.region_id AND z.starts_on <= %(on)s
    AND (z.ends_on IS NULL OR z.ends_on >= %(on)s)))"""

_TABLE = f"""
CREATE TEMPORARY TABLE differing ON COMMIT DROP AS
SELECT h.id AS held_id, coalesce(w.person_id, h.person_id) AS person_id, coalesce(w.category, h.category) AS category,
    w.starts_on, w.ends_on, w.source
FROM ({WANTED.replace("{within}", _WITHIN)}) w
FULL JOIN ({HELD.replace("{within}", _WITHIN)}) h ON h.person_id = w.person_id AND h.category = w.category
    AND h.starts_on = w.starts_on AND coalesce(h.ends_on, 'infinity') = coalesce(w.ends_on, 'infinity')
WHERE h.id IS NULL OR w.person_id IS NULL
"""  # noqa: S608  # statements of this module only


@transaction.atomic
def bring_in_line(*, actor: User, area: Region, batch_id: int | None = None) -> tuple[int, int]:
    """Withdraw what the ledger no longer says, grant what it newly says; returns (granted, withdrawn)."""
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS pg_temp.differing")
        cursor.execute(_TABLE, {"area": area.pk, "on": clock.today()})
        cursor.execute("SELECT held_id FROM differing WHERE held_id IS NOT NULL ORDER BY 1")
        gone = [row[0] for row in cursor.fetchall()]
        cursor.execute(
            """SELECT d.source, coalesce(%s, (
                   SELECT max(k.batch_id) FROM poverty_ledgermark k JOIN poverty_ledgermember m ON m.id = k.member_id
                   WHERE m.person_id = d.person_id AND k.category = d.category AND k.withdrawn_at IS NULL)),
                   d.person_id, d.category, d.starts_on, d.ends_on
               FROM differing d WHERE d.held_id IS NULL ORDER BY 3, 4, 5""",
            [batch_id],
        )
        new: dict[tuple[str, int], list[tuple[int, str, object, object]]] = {}
        for source, batch, *row in cursor.fetchall():
            new.setdefault((source, batch), []).append(tuple(row))
    for status in HardshipStatus.everywhere.filter(pk__in=gone).select_related("person", "region"):
        statuses.withdraw(actor=actor, status=status, reason=_("困难人员名单已变更"))
    granted = 0
    for (source, batch), rows in sorted(new.items()):
        granted += statuses.grant_bulk(
            actor=actor,
            rows=rows,  # type: ignore[arg-type]
            source=_("%(source)s名单") % {"source": Source(source).label},
            batch_id=batch,
        )
    return granted, len(gone)


def first_difference() -> str:
    """The first person whose statuses of the register and marks of the ledger disagree, in words; empty when they agree."""
    statement = _TABLE.replace("CREATE TEMPORARY TABLE differing ON COMMIT DROP AS", "")
    with connection.cursor() as cursor:
        cursor.execute(
            f"""SELECT p.number, d.category, d.starts_on FROM ({statement}) d JOIN enrollment_person p ON p.id = d.person_id
                ORDER BY p.id, d.category LIMIT 1""",  # noqa: S608  # statements of this module only
            {"area": None, "on": clock.today()},
        )
        row = cursor.fetchone()
    if row is None:
        return ""
    return _("%(person)s 的“%(category)s”身份与台账标识不一致。") % {"person": row[0], "category": row[1]}
