"""缴费到账文件: what the collecting body was paid, matched against the dues; what does not agree goes on the work list."""

from __future__ import annotations

from django.db.backends.utils import CursorWrapper
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core import staging
from core.models import ImportBatch
from core.staging import Check, Chunk, Column, ImportKind
from enrollment.codes import DifferenceKind, PaymentKind
from enrollment.services import counts
from office.models import Region
from office.services import work

CODE = "enrollment.payments"

KINDS = {"个人": "personal", "家庭": "household", "单位": "employer"} | {
    str(kind.label): kind.value for kind in (PaymentKind.PERSONAL, PaymentKind.HOUSEHOLD, PaymentKind.EMPLOYER)
}

COLUMNS = (
    Column("证件号码", "id_number", "document", required=True),
    Column("姓名", "name", "name", required=True, max_length=50, sample="王小明"),
    Column("缴费年度", "year", "integer", required=True, least=2007, most=2099, sample="2018"),
    Column("缴费金额", "amount_fen", "yuan", required=True, sample="210.00"),
    Column("缴费日期", "paid_on", "date", required=True, sample="2017-11-20"),
    Column("缴费方式", "kind", "code", choices=KINDS, note=_("个人、家庭、单位，不填为个人")),
    Column("票据号", "receipt", required=True, max_length=40),
)

_SCOPE = """EXISTS (SELECT FROM office_regionclosure s WHERE s.kind = 'scope' AND s.ancestor_id = %(region_id)s
    AND s.descendant_id = d.region_id AND s.starts_on <= %(today)s AND (s.ends_on IS NULL OR s.ends_on >= %(today)s))"""

# Each row with the person, the due and how it fits; a due of a withdrawn registration counts only if no other is left.
MATCHED = f"""
SELECT r.row_number, p.id AS person_id, d.id AS due_id, d.region_id, d.pooling_area_id, r.values->>'name' AS name,
    r.values->>'id_number_last4' AS id_last4, (r.values->>'year')::int AS year, (r.values->>'amount_fen')::bigint AS fen,
    (r.values->>'paid_on')::date AS paid_on, coalesce(r.values->>'kind', 'personal') AS kind,
    r.values->>'receipt' AS receipt, b.id AS booked_id,
    CASE WHEN p.id IS NULL THEN 'unknown_person' WHEN d.id IS NULL THEN 'no_due'
         WHEN p.name <> r.values->>'name' THEN 'name_differs' ELSE '' END AS difference
FROM core_importrow r
LEFT JOIN enrollment_person p ON p.id_index = r.identity_index AND p.merged_into_id IS NULL
LEFT JOIN LATERAL (
    SELECT d.id, d.region_id, d.pooling_area_id FROM enrollment_due d
    WHERE d.person_id = p.id AND d.year = (r.values->>'year')::int AND d.state <> 'cancelled' AND {_SCOPE}
    ORDER BY d.id DESC LIMIT 1) d ON true
LEFT JOIN LATERAL (
    SELECT b.id FROM enrollment_payment b WHERE b.due_id = d.id AND b.receipt = r.values->>'receipt'
        AND b.kind = coalesce(r.values->>'kind', 'personal') AND b.reverses_id IS NULL
        AND NOT EXISTS (SELECT FROM enrollment_payment v WHERE v.reverses_id = b.id) LIMIT 1) b ON true
"""  # noqa: S608  # statements of this module only

_CASES = " ".join(f"WHEN '{kind.value}' THEN '{kind.label}'" for kind in DifferenceKind)
_IN_WORDS = f"CASE m.difference {_CASES} ELSE '' END"

EFFECTS = f"""
SELECT m.row_number, CASE WHEN m.booked_id IS NOT NULL THEN 'same' WHEN m.difference = '' THEN 'new' ELSE 'changed' END AS effect,
    CASE WHEN m.booked_id IS NOT NULL THEN '' ELSE {_IN_WORDS} END AS detail
FROM ({MATCHED} WHERE r.batch_id = %(batch)s AND r.errors = '{{}}') m
"""  # noqa: S608  # statements of this module only

_DIFFERENCES = """
INSERT INTO enrollment_paymentdifference (batch_id, row_number, kind, person_id, due_id, name, id_last4, year, amount_fen,
    paid_on, receipt, region_id, pooling_area_id, state, outcome)
SELECT %(batch)s, t.row_number, t.difference, t.person_id, t.due_id, t.name, t.id_last4, t.year, t.fen, t.paid_on, t.receipt,
    coalesce(t.region_id, %(region_id)s), coalesce(t.pooling_area_id, (
        SELECT c.ancestor_id FROM office_regionclosure c WHERE c.kind = 'pooling' AND c.descendant_id = %(region_id)s
            AND c.starts_on <= %(today)s AND (c.ends_on IS NULL OR c.ends_on >= %(today)s))), 'open', ''
FROM takings t WHERE t.difference <> ''
"""

_BOOKED = """
WITH paid AS (
    INSERT INTO enrollment_payment (due_id, person_id, kind, aid_category, amount_fen, paid_on, booked_on, period, year,
        region_id, pooling_area_id, receipt, reason, batch_id, recorded_by_id)
    SELECT t.due_id, t.person_id, t.kind, '', t.fen, t.paid_on, %(today)s,
        extract(year FROM %(today)s::date)::int * 100 + extract(month FROM %(today)s::date)::int, t.year, t.region_id,
        t.pooling_area_id, t.receipt, '', %(batch)s, %(actor_id)s
    FROM takings t WHERE t.difference = '' ORDER BY t.row_number
    RETURNING due_id, amount_fen
), summed AS (SELECT due_id, sum(amount_fen) AS fen FROM paid GROUP BY 1)
UPDATE enrollment_due d SET paid_fen = d.paid_fen + s.fen, version = d.version + 1,
    state = CASE WHEN d.paid_fen + s.fen >= d.personal_fen THEN 'paid' ELSE 'part' END
FROM summed s WHERE d.id = s.due_id
"""


def apply(chunk: Chunk, cursor: CursorWrapper) -> None:
    """Book the rows that agree with the dues; store the others as differences, no row lost."""
    cursor.execute("DROP TABLE IF EXISTS pg_temp.takings")
    cursor.execute(f"CREATE TEMPORARY TABLE takings ON COMMIT DROP AS {MATCHED} WHERE {Chunk.rows}", chunk.params)
    cursor.execute("SELECT FROM enrollment_due d WHERE d.id IN (SELECT due_id FROM takings) ORDER BY d.id FOR UPDATE")
    # Summed over the rows of one due in order: of two payments that are too much together, the later one is.
    cursor.execute(
        """
        UPDATE takings t SET difference = 'overpaid' FROM (
            SELECT t.row_number, sum(t.fen) OVER (PARTITION BY t.due_id ORDER BY t.row_number) AS running,
                d.personal_fen - d.paid_fen AS unpaid
            FROM takings t JOIN enrollment_due d ON d.id = t.due_id WHERE t.difference = '') o
        WHERE o.row_number = t.row_number AND o.running > o.unpaid
        """
    )
    cursor.execute(_BOOKED, chunk.params)
    cursor.execute(_DIFFERENCES, chunk.params)
    cursor.execute(
        "UPDATE core_importrow r SET object_id = t.person_id FROM takings t"
        " WHERE r.batch_id = %(batch)s AND r.row_number = t.row_number",
        chunk.params,
    )


def finish(batch: ImportBatch, cursor: CursorWrapper) -> None:
    """Put the differences of the file on the work list, and fold the counts."""
    cursor.execute(
        "SELECT count(*) FROM enrollment_paymentdifference WHERE batch_id = %s AND state = 'open'", [batch.pk]
    )
    count = cursor.fetchone()[0]
    if count:
        work.open(
            "enrollment.payment_difference",
            f"batch:{batch.pk}",
            title=gettext("缴费到账文件 %(file)s 有 %(count)s 笔差异待处理")
            % {"file": batch.file_name, "count": count},
            region=Region.everywhere.get(pk=batch.region_id or 0),
            permission="enrollment.payment",
            due_days=5,
            url=f"{reverse('enrollment:payment_differences')}?batch={batch.pk}",
        )
    counts.fold()


def undo(batch: ImportBatch, cursor: CursorWrapper) -> None:
    """Take the batch back by opposite rows: payments are never deleted."""
    cursor.execute(
        """
        WITH opposite AS (
            INSERT INTO enrollment_payment (due_id, person_id, household_id, kind, aid_category, amount_fen, paid_on,
                booked_on, period, year, region_id, pooling_area_id, receipt, reason, reverses_id, recorded_by_id)
            SELECT due_id, person_id, household_id, kind, aid_category, -amount_fen, paid_on, %(today)s,
                extract(year FROM %(today)s::date)::int * 100 + extract(month FROM %(today)s::date)::int, year, region_id,
                pooling_area_id, receipt, %(reason)s, id, %(actor_id)s
            FROM enrollment_payment p WHERE batch_id = %(batch)s
                AND NOT EXISTS (SELECT FROM enrollment_payment v WHERE v.reverses_id = p.id)
            RETURNING due_id, amount_fen
        ), summed AS (SELECT due_id, sum(amount_fen) AS fen FROM opposite GROUP BY 1)
        UPDATE enrollment_due d SET paid_fen = d.paid_fen + s.fen, version = d.version + 1,
            state = CASE WHEN d.state = 'cancelled' THEN d.state WHEN d.paid_fen + s.fen >= d.personal_fen THEN 'paid'
                WHEN d.paid_fen + s.fen > 0 THEN 'part' ELSE 'open' END
        FROM summed s WHERE d.id = s.due_id
        """,
        {**staging.parameters_of(batch), "reason": gettext("撤销导入批次")},
    )
    cursor.execute("DELETE FROM enrollment_paymentdifference WHERE batch_id = %s AND state = 'open'", [batch.pk])
    counts.fold()


UNDO_REFUSALS = """
SELECT r.row_number, '此人在导入之后已退费' AS message FROM core_importrow r
WHERE r.batch_id = %(batch)s AND r.outcome = 'accepted' AND EXISTS (
    SELECT FROM enrollment_payment p JOIN enrollment_payment f ON f.due_id = p.due_id AND f.kind = 'refund' AND f.id > p.id
    WHERE p.batch_id = %(batch)s AND p.person_id = r.object_id)
UNION ALL
SELECT f.row_number, '该笔差异已处理' FROM enrollment_paymentdifference f WHERE f.batch_id = %(batch)s AND f.state <> 'open'
"""

KIND = ImportKind(
    code=CODE,
    title=_("缴费到账文件"),
    columns=COLUMNS,
    permission="enrollment.payment",
    fills=("enrollment_payment", "enrollment_due"),
    checks=[
        Check("amount_not_positive", _("缴费金额须大于零"), where="(r.values->>'amount_fen')::bigint <= 0"),
        Check("paid_late", _("缴费日期不能晚于今天，请核对"), where="(r.values->>'paid_on')::date > %(today)s"),
    ],
    effects=EFFECTS,
    apply=apply,
    finish=finish,
    undo=undo,
    undo_refusals=UNDO_REFUSALS,
    unique=["receipt", "id_number", "year"],
    max_rows=1_000_000,
    notes=[_("查无此人、姓名不符、无应缴、超过应缴的行不会丢失，导入后列入“缴费差异”逐笔处理。")],
)


def register() -> None:
    """Make the list known to the import pages."""
    staging.register(KIND)
