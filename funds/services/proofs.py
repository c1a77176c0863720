"""What must be true of the books: every entry balances, and its lines are the sums of the facts it stands for."""

from django.db import connection
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from core import verification
from funds.codes import EntryKind
from funds.models import JournalEntry
from funds.services import posting, warnings

# Dues change in place, so their entries are differences; what was posted in all is compared with what stands.
FACTS = tuple(kind for kind in posting.SOURCES if kind != EntryKind.DUES)
COMPARED = """
    WITH source (fund, fact_on, code, fen, facts) AS ({source}),
    fact AS (SELECT fund, fact_on, code, sum(fen) AS fen FROM source GROUP BY 1, 2, 3),
    booked AS (
        SELECT book.fund, entry.fact_on, account.code, sum(line.amount_fen) AS fen
        FROM funds_journalentry entry
        JOIN funds_book book ON book.id = entry.book_id AND book.pooling_area_id = %(area)s
        JOIN funds_journalline line ON line.entry_id = entry.id
        JOIN funds_account account ON account.id = line.account_id
        WHERE entry.kind = %(kind)s
        GROUP BY 1, 2, 3)
    SELECT fund, fact_on, code, coalesce(fact.fen, 0), coalesce(booked.fen, 0)
    FROM fact FULL JOIN booked USING (fund, fact_on, code)
    WHERE coalesce(fact.fen, 0) <> coalesce(booked.fen, 0) ORDER BY 1, 2, 3 LIMIT 1
"""


def entries_balance() -> str | None:
    """Every entry has lines, they sum to zero, and they lie in the entry's period."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT entry.number FROM funds_journalentry entry"
            " LEFT JOIN funds_journalline line ON line.entry_id = entry.id"
            " GROUP BY entry.id, entry.number, entry.period"
            " HAVING count(line.id) = 0 OR sum(line.amount_fen) <> 0 OR bool_or(line.period <> entry.period)"
            " ORDER BY entry.id LIMIT 1"
        )
        row = cursor.fetchone()
    return f"凭证借贷不平或期间不符：{row[0]}" if row else None


def entries_equal_facts() -> str | None:
    """By area, kind, fund, day and account: the lines posted equal the facts recorded up to the last posting."""
    for area in warnings.areas():
        entries = JournalEntry.everywhere.filter(book__pooling_area=area)
        through = dict(entries.order_by().values_list("kind").annotate(Max("recorded_through")))
        for kind in FACTS:
            if kind not in through:
                continue
            with connection.cursor() as cursor:
                cursor.execute(
                    COMPARED.format(source=posting.SOURCES[kind]),
                    {
                        "area": area.pk,
                        "kind": str(kind),
                        "after": "1900-01-01T00:00:00+00:00",
                        "through": through[kind],
                    },
                )
                row = cursor.fetchone()
            if row:
                return (
                    f"账与事实不符：{area.name} {kind} {row[0]} {row[1]} 科目 {row[2]} 事实 {row[3]} 账 {row[4]}（分）"
                )
    return None


def register() -> None:
    """Declares the proofs to the command `verify`."""
    verification.register("funds.entries_balance", entries_balance, title=_("凭证借贷相等"))
    verification.register("funds.entries_equal_facts", entries_equal_facts, title=_("账与事实相符"))
