"""The books: entries balance in the database, lines stay as they are."""

from datetime import UTC, date, datetime

import pytest
from django.db import DatabaseError, connection, transaction

from funds.models import Account, JournalEntry, JournalLine
from funds.services import chart, posting
from office.models import Region


@pytest.fixture
def area(db):
    return Region.everywhere.create(
        code="230800", name="佳木斯市", full_name="黑龙江省佳木斯市", level="city", starts_on=date(2000, 1, 1)
    )


@pytest.fixture
def entry(area):
    chart.load()
    book = posting.open_books(area, opened_on=date(2018, 1, 1))[0]
    moment = datetime(2018, 1, 2, tzinfo=UTC)
    return JournalEntry.everywhere.create(
        number="PZ1", book=book, kind="opening", fact_on=date(2018, 1, 1), booked_on=date(2018, 1, 1), period=201801,
        recorded_after=moment, recorded_through=moment, text="期初",
    )  # fmt: skip


def check_balances():
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def line(entry, code, fen):
    return JournalLine.everywhere.create(
        entry_id=entry.pk, period=entry.period, account=Account.everywhere.get(code=code), amount_fen=fen
    )


def test_balanced_entry_is_kept(entry):
    line(entry, "1003", 500)
    line(entry, "3001", -500)
    check_balances()
    assert JournalLine.everywhere.filter(entry_id=entry.pk).count() == 2


def test_entry_one_fen_off_is_refused(entry):
    line(entry, "1003", 500)
    line(entry, "3001", -499)
    with pytest.raises(DatabaseError, match="凭证借贷不平"):
        check_balances()


@pytest.mark.parametrize("change", ["UPDATE funds_journalline SET amount_fen = 0", "DELETE FROM funds_journalline"])
def test_lines_are_never_changed(entry, change):
    line(entry, "1003", 500)
    line(entry, "3001", -500)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(change)
