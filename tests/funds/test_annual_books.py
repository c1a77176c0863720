"""The nation's published years: exact figures, months payable, the unexplained difference, the missing balance."""

from types import SimpleNamespace
from typing import Any

import pytest

from core.refusal import Conflict, Forbidden, Refused
from funds.models import AnnualBook
from funds.selectors import annual_books as published
from funds.services import annual_books


@pytest.fixture
def nation(land: SimpleNamespace) -> SimpleNamespace:
    land.nation_finance = land.make_clerk("nation", "000000", "finance_officer")
    assert annual_books.load() == 3
    return land


def two_places(value: Any) -> int:
    """Half up, in hundredths."""
    return int((value * 200 + 1) // 2)


def test_figures_are_exact_and_loaded_once(nation: SimpleNamespace) -> None:
    # 7,663.70 亿元
    assert AnnualBook.everywhere.get(year=2023).balance_fen == 76_637_000_000_000
    assert annual_books.load() == 0


def test_months_payable_of_2023_and_2024(nation: SimpleNamespace) -> None:
    years = {year.book.year: year for year in published.years(nation.nation_finance)}
    assert [two_places(years[year].months_payable) for year in (2023, 2024)] == [879, 921]


def test_ten_million_of_2024_asks_for_a_reason(nation: SimpleNamespace) -> None:
    years = {year.book.year: year for year in published.years(nation.nation_finance)}
    assert years[2024].adjustment_fen == -1_000_000_000
    assert years[2023].adjustment_fen is None
    with pytest.raises(Refused, match="原因"):
        annual_books.explain(actor=nation.nation_finance, book=years[2024].book, reason=" ")
    annual_books.explain(actor=nation.nation_finance, book=years[2024].book, reason="公报未说明")
    assert AnnualBook.everywhere.get(year=2024).adjustment_reason == "公报未说明"


def test_2025_says_that_its_balance_is_missing_until_it_is_entered(nation: SimpleNamespace) -> None:
    last = published.years(nation.nation_finance)[-1]
    assert (last.book.year, last.missing, last.months_payable) == (2025, ("累计结存",), None)
    annual_books.enter_balance(
        actor=nation.nation_finance, book=last.book, balance_fen=87_421_100_000_000, source="内部决算"
    )
    last = published.years(nation.nation_finance)[-1]
    assert last.missing == ()
    assert last.adjustment_fen == 0
    with pytest.raises(Conflict):
        annual_books.enter_balance(actor=nation.nation_finance, book=last.book, balance_fen=1, source="再录")


def test_city_neither_sees_nor_writes_the_nations_books(nation: SimpleNamespace) -> None:
    city = nation.make_clerk("city_finance", "230800", "finance_officer")
    assert published.years(city) == []
    with pytest.raises(Refused, match="辖区"):
        annual_books.explain(actor=city, book=AnnualBook.everywhere.get(year=2024), reason="x")
    with pytest.raises(Forbidden):
        annual_books.explain(actor=nation.clerk, book=AnnualBook.everywhere.get(year=2024), reason="x")
