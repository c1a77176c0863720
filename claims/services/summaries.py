"""Monthly sums: fold the waiting deltas, or rebuild everything from the settlements."""

from django.db import connection, transaction

from claims.services.figures import AMOUNTS, DIMENSIONS

FOLD_LOCK = 5_201_804  # one folding at a time; settlements never take this lock

_SUMS = ("bills", *AMOUNTS)
_KEPT = (*DIMENSIONS, *_SUMS)

# A person's region is a village; sums are kept by county, as of the last day of the month they belong to.
_BY_COUNTY = """
    SELECT f.pooling_area_id, COALESCE(county.id, f.region_id) AS region_id, f.period, f.visit_kind, f.level, f.status,
           f.is_local, {sums}
    FROM {source} AS f
    LEFT JOIN LATERAL (
        SELECT r.id FROM office_regionclosure c JOIN office_region r ON r.id = c.ancestor_id AND r.level = 'county'
        WHERE c.descendant_id = f.region_id AND c.kind = 'administrative'
          AND c.starts_on <= f.last_day AND (c.ends_on IS NULL OR c.ends_on >= f.last_day)
        LIMIT 1
    ) AS county ON TRUE
    GROUP BY 1, 2, 3, 4, 5, 6, 7
"""
_LAST_DAY = "(make_date(period / 100, mod(period, 100), 1) + interval '1 month' - interval '1 day')::date AS last_day"


def _grouped(source: str) -> str:
    return _BY_COUNTY.format(source=source, sums=", ".join(f"sum(f.{name}) AS {name}" for name in _SUMS))


# Villages are summed before the county is looked up: one look-up per village and kind instead of one per settlement.
_SETTLED = f"""
    SELECT pooling_area_id, region_id, period, visit_kind, level, status, is_local, {_LAST_DAY},
           sum(CASE kind WHEN 'settlement' THEN 1 WHEN 'reversal' THEN CASE WHEN reverses_adjustment THEN 0 ELSE -1 END
               ELSE 0 END) AS bills,
           {", ".join(f"sum({name}) AS {name}" for name in AMOUNTS)}
    FROM (SELECT s.*, EXISTS (SELECT FROM claims_settlement o WHERE o.id = s.reverses_id AND o.kind = 'adjustment')
                 AS reverses_adjustment FROM claims_settlement s) AS s
    GROUP BY 1, 2, 3, 4, 5, 6, 7, 8
"""  # noqa: S608 - built from constants of this module


@transaction.atomic
def fold() -> int:
    """Add the waiting deltas to the monthly sums, each once; gives how many month rows changed."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [FOLD_LOCK])
        cursor.execute(
            f"""
            WITH taken AS (DELETE FROM claims_settlementdelta RETURNING *),
                 facts AS (SELECT {", ".join(DIMENSIONS)}, {_LAST_DAY},
                                  {", ".join(f"sum({name}) AS {name}" for name in _SUMS)}
                           FROM taken GROUP BY 1, 2, 3, 4, 5, 6, 7, 8)
            INSERT INTO claims_monthlysummary ({", ".join(_KEPT)})
            {_grouped("facts")}
            ON CONFLICT ({", ".join(DIMENSIONS)})
            DO UPDATE SET {", ".join(f"{name} = claims_monthlysummary.{name} + EXCLUDED.{name}" for name in _SUMS)}
            """  # noqa: S608
        )
        return cursor.rowcount


@transaction.atomic
def rebuild() -> int:
    """Make the monthly sums anew from the settlements alone; the waiting deltas are part of that and dropped."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [FOLD_LOCK])
        # No settlement may come between reading the facts and dropping the deltas that stand for them.
        cursor.execute("LOCK TABLE claims_settlementdelta IN SHARE ROW EXCLUSIVE MODE")
        cursor.execute("DELETE FROM claims_settlementdelta")
        cursor.execute("DELETE FROM claims_monthlysummary")
        cursor.execute(f"INSERT INTO claims_monthlysummary ({', '.join(_KEPT)}) {_grouped(f'({_SETTLED})')}")
        return cursor.rowcount


def first_difference() -> str:
    """The first month row where sums plus waiting deltas do not equal a rebuild, in words; empty when all agree."""
    waiting = f"""SELECT {", ".join(DIMENSIONS)}, {_LAST_DAY}, {", ".join(_SUMS)} FROM claims_settlementdelta"""  # noqa: S608
    signed = f"""
        SELECT {", ".join(_KEPT)} FROM claims_monthlysummary
        UNION ALL {_grouped(f"({waiting})")}
        UNION ALL SELECT {", ".join(DIMENSIONS)}, {", ".join(f"-{name}" for name in _SUMS)}
                  FROM ({_grouped(f"({_SETTLED})")}) AS rebuilt
    """  # noqa: S608
    nonzero = " OR ".join(f"sum({name}) <> 0" for name in _SUMS)
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT area.name, r.name, d.period, d.visit_kind, d.level, d.bills, d.total_fen FROM (
                SELECT {", ".join(DIMENSIONS)}, {", ".join(f"sum({name}) AS {name}" for name in _SUMS)}
                FROM ({signed}) AS signed GROUP BY {", ".join(DIMENSIONS)} HAVING {nonzero}
            ) AS d JOIN office_region area ON area.id = d.pooling_area_id JOIN office_region r ON r.id = d.region_id
            ORDER BY d.period, area.code, r.code, d.visit_kind, d.level LIMIT 1
            """  # noqa: S608
        )
        row = cursor.fetchone()
    if row is None:
        return ""
    area, region, period, visit_kind, level, bills, total = row
    return f"{area} {region} {period} {visit_kind} {level}: bills {bills}, total_fen {total}"
