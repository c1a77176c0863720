"""What must be true of all settlements; each proof gives the first row at fault in words, or nothing."""

from django.db import connection
from django.utils.translation import gettext_lazy as _

from claims.codes import SettlementKind
from claims.models import Settlement, YearTotal
from claims.services import summaries
from claims.services.figures import RUNNING
from claims.services.reversals import live, settled_again
from core import verification


def totals_equal_replay() -> str | None:
    """Running totals equal the sum of the person's settlements of the year, in every column and accumulator."""
    columns = ", ".join(f"sum({name}) AS {name}" for name in RUNNING)
    differs = " OR ".join(f"COALESCE(s.{name}, 0) <> COALESCE(y.{name}, 0)" for name in RUNNING)
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            WITH s AS (
                SELECT person_id, year, max(sequence) AS last_sequence, count(*) AS rows, {columns}
                FROM claims_settlement GROUP BY 1, 2
            ), accumulated AS (
                SELECT person_id, year, jsonb_object_agg(name, figure) AS so_far FROM (
                    SELECT person_id, year, part.key AS name, sum(part.value::bigint) AS figure
                    FROM claims_settlement, jsonb_each_text(contribution) AS part GROUP BY 1, 2, 3
                    HAVING sum(part.value::bigint) <> 0) AS parts GROUP BY 1, 2
            )
            SELECT person.number, year FROM s FULL JOIN claims_yeartotal y USING (person_id, year)
            LEFT JOIN accumulated a USING (person_id, year) JOIN enrollment_person person ON person.id = person_id
            WHERE {differs} OR COALESCE(s.last_sequence, 0) <> y.last_sequence OR s.rows <> s.last_sequence
               OR COALESCE(a.so_far, '{{}}') <> y.so_far OR y.id IS NULL
            ORDER BY person_id, year LIMIT 1
            """  # noqa: S608 - built from constants of this room
        )
        row = cursor.fetchone()
    return f"年度累计与结算单重放不一致：{row[0]} {row[1]}" if row else None


def parts_add_up() -> str | None:
    """Cost equals its parts and its payers in every row, and a reversal is the exact opposite of what it reverses."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT s.number FROM claims_settlement s LEFT JOIN claims_settlement o ON o.id = s.reverses_id
            WHERE s.total_fen <> s.full_self_fen + s.over_limit_fen + s.first_self_fen + s.in_scope_fen
               OR s.total_fen <> s.basic_fen + s.critical_fen + s.aid_fen + s.other_fen + s.personal_fen
               OR (o.id IS NOT NULL AND (s.total_fen, s.full_self_fen, s.over_limit_fen, s.first_self_fen, s.in_scope_fen,
                    s.deductible_fen, s.basic_fen, s.critical_fen, s.aid_fen, s.other_fen, s.personal_fen)
                  <> (-o.total_fen, -o.full_self_fen, -o.over_limit_fen, -o.first_self_fen, -o.in_scope_fen,
                    -o.deductible_fen, -o.basic_fen, -o.critical_fen, -o.aid_fen, -o.other_fen, -o.personal_fen))
            ORDER BY s.id LIMIT 1
            """
        )
        row = cursor.fetchone()
    return f"结算单各项之和不符：{row[0]}" if row else None


def bills_have_one_live_settlement() -> str | None:
    """A settled bill has exactly one settlement that stands, any other bill none; and its lines add up to it."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT b.number FROM claims_bill b
            LEFT JOIN (SELECT s.bill_id, count(*) AS standing FROM claims_settlement s
                       WHERE s.kind = 'settlement' AND NOT EXISTS (
                           SELECT FROM claims_settlement r WHERE r.reverses_id = s.id) GROUP BY 1) AS s ON s.bill_id = b.id
            WHERE COALESCE(s.standing, 0) <> CASE b.state WHEN 'settled' THEN 1 ELSE 0 END
            ORDER BY b.id LIMIT 1
            """
        )
        row = cursor.fetchone()
        if row:
            return f"单据状态与结算单不符：{row[0]}"
        cursor.execute(
            """
            SELECT b.number FROM claims_bill b
            JOIN (SELECT bill_id, count(*) AS lines, sum(amount_fen) AS total, sum(in_scope_fen) AS in_scope
                  FROM claims_billline GROUP BY 1) AS l ON l.bill_id = b.id
            WHERE (l.lines, l.total, l.in_scope) <> (b.line_count, b.total_fen, b.in_scope_fen) ORDER BY b.id LIMIT 1
            """
        )
        row = cursor.fetchone()
    return f"单据合计与明细不符：{row[0]}" if row else None


def years_settle_again_to_the_same(limit: int = 500) -> str | None:
    """The years that were adjusted, and the latest others, computed anew under their snapshots give what is stored."""
    adjusted = list(
        Settlement.everywhere.filter(kind=SettlementKind.ADJUSTMENT).values_list("person_id", "year").distinct()[:limit]
    )
    latest = list(YearTotal.everywhere.order_by("-id").values_list("person_id", "year")[:limit])
    for person_id, year in dict.fromkeys([*adjusted, *latest]):
        rows = list(Settlement.everywhere.filter(person_id=person_id, year=year).order_by("sequence"))
        for effect in settled_again(live(rows)):
            return f"重新计算与结算单不一致：{effect.settlement.number}"
    return None


def months_equal_rebuild() -> str | None:
    """Monthly sums and the deltas that wait equal a rebuild from the settlements."""
    difference = summaries.first_difference()
    return f"月度汇总与重新汇总不一致：{difference}" if difference else None


PROOFS = {
    "claims.totals": (totals_equal_replay, _("年度累计等于结算单重放")),
    "claims.parts": (parts_add_up, _("结算单各项相加相符，冲正为等额相反")),
    "claims.bills": (bills_have_one_live_settlement, _("一张单据最多一张有效结算单，明细合计相符")),
    "claims.replay": (years_settle_again_to_the_same, _("按当时标准重新计算结果相同")),
    "claims.months": (months_equal_rebuild, _("月度汇总等于重新汇总")),
}


def register() -> None:
    """Tell the command `verify`."""
    for name, (check, title) in PROOFS.items():
        verification.register(name, check, title=title)


def first_fault() -> str:
    """The first fault of any proof; empty when all is well."""
    return next((fault for check, _title in PROOFS.values() if (fault := check())), "")
