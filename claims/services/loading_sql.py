"""The statements that check staged bills against register, providers and catalogue, split their lines and store them."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Any

_TABLES = """
    CREATE TEMP TABLE staged_bill (
        row_number int PRIMARY KEY, provider_code text, hospital_number text, identity_index bytea, name text,
        visit_kind text, filing text, delivery_kind text, disease text, admitted_on date, discharged_on date,
        diagnosis_code text, diagnosis_name text, total_fen bigint, errors text[], content_hash bytea,
        provider_id bigint, person_id bigint, region_id bigint, pooling_area_id bigint, is_local boolean,
        is_unchanged boolean DEFAULT false, bill_id bigint);
    CREATE TEMP TABLE staged_line (
        provider_code text, hospital_number text, line_number int, item_code text, quantity numeric, unit_price numeric,
        amount_fen bigint, row_number int, item_class text, kind text, numerator int, denominator int,
        over_limit_fen bigint, first_self_fen bigint);
"""

# What the register, the providers and the regions of the day say about each bill; a person who is not covered keeps the
# own region, so that the bill can wait and be refused in words when it is settled.
_RESOLVE = """
    UPDATE staged_bill b SET
        provider_id = v.id, person_id = p.id,
        region_id = COALESCE(e.region_id, p.region_id),
        pooling_area_id = COALESCE(e.pooling_area_id, (
            SELECT c.ancestor_id FROM office_regionclosure c WHERE c.kind = 'pooling' AND c.descendant_id = p.region_id
            AND c.starts_on <= b.discharged_on AND (c.ends_on IS NULL OR c.ends_on >= b.discharged_on) LIMIT 1)),
        errors = b.errors
            || CASE WHEN v.id IS NULL THEN ARRAY['医疗机构编码 ' || b.provider_code || ' 未登记'] ELSE '{}' END
            || CASE WHEN b.identity_index IS NOT NULL AND p.id IS NULL THEN ARRAY['证件号码不在参保登记中'] ELSE '{}' END
            || CASE WHEN p.name IS DISTINCT FROM b.name AND p.id IS NOT NULL
                    THEN ARRAY['姓名与参保登记不一致'] ELSE '{}' END
            || CASE WHEN b.discharged_on > %(today)s THEN ARRAY['出院日期晚于今天'] ELSE '{}' END
            || CASE WHEN (b.visit_kind = 'delivery') <> (b.delivery_kind <> '')
                    THEN ARRAY['分娩方式只在住院分娩时填写，住院分娩时必填'] ELSE '{}' END
    FROM staged_bill s
    LEFT JOIN claims_provider v ON v.code = s.provider_code
    LEFT JOIN enrollment_person p ON p.id_index = s.identity_index AND p.merged_into_id IS NULL
    LEFT JOIN enrollment_enrollment e ON e.person_id = p.id AND e.in_force
          AND s.discharged_on BETWEEN e.starts_on AND e.ends_on
    WHERE s.row_number = b.row_number
"""

_IS_LOCAL = """
    UPDATE staged_bill b SET is_local = EXISTS (
        SELECT FROM office_regionclosure c JOIN claims_provider v ON v.id = b.provider_id
        WHERE c.kind = 'pooling' AND c.descendant_id = v.region_id AND c.ancestor_id = b.pooling_area_id
          AND c.starts_on <= b.discharged_on AND (c.ends_on IS NULL OR c.ends_on >= b.discharged_on))
"""

_FILING = """
    UPDATE staged_bill SET
        errors = errors || CASE
            WHEN is_local AND filing NOT IN ('', 'local') THEN ARRAY['本地就医不应填写异地备案类型']
            WHEN NOT is_local AND filing = 'local' THEN ARRAY['异地就医的备案类型不能为本地'] ELSE '{}' END
            || CASE WHEN pooling_area_id IS NULL AND person_id IS NOT NULL
                    THEN ARRAY['患者所在地没有统筹地区，请先维护行政区划'] ELSE '{}' END,
        filing = CASE WHEN filing <> '' THEN filing WHEN is_local THEN 'local' ELSE 'none' END
"""

_SAME_IN_FILE = """
    UPDATE staged_bill b SET errors = b.errors || ARRAY['同一医院单据号在文件中出现多次']
    WHERE EXISTS (SELECT FROM staged_bill o WHERE o.provider_code = b.provider_code
                  AND o.hospital_number = b.hospital_number AND o.row_number < b.row_number)
"""

_KNOWN = """
    UPDATE staged_bill s SET
        is_unchanged = b.content_hash = s.content_hash,
        errors = s.errors || CASE WHEN b.content_hash = s.content_hash THEN '{}'::text[] ELSE ARRAY[
            '该单据号已存在且内容不同（' || b.number || '）。请先作废原单据后再传'] END
    FROM claims_bill b
    WHERE b.provider_id = s.provider_id AND b.hospital_number = s.hospital_number AND b.state <> 'withdrawn'
"""

_PRICE = """
    UPDATE staged_line l SET
        row_number = b.row_number, item_class = v.item_class, kind = i.kind,
        numerator = v.first_self_pay_numerator, denominator = v.first_self_pay_denominator,
        over_limit_fen = CASE WHEN v.item_class = '丙' OR v.price_cap_fen IS NULL THEN 0
            ELSE greatest(l.amount_fen - round(l.quantity * v.price_cap_fen), 0) END
    FROM staged_bill b, claims_catalogueitem i, claims_catalogueversion v
    WHERE b.provider_code = l.provider_code AND b.hospital_number = l.hospital_number AND i.code = l.item_code
      AND NOT ('同一医院单据号在文件中出现多次' = ANY(b.errors))
      AND v.item_id = i.id AND v.starts_on <= b.discharged_on AND (v.ends_on IS NULL OR v.ends_on >= b.discharged_on)
"""

# Half up per line; in-scope cost is what is left and is never rounded itself.
_FIRST_SELF = """
    UPDATE staged_line SET first_self_fen = CASE WHEN item_class = '丙' THEN 0
        ELSE round((amount_fen - over_limit_fen)::numeric * numerator / denominator) END
    WHERE item_class IS NOT NULL
"""

_LINE_ERRORS = """
    UPDATE staged_bill b SET errors = b.errors || problem.words
    FROM (
        SELECT o.row_number, array_agg(problem ORDER BY l.line_number) AS words
        FROM staged_line l JOIN staged_bill o USING (provider_code, hospital_number)
        CROSS JOIN LATERAL (SELECT CASE
            WHEN l.item_class IS NULL THEN '明细第 ' || l.line_number || ' 行的目录编码 ' || l.item_code || ' 在出院日的目录中不存在'
            WHEN l.amount_fen <> round(l.quantity * l.unit_price * 100) THEN '明细第 ' || l.line_number || ' 行金额不等于数量乘单价'
            WHEN l.quantity <= 0 THEN '明细第 ' || l.line_number || ' 行数量应大于零'
            END AS problem) AS found
        WHERE problem IS NOT NULL GROUP BY o.row_number
    ) AS problem WHERE problem.row_number = b.row_number
"""

_SAME_LINE = """
    UPDATE staged_bill b SET errors = b.errors || ARRAY['明细行号重复']
    WHERE (b.provider_code, b.hospital_number) IN (
        SELECT provider_code, hospital_number FROM staged_line GROUP BY 1, 2, line_number HAVING count(*) > 1)
"""

_INSERT_BILLS = """
    WITH split AS (
        SELECT row_number, count(*) AS line_count,
               sum(amount_fen) FILTER (WHERE item_class = '丙') AS full_self, sum(over_limit_fen) AS over_limit,
               sum(first_self_fen) AS first_self,
               sum(amount_fen - over_limit_fen - first_self_fen) FILTER (WHERE item_class <> '丙') AS in_scope
        FROM staged_line GROUP BY 1
    ), groups AS (
        SELECT row_number, jsonb_agg(jsonb_build_object('class', item_class, 'kind', kind, 'rate',
                   CASE WHEN numerator %% denominator = 0 THEN (numerator / denominator)::text
                        ELSE (numerator / gcd(numerator, denominator)) || '/' || (denominator / gcd(numerator, denominator)) END,
                   'fen', fen, 'over_fen', over_fen, 'first_fen', first_fen)
               ORDER BY item_class, kind, numerator::numeric / denominator) AS sums
        FROM (SELECT row_number, item_class, kind, numerator, denominator, sum(amount_fen) AS fen,
                     sum(over_limit_fen) AS over_fen, sum(first_self_fen) AS first_fen
              FROM staged_line GROUP BY 1, 2, 3, 4, 5) AS g GROUP BY 1
    )
    INSERT INTO claims_bill (number, person_id, provider_id, hospital_number, visit_kind, filing, delivery_kind, trait,
        disease, admitted_on, discharged_on, stay_days, diagnosis_code, diagnosis_name, total_fen, full_self_fen,
        over_limit_fen, first_self_fen, in_scope_fen, other_fen, sums, line_count, year, period, region_id,
        pooling_area_id, is_local, state, settlement_count, source, content_hash, entered_by_id, recorded_at)
    SELECT n.number, b.person_id, b.provider_id, b.hospital_number, b.visit_kind, b.filing, b.delivery_kind, '',
           b.disease, b.admitted_on, b.discharged_on, b.discharged_on - b.admitted_on, b.diagnosis_code,
           b.diagnosis_name, b.total_fen, COALESCE(s.full_self, 0), s.over_limit, s.first_self, COALESCE(s.in_scope, 0),
           0, g.sums, s.line_count, extract(year FROM b.discharged_on),
           extract(year FROM b.discharged_on) * 100 + extract(month FROM b.discharged_on), b.region_id,
           b.pooling_area_id, b.is_local, 'waiting', 0, 'file', b.content_hash, %(actor)s, %(now)s
    FROM staged_bill b
    JOIN unnest(%(rows)s::int[], %(numbers)s::text[]) AS n(row_number, number) USING (row_number)
    JOIN split s USING (row_number) JOIN groups g USING (row_number)
    ORDER BY b.row_number
    RETURNING id, number
"""

_INSERT_LINES = """
    INSERT INTO claims_billline (period, bill_id, line_number, item_code, item_class, quantity, unit_price, amount_fen,
        full_self_fen, over_limit_fen, first_self_fen, in_scope_fen, first_self_pay_numerator, first_self_pay_denominator)
    SELECT extract(year FROM b.discharged_on) * 100 + extract(month FROM b.discharged_on), b.bill_id, l.line_number,
           l.item_code, l.item_class, l.quantity, l.unit_price, l.amount_fen,
           CASE WHEN l.item_class = '丙' THEN l.amount_fen ELSE 0 END, l.over_limit_fen, l.first_self_fen,
           CASE WHEN l.item_class = '丙' THEN 0 ELSE l.amount_fen - l.over_limit_fen - l.first_self_fen END,
           l.numerator, l.denominator
    FROM staged_line l JOIN staged_bill b USING (row_number) WHERE b.bill_id IS NOT NULL
    ORDER BY b.bill_id, l.line_number
"""

_BILL_COLUMNS = (
    "row_number, provider_code, hospital_number, identity_index, name, visit_kind, filing, delivery_kind, disease, "
    "admitted_on, discharged_on, diagnosis_code, diagnosis_name, total_fen, errors, content_hash"
)
_LINE_COLUMNS = "provider_code, hospital_number, line_number, item_code, quantity, unit_price, amount_fen"


def stage(cursor: Any, bills: Iterable[list[Any]], lines: Iterator[list[Any]]) -> None:
    """Copy the typed rows into tables of this transaction."""
    cursor.execute(_TABLES)
    with cursor.copy(f"COPY staged_bill ({_BILL_COLUMNS}) FROM STDIN") as copy:
        for row in bills:
            copy.write_row(row)
    with cursor.copy(f"COPY staged_line ({_LINE_COLUMNS}) FROM STDIN") as copy:
        for row in lines:
            copy.write_row(row)
    cursor.execute("ANALYZE staged_bill")
    cursor.execute("CREATE INDEX ON staged_line (provider_code, hospital_number)")
    cursor.execute("CREATE INDEX ON staged_bill (provider_code, hospital_number)")
    cursor.execute("ANALYZE staged_line")


def check(cursor: Any, today: date) -> None:
    """Put every error on its bill."""
    cursor.execute(_RESOLVE, {"today": today})
    for statement in (_IS_LOCAL, _FILING, _SAME_IN_FILE, _KNOWN, _PRICE, _FIRST_SELF, _LINE_ERRORS, _SAME_LINE):
        cursor.execute(statement)


def accepted_rows(cursor: Any) -> list[int]:
    """Row numbers of the bills without errors that are not known yet, in file order."""
    cursor.execute("SELECT row_number FROM staged_bill WHERE errors = '{}' AND NOT is_unchanged ORDER BY 1")
    return [number for (number,) in cursor.fetchall()]


def apply(cursor: Any, numbered: list[tuple[int, str]], actor_id: int, now: datetime) -> list[int]:
    """Store the accepted bills under their numbers with all their lines; gives their ids."""
    rows, numbers = [row for row, _ in numbered], [number for _, number in numbered]
    # The checks have filled columns that were empty when the planner last looked.
    cursor.execute("ANALYZE staged_bill")
    cursor.execute("ANALYZE staged_line")
    cursor.execute(_INSERT_BILLS, {"rows": rows, "numbers": numbers, "actor": actor_id, "now": now})
    made = {number: bill_id for bill_id, number in cursor.fetchall()}
    cursor.execute(
        "UPDATE staged_bill b SET bill_id = n.id FROM unnest(%s::int[], %s::bigint[]) AS n(row_number, id) "
        "WHERE n.row_number = b.row_number",
        [rows, [made[number] for number in numbers]],
    )
    cursor.execute(_INSERT_LINES)
    return [made[number] for number in numbers]


def errors(cursor: Any) -> dict[int, list[str]]:
    """The errors of each refused row."""
    cursor.execute("SELECT row_number, errors FROM staged_bill WHERE errors <> '{}' ORDER BY 1")
    return dict(cursor.fetchall())


def unchanged(cursor: Any) -> int:
    """How many bills are known with the same content."""
    cursor.execute("SELECT count(*) FROM staged_bill WHERE errors = '{}' AND is_unchanged")
    return int(cursor.fetchone()[0])


def drop(cursor: Any) -> None:
    """The staged rows are not kept."""
    cursor.execute("DROP TABLE staged_bill, staged_line")
