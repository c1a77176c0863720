"""Keeping the summary of the register: folding the appended changes, and proving it equal to a count of the rows."""

from __future__ import annotations

from django.db import connection, transaction

COLUMNS = (
    "enrolled_count", "due_count", "paid_count", "aided_count", "personal_fen", "aid_fen", "paid_fen", "aid_paid_fen",
)  # fmt: skip

_SUMS = ", ".join(f"sum({column}) AS {column}" for column in COLUMNS)
_ADDED = ", ".join(f"{column} = enrollment_registercount.{column} + excluded.{column}" for column in COLUMNS)

COUNTED = """
    SELECT region_id, pooling_area_id, year, category, count(*) AS enrolled_count, 0 AS due_count, 0 AS paid_count,
        0 AS aided_count, 0 AS personal_fen, 0 AS aid_fen, 0 AS paid_fen, 0 AS aid_paid_fen
    FROM enrollment_enrollment WHERE in_force AND reason_ended = '' GROUP BY 1, 2, 3, 4
    UNION ALL
    SELECT region_id, pooling_area_id, year, category, 0, count(*) FILTER (WHERE state <> 'cancelled'),
        count(*) FILTER (WHERE state = 'paid'), count(*) FILTER (WHERE state <> 'cancelled' AND aid_fen > 0),
        coalesce(sum(personal_fen) FILTER (WHERE state <> 'cancelled'), 0),
        coalesce(sum(aid_fen) FILTER (WHERE state <> 'cancelled'), 0), sum(paid_fen), sum(aid_paid_fen)
    FROM enrollment_due GROUP BY 1, 2, 3, 4
"""


@transaction.atomic
def fold() -> int:
    """Add the appended changes to the counts; returns how many changes were folded. One folds at a time."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('enrollment.counts.fold'))")
        cursor.execute(
            f"""
            WITH taken AS (DELETE FROM enrollment_registerdelta RETURNING *), summed AS (
                SELECT region_id, pooling_area_id, year, category, {_SUMS}, count(*) AS folded
                FROM taken GROUP BY 1, 2, 3, 4
            ), added AS (
                INSERT INTO enrollment_registercount (region_id, pooling_area_id, year, category, {", ".join(COLUMNS)})
                SELECT region_id, pooling_area_id, year, category, {", ".join(COLUMNS)} FROM summed
                ORDER BY region_id, pooling_area_id, year, category
                ON CONFLICT (region_id, pooling_area_id, year, category) DO UPDATE SET {_ADDED}
            )
            SELECT coalesce(sum(folded), 0) FROM summed
            """  # noqa: S608  # column names of this module only
        )
        return int(cursor.fetchone()[0])


def first_difference() -> str:
    """The first village, year and category where summary and rows disagree, in words; empty when they agree."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            WITH rows AS (SELECT region_id, year, category, {_SUMS} FROM ({COUNTED}) AS c GROUP BY 1, 2, 3),
            summary AS (
                SELECT region_id, year, category, {_SUMS} FROM (
                    SELECT region_id, year, category, {", ".join(COLUMNS)} FROM enrollment_registercount
                    UNION ALL SELECT region_id, year, category, {", ".join(COLUMNS)} FROM enrollment_registerdelta) AS s
                GROUP BY 1, 2, 3)
            SELECT coalesce(r.region_id, s.region_id), coalesce(r.year, s.year), coalesce(r.category, s.category)
            FROM rows r FULL JOIN summary s USING (region_id, year, category)
            WHERE ({", ".join(f"coalesce(r.{c}, 0)" for c in COLUMNS)})
                IS DISTINCT FROM ({", ".join(f"coalesce(s.{c}, 0)" for c in COLUMNS)})
            ORDER BY 1, 2, 3 LIMIT 1
            """  # noqa: S608  # column names of this module only
        )
        row = cursor.fetchone()
    return f"region {row[0]}, {row[1]}, {row[2]}" if row else ""
