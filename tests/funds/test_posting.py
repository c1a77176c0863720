"""Facts become entries once, to the fen, and entries lead back to their facts."""

from collections.abc import Callable
from datetime import date
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest
from django.db import DatabaseError, connection, transaction

from claims.services import reversals
from core.periods import Month
from core.refusal import Forbidden, Refused
from enrollment.models import Due, Payment
from enrollment.services import dues, payments
from funds.codes import EntryKind
from funds.models import Account, JournalEntry, JournalLine
from funds.selectors import books as ledger
from funds.selectors import facts
from funds.services import closing, openings, posting, proofs
from tests.funds.conftest import check_balances, lines_of


@pytest.fixture
def year(books: SimpleNamespace, settled: Callable[..., Any], office_day: Any) -> SimpleNamespace:
    """Two people, one of them 特困: dues, a payment, premium aid, two settled stays of March."""
    books.plain, books.poor = books.insured("李大海"), books.insured("王小明", "destitute")
    dues.work_out(actor=books.city_clerk, area=books.city, year=2018)
    due = Due.everywhere.get(person=books.plain)
    office_day("2018-02-05")
    payments.book(
        actor=books.city_clerk,
        due=due,
        kind="personal",
        amount_fen=due.personal_fen,
        paid_on=date(2018, 2, 5),
        key=uuid4(),
    )
    payments.book_aid(
        actor=books.city_clerk, area=books.city, year=2018, paid_on=date(2018, 2, 5), receipt="ZZ1", key=uuid4()
    )
    office_day("2018-12-31")
    books.stays = [
        settled(books.plain, "20000.00", "two", "2018-03-10"),
        settled(books.poor, "5000.00", "one", "2018-03-20"),
    ]
    return books


def test_settlements_are_posted_by_day_to_the_three_books(year: SimpleNamespace) -> None:
    posting.post(year.city)
    check_balances()
    basic = sum(stay.basic_fen for stay in year.stays)
    aid = sum(stay.aid_fen for stay in year.stays)
    assert basic > 0
    assert aid > 0
    entry = year.entry("basic", EntryKind.SETTLEMENTS)
    assert (entry.fact_on, entry.facts) == (year.stays[0].settled_on, 2)
    assert lines_of(entry) == {"500101": basic, "2002": -basic}
    assert lines_of(year.entry("aid", EntryKind.SETTLEMENTS)) == {"500105": aid, "2002": -aid}


def test_payment_and_premium_aid_are_posted_with_what_is_receivable(year: SimpleNamespace) -> None:
    posting.post(year.city)
    paid = Payment.everywhere.get(kind="personal")
    aid = Payment.everywhere.get(kind="aid")
    entry = year.entry("basic", EntryKind.PAYMENTS)
    assert lines_of(entry) == {"1003": paid.amount_fen, "400101": -paid.amount_fen,
                               "9101": paid.amount_fen, "9001": -paid.amount_fen}  # fmt: skip
    assert lines_of(year.entry("aid", EntryKind.PREMIUM_AID)) == {"500106": aid.amount_fen, "1003": -aid.amount_fen}
    # What is receivable stands at nothing: all dues were paid.
    closing_of = {
        row.account.code: row.closing_fen for row in ledger.trial_balance([year.books["basic"]], 201801, 201812)
    }
    assert closing_of["9001"] == closing_of["9002"] == 0


def test_second_run_posts_nothing(year: SimpleNamespace) -> None:
    assert posting.post(year.city).entries > 0
    lines = JournalLine.everywhere.count()
    assert posting.post(year.city) == posting.Posted(0, 0)
    assert JournalLine.everywhere.count() == lines


def test_reversal_of_a_posted_day_makes_a_further_batch_that_takes_it_back(year: SimpleNamespace) -> None:
    posting.post(year.city)
    stay = year.stays[0]
    reversals.reverse(stay.pk, actor=year.city_claims, reason="单据有误", key=uuid4())
    posting.post(year.city)
    check_balances()
    second = year.entry("basic", EntryKind.SETTLEMENTS, batch=2)
    assert lines_of(second) == {"500101": -stay.basic_fen, "2002": stay.basic_fen}
    assert proofs.entries_equal_facts() is None


def test_late_fact_of_a_closed_month_books_into_the_first_open_day(
    year: SimpleNamespace, settled: Any, office_day: Any
) -> None:
    posting.post(year.city)
    for number in range(1, 4):
        closing.close(actor=year.finance, area=year.city, month=Month(2018, number))
    office_day("2018-03-25")
    late = settled(year.plain, "8000.00", "two", "2018-03-24")
    office_day("2018-12-31")
    posting.post(year.city)
    entry = JournalEntry.everywhere.filter(book=year.books["basic"], kind=EntryKind.SETTLEMENTS).latest("pk")
    assert entry.fact_on == late.settled_on == date(2018, 3, 25)
    assert (entry.booked_on, entry.period) == (date(2018, 4, 1), 201804)


def test_months_close_in_order_and_only_by_who_may(year: SimpleNamespace) -> None:
    with pytest.raises(Refused, match="按月顺序"):
        closing.close(actor=year.finance, area=year.city, month=Month(2018, 2))
    with pytest.raises(Refused, match="没有结束"):
        closing.close(actor=year.finance, area=year.city, month=Month(2018, 12))
    for stranger in (year.foreign_finance, year.director):
        with pytest.raises(Forbidden):
            closing.close(actor=stranger, area=year.city, month=Month(2018, 1))
    assert {
        book.closed_through for book in closing.close(actor=year.finance, area=year.city, month=Month(2018, 1))
    } == {201801}


def test_dues_are_posted_as_the_difference_to_what_stands(year: SimpleNamespace) -> None:
    posting.post(year.city)
    first = year.entry("basic", EntryKind.DUES)
    plain, poor = Due.everywhere.get(person=year.plain), Due.everywhere.get(person=year.poor)
    assert lines_of(first)["9001"] == plain.personal_fen + poor.personal_fen
    assert lines_of(first)["9002"] == plain.aid_fen + poor.aid_fen
    year.insured("新来的")
    dues.work_out(actor=year.city_clerk, area=year.city, year=2018)
    posting.post(year.city)
    second = year.entry("basic", EntryKind.DUES, batch=2)
    assert lines_of(second) == {"9001": plain.personal_fen, "9101": -plain.personal_fen}


def test_entry_opens_to_its_own_facts_only(year: SimpleNamespace, settled: Any) -> None:
    posting.post(year.city)
    later = settled(year.plain, "3000.00", "two", "2018-04-02")
    posting.post(year.city)
    first, second = (year.entry("basic", EntryKind.SETTLEMENTS, batch=batch) for batch in (1, 2))
    assert {fact.label for fact in facts.of_entry(year.finance, first).rows} == {stay.number for stay in year.stays}
    assert [fact.label for fact in facts.of_entry(year.finance, second).rows] == [later.number]
    assert sum(fact.amount_fen for fact in facts.of_entry(year.finance, first).rows) == lines_of(first)["500101"]


def test_facts_of_an_entry_come_in_pages(year: SimpleNamespace) -> None:
    posting.post(year.city)
    entry = year.entry("basic", EntryKind.SETTLEMENTS)
    page = facts.of_entry(year.finance, entry, size=1)
    assert len(page.rows) == 1
    assert page.next_after is not None
    rest = facts.of_entry(year.finance, entry, after=page.next_after, size=1)
    assert {page.rows[0].label, rest.rows[0].label} == {stay.number for stay in year.stays}
    assert rest.next_after is None


def test_proof_finds_lines_that_no_fact_stands_behind(year: SimpleNamespace) -> None:
    posting.post(year.city)
    assert proofs.entries_equal_facts() is None
    entry = year.entry("basic", EntryKind.SETTLEMENTS)
    for code, fen in (("500101", 1), ("2002", -1)):
        account = Account.everywhere.get(code=code)
        JournalLine.everywhere.create(entry_id=entry.pk, period=entry.period, account=account, amount_fen=fen)
    assert "账与事实不符" in str(proofs.entries_equal_facts())


def test_proof_finds_an_entry_without_lines(year: SimpleNamespace) -> None:
    posting.post(year.city)
    assert proofs.entries_balance() is None
    entry = year.entry("basic", EntryKind.SETTLEMENTS)
    entry.pk, entry.number, entry.batch = None, "PZ-empty", 9
    entry.save(force_insert=True)
    assert "PZ-empty" in str(proofs.entries_balance())


def test_entries_are_append_only_in_the_database(year: SimpleNamespace) -> None:
    posting.post(year.city)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE funds_journalentry SET text = 'x'")
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM funds_journalentry")


def test_opening_balance_is_booked_once(books: SimpleNamespace) -> None:
    book = books.books["basic"]
    entry = openings.book(book, 500_000, on=date(2018, 1, 1), source="上年决算", actor=books.finance)
    assert lines_of(entry) == {"1003": 500_000, "3001": -500_000}
    assert openings.book(book, 500_000, on=date(2018, 1, 1), source="上年决算", actor=books.finance) == entry
    with pytest.raises(Refused, match="已有期初余额"):
        openings.book(book, 1, on=date(2018, 1, 1), source="上年决算", actor=books.finance)
    assert ledger.flows(books.city.pk, "basic", 201801, 201801)[0].balance_fen == 500_000


def test_flows_roll_from_month_to_month(books: SimpleNamespace, give: Any) -> None:
    book = books.books["basic"]
    openings.book(book, 1_000, on=date(2018, 1, 1), source="上年决算", actor=None)
    give(book, "2018-01-10", income=300, spent=100)
    give(book, "2018-03-10", spent=500)
    found = ledger.flows(books.city.pk, "basic", 201801, 201803)
    assert [(flow.income_fen, flow.expenditure_fen, flow.balance_fen) for flow in found] == [
        (300, 100, 1_200), (0, 0, 1_200), (0, 500, 700),
    ]  # fmt: skip
    assert ledger.flows(books.city.pk, "basic", 201803, 201803)[0].balance_fen == 700
