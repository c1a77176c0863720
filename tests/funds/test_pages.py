"""The pages of the funds as the finance officer and the director walk them, and what another city sees of them."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest
from django.urls import reverse

from core.periods import Month
from funds.codes import EntryKind
from funds.models import Budget, RiskWarning, SubsidyReceipt
from funds.services import annual_books, openings, posting, subsidies, warnings
from tests.funds.test_subsidies import SHARES


@pytest.fixture
def office(books: SimpleNamespace, settled: Callable[..., Any], tmp_path: Path) -> SimpleNamespace:
    """A posted and assessed December with one stay, a subsidy that arrived, and an opening balance."""
    path = tmp_path / "shares.yaml"
    path.write_text(SHARES, encoding="utf-8")
    subsidies.load_shares(path)
    openings.book(books.books["basic"], 1_234_500, on=date(2018, 1, 1), source="上年决算", actor=books.finance)
    books.stay = settled(books.insured("李大海"), "20000.00", "two", "2018-03-10")
    subsidies.work_out(actor=books.finance, area=books.city, year=2018, due_on=date(2018, 9, 30))
    subsidies.receive(
        actor=books.finance, area=books.city, year=2018, treasury="centre", amount_fen=20_000, voucher="BK2018001",
        arrived_on=date(2018, 6, 1), key=uuid4(),
    )  # fmt: skip
    posting.post(books.city, actor=books.finance)
    warnings.assess(books.city, Month(2018, 12))
    return books


def text_of(browser: Any, name: str, *arguments: Any, query: str = "") -> str:
    answer = browser.get(reverse(name, args=arguments) + query)
    assert answer.status_code == 200
    words: str = answer.content.decode()
    return words


def test_overview_shows_the_three_funds_and_the_warnings(office: SimpleNamespace, client_of: Any) -> None:
    words = text_of(client_of(office.finance), "funds:overview", query="?month=2018-12")
    for expected in ("基本医保基金", "大病保险", "医疗救助", "财政补助到位率", "登记未入账业务", "250.00"):
        assert expected in words


def test_trial_balance_account_and_entry_lead_to_the_stay(office: SimpleNamespace, client_of: Any) -> None:
    browser = client_of(office.finance)
    book = office.books["basic"]
    words = text_of(browser, "funds:trial_balance", book.pk, query="?month=2018-12")
    assert "住院待遇支出" in words
    assert "平衡" in words
    assert "待主管部门核定" in words
    entry = office.entry("basic", EntryKind.SETTLEMENTS)
    month = Month.from_period(entry.period)
    assert entry.number in text_of(browser, "funds:account", book.pk, "500101", query=f"?month={month}")
    assert entry.number in text_of(browser, "funds:journal_list", query="?kind=settlements&fund=basic")
    detail = text_of(browser, "funds:journal_detail", entry.number)
    assert office.stay.number in detail
    assert reverse("claims:settlement_detail", args=[office.stay.number]) in detail


def test_subsidy_is_booked_by_form_once(office: SimpleNamespace, client_of: Any) -> None:
    browser = client_of(office.finance)
    assert "BK2018001" in text_of(browser, "funds:subsidies", query="?year=2018")
    sent = {
        "key": str(uuid4()), "area": "230800", "year": "2018", "treasury": "province", "amount_fen": "104.40",
        "arrived_on": "2018-07-01", "voucher": "BK2018002",
    }  # fmt: skip
    for _click in range(2):
        assert browser.post(reverse("funds:subsidy_receive"), sent).status_code == 302
    assert SubsidyReceipt.everywhere.get(voucher="BK2018002").arrived_fen == 10_440
    again = browser.post(reverse("funds:subsidy_receive"), {**sent, "key": str(uuid4())})
    assert "已经登记" in again.content.decode()
    wrong = browser.post(reverse("funds:subsidy_receive"), {**sent, "amount_fen": "abc", "key": str(uuid4())})
    assert wrong.status_code == 200
    assert "BK2018002" in wrong.content.decode()


def test_warning_is_handled_by_the_director_not_by_finance(office: SimpleNamespace, client_of: Any) -> None:
    warning = RiskWarning.everywhere.get(indicator="subsidy_arrival")
    assert warning.grade == "orange"
    sent = {"state": "assessed", "text": "已发函催拨", "due_on": ""}
    page = reverse("funds:warning_detail", args=[warning.pk])
    assert client_of(office.finance).post(page, sent).status_code == 403
    browser = client_of(office.director)
    assert "待确认" in text_of(browser, "funds:warning_detail", warning.pk)
    assert browser.post(page, sent).status_code == 302
    assert "已发函催拨" in text_of(browser, "funds:warning_detail", warning.pk)
    assert "财政补助到位率" in text_of(browser, "funds:warning_list", query="?grade=orange")
    assert "财政补助到位率" in text_of(browser, "office:desk")


def test_deficit_budget_is_refused_in_its_form(office: SimpleNamespace, client_of: Any) -> None:
    browser = client_of(office.finance)
    sent = {"area": "230800", "year": "2018", "fund": "basic", "income_fen": "100", "expenditure_fen": "200"}
    assert "赤字" in browser.post(reverse("funds:budget_new"), sent).content.decode()
    assert browser.post(reverse("funds:budget_new"), {**sent, "deficit_reason": "动用结余"}).status_code == 302
    assert Budget.everywhere.get().deficit_reason == "动用结余"
    assert "动用结余" in text_of(browser, "funds:budget_list")


def test_month_is_closed_and_posting_asked_for(office: SimpleNamespace, client_of: Any) -> None:
    browser = client_of(office.finance)
    answer = browser.post(reverse("funds:close"), {"area": "230800", "month": "2018-01"})
    assert answer.status_code == 302
    assert "2018-01" in text_of(browser, "funds:overview")
    assert browser.post(reverse("funds:post"), {"area": "230800"}).status_code == 302


def test_another_city_sees_none_of_it(office: SimpleNamespace, client_of: Any) -> None:
    browser = client_of(office.foreign_finance)
    entry = office.entry("basic", EntryKind.SETTLEMENTS)
    warning = RiskWarning.everywhere.first()
    for name, argument in (
        ("funds:trial_balance", office.books["basic"].pk),
        ("funds:journal_detail", entry.number),
        ("funds:warning_detail", warning and warning.pk),
    ):
        assert browser.get(reverse(name, args=[argument])).status_code == 404
    assert browser.get(reverse("funds:overview") + "?area=230800").status_code in (404, 409)
    assert entry.number not in text_of(browser, "funds:journal_list")
    sent = {
        "key": str(uuid4()), "area": "230800", "year": "2018", "treasury": "city", "amount_fen": "1",
        "arrived_on": "2018-07-01", "voucher": "BK9",
    }  # fmt: skip
    browser.post(reverse("funds:subsidy_receive"), sent)
    assert not SubsidyReceipt.everywhere.filter(voucher="BK9").exists()
    before = RiskWarning.everywhere.count()
    for name in ("funds:assess", "funds:close", "funds:post", "funds:premium_transfer"):
        assert browser.post(reverse(name), {"area": "230800", "month": "2018-01"}).status_code in (404, 409)
    assert RiskWarning.everywhere.count() == before


def test_published_years_ask_for_what_is_missing(office: SimpleNamespace, client_of: Any) -> None:
    annual_books.load()
    browser = client_of(office.make_clerk("nation", "000000", "finance_officer"))
    words = text_of(browser, "funds:annual_books")
    for expected in ("8.79", "9.21", "-10,000,000.00", "差额原因待说明", "未公布", "2025"):
        assert expected in words


@pytest.mark.parametrize("query", ["?month=2018-13", "?month=x", "?area=999999", "?year=abcd"])
def test_wrong_addresses_are_refused_in_words(office: SimpleNamespace, client_of: Any, query: str) -> None:
    browser = client_of(office.finance)
    for name in ("funds:overview", "funds:subsidies"):
        assert browser.get(reverse(name) + query).status_code < 500
