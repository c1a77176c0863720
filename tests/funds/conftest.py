"""An area with insured people, bills and open books; the office's day is 2018-12-31."""

from collections.abc import Callable
from datetime import date
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection

from funds.models import Book, JournalEntry, JournalLine
from funds.services import chart, posting
from tests.claims.conftest import id_number, key, land, nothing_kept, office_day, settled, world

__all__ = ["id_number", "key", "land", "nothing_kept", "office_day", "settled", "world"]


def check_balances() -> None:
    """What the database checks at commit, now."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def lines_of(entry: JournalEntry) -> dict[str, int]:
    """Account code → fen."""
    rows = JournalLine.everywhere.filter(entry_id=entry.pk, period=entry.period).select_related("account")
    return {line.account.code: line.amount_fen for line in rows}


@pytest.fixture
def books(world: SimpleNamespace) -> SimpleNamespace:
    """The world with 佳木斯's three books from 2018-01-01, a finance officer and a director."""
    chart.load()
    made = posting.open_books(world.city, opened_on=date(2018, 1, 1))
    world.books = {book.fund: book for book in made}
    world.finance = world.make_clerk("finance", "230800", "finance_officer")
    world.director = world.make_clerk("director", "230800", "director")
    world.foreign_finance = world.make_clerk("foreign_finance", "130400", "finance_officer")
    world.entry = lambda fund, kind, **more: JournalEntry.everywhere.get(book=world.books[fund], kind=kind, **more)
    return world


@pytest.fixture
def give() -> Callable[..., None]:
    """Book an amount in a month straight into a book: give(book, "2018-03-31", income=…, spent=…) in fen."""
    from datetime import UTC, datetime

    from core.periods import period_of
    from funds.models import Account

    def make(book: Book, day: str, *, income: int = 0, spent: int = 0) -> None:
        on = date.fromisoformat(day)
        for kind, fen, code in (("subsidy", income, "410101"), ("settlements", -spent, "500101")):
            if not fen:
                continue
            moment = datetime(2018, 1, 1, tzinfo=UTC)
            batch = JournalEntry.everywhere.filter(book=book, kind=kind, fact_on=on).count() + 1
            entry = JournalEntry.everywhere.create(
                number=f"T{uuid4().hex[:12]}", book=book, kind=kind, fact_on=on, booked_on=on, period=period_of(on),
                batch=batch, recorded_after=moment, recorded_through=moment, text="试",
            )  # fmt: skip
            for account, amount in (("1003", fen), (code, -fen)):
                JournalLine.everywhere.create(
                    entry_id=entry.pk, period=entry.period, account=Account.everywhere.get(code=account),
                    amount_fen=amount,
                )  # fmt: skip

    return make


@pytest.fixture
def client_of(client: Any) -> Callable[[Any], Any]:
    """A browser logged in as a member of staff."""

    def log_in(staff: Any) -> Any:
        client.force_login(staff, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return log_in
