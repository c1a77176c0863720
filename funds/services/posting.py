"""Posting: facts of other rooms become journal entries by (book, day, kind, batch). The facts are only read.

A run takes every fact recorded since the last run of its book and kind, up to the start of the oldest transaction
still under way: what that transaction is writing carries a later record time and waits for the next run, so that
nothing is passed over and nothing is posted twice. A fact of a closed month books into the first open one.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from core import clock, statistics
from funds.codes import EntryKind, Fund
from funds.models import Book
from office.models import Region

# ruff: noqa: S608  # statements are put together from constants of this room
# Each source gives rows (fund, fact_on, account code, amount in fen, facts): debit above zero, credit below.
# Parameters: area, after, through.
PAYMENTS = """
    WITH fact AS (
        SELECT booked_on AS fact_on, kind = 'aid' AS is_aid, sum(amount_fen) AS fen, count(*) AS facts
        FROM enrollment_payment
        WHERE pooling_area_id = %(area)s AND recorded_at > %(after)s AND recorded_at <= %(through)s AND {kinds}
        GROUP BY 1, 2)
"""
SOURCES: dict[str, str] = {
    EntryKind.PAYMENTS: PAYMENTS.format(kinds="kind <> 'aid'")
    + """
        SELECT 'basic', fact_on, '1003', fen, facts FROM fact
        UNION ALL SELECT 'basic', fact_on, '400101', -fen, facts FROM fact
        UNION ALL SELECT 'basic', fact_on, '9101', fen, facts FROM fact
        UNION ALL SELECT 'basic', fact_on, '9001', -fen, facts FROM fact
    """,
    EntryKind.PREMIUM_AID: PAYMENTS.format(kinds="kind = 'aid'")
    + """
        SELECT 'basic', fact_on, '1003', fen, facts FROM fact
        UNION ALL SELECT 'basic', fact_on, '400102', -fen, facts FROM fact
        UNION ALL SELECT 'basic', fact_on, '9101', fen, facts FROM fact
        UNION ALL SELECT 'basic', fact_on, '9002', -fen, facts FROM fact
        UNION ALL SELECT 'aid', fact_on, '500106', fen, facts FROM fact
        UNION ALL SELECT 'aid', fact_on, '1003', -fen, facts FROM fact
    """,
    EntryKind.SETTLEMENTS: """
        WITH fact AS (
            SELECT settled_on AS fact_on,
                CASE WHEN visit_kind = 'delivery' THEN '500103'
                     WHEN visit_kind IN ('inpatient', 'accident', 'emergency', 'epidemic') THEN '500101'
                     ELSE '500102' END AS account,
                sum(basic_fen) AS basic, sum(critical_fen) AS critical, sum(aid_fen) AS aid, count(*) AS facts
            FROM claims_settlement
            WHERE pooling_area_id = %(area)s AND recorded_at > %(after)s AND recorded_at <= %(through)s
            GROUP BY 1, 2)
        SELECT 'basic', fact_on, account, basic, facts FROM fact
        UNION ALL SELECT 'basic', fact_on, '2002', -sum(basic), sum(facts) FROM fact GROUP BY fact_on
        UNION ALL SELECT 'critical', fact_on, '500104', sum(critical), sum(facts) FROM fact GROUP BY fact_on
        UNION ALL SELECT 'critical', fact_on, '2002', -sum(critical), sum(facts) FROM fact GROUP BY fact_on
        UNION ALL SELECT 'aid', fact_on, '500105', sum(aid), sum(facts) FROM fact GROUP BY fact_on
        UNION ALL SELECT 'aid', fact_on, '2002', -sum(aid), sum(facts) FROM fact GROUP BY fact_on
    """,
    EntryKind.SUBSIDY: """
        WITH fact AS (
            SELECT arrived_on AS fact_on,
                '4101' || CASE treasury WHEN 'centre' THEN '01' WHEN 'province' THEN '02'
                                        WHEN 'city' THEN '03' ELSE '04' END AS account,
                sum(arrived_fen) AS fen, count(*) AS facts
            FROM funds_subsidyreceipt
            WHERE pooling_area_id = %(area)s AND recorded_at > %(after)s AND recorded_at <= %(through)s
            GROUP BY 1, 2)
        SELECT 'basic', fact_on, '1003', sum(fen), sum(facts) FROM fact GROUP BY fact_on
        UNION ALL SELECT 'basic', fact_on, account, -fen, facts FROM fact
        UNION ALL SELECT 'basic', fact_on, '9101', sum(fen), sum(facts) FROM fact GROUP BY fact_on
        UNION ALL SELECT 'basic', fact_on, '9003', -sum(fen), sum(facts) FROM fact GROUP BY fact_on
    """,
    EntryKind.SUBSIDY_DUE: """
        WITH fact AS (
            SELECT worked_out_on AS fact_on, sum(change_fen) AS fen, count(*) AS facts
            FROM funds_subsidydue
            WHERE pooling_area_id = %(area)s AND recorded_at > %(after)s AND recorded_at <= %(through)s
            GROUP BY 1)
        SELECT 'basic', fact_on, '9003', fen, facts FROM fact
        UNION ALL SELECT 'basic', fact_on, '9101', -fen, facts FROM fact
    """,
    EntryKind.TRANSFER: """
        WITH fact AS (
            SELECT transferred_on AS fact_on, sum(amount_fen) AS fen, count(*) AS facts
            FROM funds_premiumtransfer
            WHERE pooling_area_id = %(area)s AND recorded_at > %(after)s AND recorded_at <= %(through)s
            GROUP BY 1)
        SELECT 'basic', fact_on, '5002', fen, facts FROM fact
        UNION ALL SELECT 'basic', fact_on, '1003', -fen, facts FROM fact
        UNION ALL SELECT 'critical', fact_on, '1003', fen, facts FROM fact
        UNION ALL SELECT 'critical', fact_on, '4301', -fen, facts FROM fact
    """,
    # What is due changes in place, so its entry is the difference between what stands and what was posted.
    EntryKind.DUES: """
        WITH stands AS (
            SELECT coalesce(sum(personal_fen), 0) AS personal, coalesce(sum(aid_fen), 0) AS aid, count(*) AS facts
            FROM enrollment_due WHERE pooling_area_id = %(area)s AND state <> 'cancelled'),
        posted AS (
            SELECT coalesce(sum(line.amount_fen) FILTER (WHERE account.code = '9001'), 0) AS personal,
                   coalesce(sum(line.amount_fen) FILTER (WHERE account.code = '9002'), 0) AS aid
            FROM funds_journalline line
            JOIN funds_journalentry entry ON entry.id = line.entry_id AND entry.kind = 'dues'
            JOIN funds_book book ON book.id = entry.book_id AND book.pooling_area_id = %(area)s
            JOIN funds_account account ON account.id = line.account_id),
        fact AS (
            SELECT stands.personal - posted.personal AS personal, stands.aid - posted.aid AS aid, facts
            FROM stands, posted)
        SELECT 'basic', %(today)s::date, '9001', personal, facts FROM fact WHERE personal <> 0 OR aid <> 0
        UNION ALL SELECT 'basic', %(today)s::date, '9002', aid, facts FROM fact WHERE personal <> 0 OR aid <> 0
        UNION ALL SELECT 'basic', %(today)s::date, '9101', -personal - aid, facts FROM fact
            WHERE personal <> 0 OR aid <> 0
    """,
}

POST = """
    WITH source (fund, fact_on, code, fen, facts) AS ({source}),
    kept AS (SELECT * FROM source WHERE fen <> 0),
    head AS (
        SELECT book.id AS book_id, book.fund, kept.fact_on, max(kept.facts) AS facts,
            -- A closed month takes no more entries: its late facts book on the first day that is open.
            greatest(kept.fact_on, CASE WHEN book.closed_through > 0 THEN
                (to_date(book.closed_through::text, 'YYYYMM') + interval '1 month')::date END) AS booked_on,
            1 + coalesce((SELECT max(entry.batch) FROM funds_journalentry entry
                WHERE entry.book_id = book.id AND entry.kind = %(kind)s AND entry.fact_on = kept.fact_on), 0) AS batch
        FROM kept JOIN funds_book book ON book.fund = kept.fund AND book.pooling_area_id = %(area)s
        GROUP BY book.id, book.fund, book.closed_through, kept.fact_on),
    entry AS (
        INSERT INTO funds_journalentry
            (number, book_id, kind, fact_on, booked_on, period, batch, recorded_after, recorded_through, facts, text,
             posted_by_id, recorded_at)
        SELECT 'PZ' || %(area_code)s || '-' || upper(left(fund, 1)) || to_char(fact_on, 'YYYYMMDD') || '-'
                || %(kind_number)s || '-' || batch,
            book_id, %(kind)s, fact_on, booked_on, to_char(booked_on, 'YYYYMM')::int, batch,
            %(after)s, %(through)s, facts, %(text)s, %(actor)s, %(now)s
        FROM head
        RETURNING id, book_id, fact_on, period),
    line AS (
        INSERT INTO funds_journalline (period, entry_id, account_id, amount_fen)
        SELECT entry.period, entry.id, account.id, sum(kept.fen)
        FROM entry
        JOIN funds_book book ON book.id = entry.book_id
        JOIN kept ON kept.fund = book.fund AND kept.fact_on = entry.fact_on
        JOIN funds_account account ON account.code = kept.code
        GROUP BY entry.period, entry.id, account.id
        RETURNING 1)
    SELECT (SELECT count(*) FROM entry), (SELECT count(*) FROM line)
"""
# Rows that an unfinished transaction is writing have record times after its start.
SETTLED_THROUGH = """
    SELECT least(clock_timestamp(), min(xact_start)) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid() AND xact_start IS NOT NULL
        AND backend_type = 'client backend'
"""


@dataclass(frozen=True, slots=True)
class Posted:
    """How much a run wrote."""

    entries: int
    lines: int


def settled_through() -> datetime:
    """The moment up to which every fact is either committed or never will be."""
    with connection.cursor() as cursor:
        cursor.execute(SETTLED_THROUGH)
        row = cursor.fetchone()
    assert row is not None
    return row[0]


def post(area: Region, *, actor: Any = None) -> Posted:
    """Posts every fact of the area that is not in its books yet; a second run on the same facts writes nothing.

    Each kind is its own transaction under a lock on the area's books. Refuses an area that has no books.
    """
    through = settled_through()
    entries = lines = 0
    for kind in SOURCES:
        wrote = post_kind(area, kind, through, actor=actor)
        entries, lines = entries + wrote.entries, lines + wrote.lines
    statistics.refresh_after(lines, "funds_journalentry", "funds_journalline")
    return Posted(entries, lines)


@transaction.atomic
def post_kind(area: Region, kind: str, through: datetime, *, actor: Any = None) -> Posted:
    """Posts the facts of one kind that were recorded up to `through`."""
    list(Book.everywhere.select_for_update(of=("self",)).filter(pooling_area=area).order_by("pk"))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(max(recorded_through), '1900-01-01T00:00:00+00:00') FROM funds_journalentry entry"
            " JOIN funds_book book ON book.id = entry.book_id AND book.pooling_area_id = %s WHERE entry.kind = %s",
            [area.pk, kind],
        )
        after = cursor.fetchone()[0]
        if through <= after and kind != EntryKind.DUES:
            return Posted(0, 0)
        cursor.execute(
            POST.format(source=SOURCES[kind]),
            {
                "area": area.pk,
                "area_code": area.code,
                "kind": str(kind),
                "kind_number": EntryKind(kind).in_numbers,
                "after": after,
                "through": max(through, after),
                "today": clock.today(),
                "text": str(EntryKind(kind).label),
                "actor": actor.pk if actor is not None else None,
                "now": clock.now(),
            },
        )
        found = cursor.fetchone()
    return Posted(*found)


@transaction.atomic
def open_books(area: Region, *, opened_on: Any) -> list[Book]:
    """The three books of a pooling area, made where they are missing (国发〔2007〕20号 三（八）)."""
    return [
        Book.everywhere.get_or_create(pooling_area=area, fund=fund, defaults={"opened_on": opened_on})[0]
        for fund in Fund.values
    ]
