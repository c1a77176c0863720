"""Risk indicators: worked months, what is missing, versions, and the handling of a warning."""

from collections.abc import Callable
from datetime import date
from fractions import Fraction
from types import SimpleNamespace
from typing import Any

import pytest

from core.periods import Month
from core.refusal import Conflict, Forbidden, Refused
from funds import indicators
from funds.models import RiskWarning
from funds.rules import grading
from funds.selectors import overview
from funds.selectors.readings import READINGS
from funds.services import budgets, openings, warnings
from office.models import WorkItem
from office.services import approvals
from policy import parameters


@pytest.fixture
def rolled(books: SimpleNamespace, give: Callable[..., None]) -> SimpleNamespace:
    """A balance of 1,000 yuan brought forward; each month of 2018 takes in 90 and spends 100."""
    book = books.books["basic"]
    openings.book(book, 100_000, on=date(2018, 1, 1), source="上年决算", actor=None)
    for month in Month(2018, 1).through(Month(2018, 12)):
        give(book, f"{month}-15", income=9_000, spent=10_000)
    return books


def graded(area: Any, month: Month) -> dict[str, RiskWarning]:
    return {warning.indicator: warning for warning in warnings.assess(area, month)}


def value(warning: RiskWarning) -> Fraction | None:
    if warning.numerator is None or warning.denominator is None:
        return None
    return Fraction(warning.numerator, warning.denominator)


def test_every_indicator_names_a_reading_and_parameters_that_exist() -> None:
    catalogue = parameters.load()
    for indicator in indicators.catalogue().values():
        assert indicator.reading in READINGS
        for line in indicator.thresholds:
            assert line.grade in grading.ORDER
            assert line.side in ("below", "above")
            assert (line.value is None) != (line.parameter == "")
            if line.parameter:
                catalogue.parameter(line.parameter)


def test_december_is_the_year(rolled: SimpleNamespace) -> None:
    found = graded(rolled.city, Month(2018, 12))
    # 100,000 + 12 × (9,000 − 10,000) = 88,000; a month spends 10,000.
    assert value(found["cumulative_balance"]) == 88_000
    assert value(found["months_payable"]) == Fraction(88, 10)
    assert found["months_payable"].grade == "none"
    assert (value(found["current_balance"]), found["current_balance"].grade) == (-12_000, "red")
    assert (value(found["expenditure_income"]), found["expenditure_income"].grade) == (Fraction(10, 9), "red")


def test_young_books_say_what_is_missing(rolled: SimpleNamespace) -> None:
    january, march = graded(rolled.city, Month(2018, 1)), graded(rolled.city, Month(2018, 3))
    assert january["months_payable"].grade == "missing"
    assert "满 3 个月" in january["months_payable"].missing
    assert value(march["months_payable"]) == Fraction(97, 10)
    assert march["months_payable"].grade == "yellow"
    assert march["months_payable"].threshold["crossed"]["says"] == "结余偏多"
    assert "满 12 个月" in march["current_balance"].missing
    assert "上年同期" in march["growth_gap"].missing


def test_no_balance_brought_forward_gives_no_months(books: SimpleNamespace, give: Callable[..., None]) -> None:
    for month in Month(2018, 1).through(Month(2018, 6)):
        give(books.books["basic"], f"{month}-15", income=9_000, spent=10_000)
    found = graded(books.city, Month(2018, 6))
    assert "期初余额" in found["months_payable"].missing
    assert "期初余额" in found["cumulative_balance"].missing
    assert overview.months_payable(books.city.pk, 201806).value is None


def test_area_without_books_is_all_missing(land: SimpleNamespace) -> None:
    assert {warning.grade for warning in warnings.assess(land.foreign_city, Month(2018, 5))} == {"missing"}


@pytest.mark.parametrize(
    ("opening", "grade", "says"),
    [(30_000, "yellow", "结余偏少"), (29_999, "red", "结余不足"), (60_000, "none", None), (90_000, "none", None),
     (90_001, "yellow", "结余偏多"), (150_001, "orange", "结余过多")],
)  # fmt: skip
def test_months_payable_at_its_edges(
    books: SimpleNamespace, give: Callable[..., None], opening: int, grade: str, says: str | None
) -> None:
    book = books.books["basic"]
    openings.book(book, opening, on=date(2018, 1, 1), source="上年决算", actor=None)
    for month in Month(2018, 1).through(Month(2018, 3)):
        give(book, f"{month}-15", income=10_000, spent=10_000)
    found = graded(books.city, Month(2018, 3))["months_payable"]
    crossed = found.threshold["crossed"]
    assert (found.grade, crossed and crossed["says"]) == (grade, says)


def test_unchanged_inputs_write_nothing_and_changed_ones_the_next_version(
    rolled: SimpleNamespace, give: Callable[..., None]
) -> None:
    first = graded(rolled.city, Month(2018, 12))
    rows = RiskWarning.everywhere.count()
    assert {w.pk for w in warnings.assess(rolled.city, Month(2018, 12))} == {w.pk for w in first.values()}
    assert RiskWarning.everywhere.count() == rows
    give(rolled.books["basic"], "2018-12-20", spent=1_000)
    second = graded(rolled.city, Month(2018, 12))
    assert (second["cumulative_balance"].version, value(second["cumulative_balance"])) == (2, 87_000)
    kept = RiskWarning.everywhere.get(pk=first["cumulative_balance"].pk)
    assert (kept.is_latest, kept.numerator) == (False, 88_000)
    assert second["participation"].pk == first["participation"].pk


def test_growth_against_last_year(books: SimpleNamespace, give: Callable[..., None]) -> None:
    book = books.books["basic"]
    book.opened_on = date(2017, 1, 1)
    book.save()
    for year, income, spent in ((2017, 10_000, 8_000), (2018, 11_000, 10_000)):
        for month in (1, 2):
            give(book, f"{year}-0{month}-15", income=income, spent=spent)
    found = graded(books.city, Month(2018, 2))["growth_gap"]
    # 25 % − 10 %
    assert (value(found), found.grade) == (Fraction(15, 100), "yellow")


def test_budget_execution_against_the_months_gone_by(rolled: SimpleNamespace) -> None:
    assert "没有已批准的" in graded(rolled.city, Month(2018, 6))["budget_execution"].missing
    made = budgets.draft(
        actor=rolled.finance, area=rolled.city, year=2018, fund="basic", income_fen=110_000, expenditure_fen=108_000
    )
    assert "没有已批准的" in graded(rolled.city, Month(2018, 6))["budget_execution"].missing
    waiting = approvals.waiting_for(made)
    assert waiting is not None
    with pytest.raises(Refused):
        approvals.decide(waiting, True, actor=rolled.finance)
    approvals.decide(waiting, True, actor=rolled.director)
    found = graded(rolled.city, Month(2018, 6))["budget_execution"]
    # 60,000 spent against 54,000: 1/9 over.
    assert (value(found), found.grade) == (Fraction(1, 9), "yellow")


def test_deficit_budget_needs_a_reason(rolled: SimpleNamespace) -> None:
    values: dict[str, Any] = {
        "actor": rolled.finance, "area": rolled.city, "year": 2018, "fund": "basic", "income_fen": 100,
        "expenditure_fen": 101,
    }  # fmt: skip
    with pytest.raises(Refused, match="赤字"):
        budgets.draft(**values)
    assert budgets.draft(**values, deficit_reason="动用历年结余").version == 1
    with pytest.raises(Refused, match="正在审批"):
        budgets.draft(**{**values, "income_fen": 200})


def test_serious_warning_is_work_and_is_handled_in_order(rolled: SimpleNamespace) -> None:
    warning = graded(rolled.city, Month(2018, 12))["current_balance"]
    item = WorkItem.everywhere.get(kind="funds.warning", key="230800-201812-current_balance")
    assert item.state == WorkItem.State.OPEN

    def step(state: str, **more: Any) -> Any:
        return warnings.step(actor=rolled.director, warning=warning, state=state, text="说明", **more)

    with pytest.raises(Refused, match="顺序"):
        step("closed")
    step("assessed")
    with pytest.raises(Refused, match="期限"):
        step("planned")
    with pytest.raises(Refused, match="早于今天"):
        step("planned", due_on=date(2018, 12, 30))
    step("planned", due_on=date(2019, 1, 31))
    step("closed")
    warning.refresh_from_db()
    assert (warning.state, warning.owner, warning.handling.count()) == ("closed", rolled.director, 3)
    item.refresh_from_db()
    assert item.state == WorkItem.State.DONE


def test_only_who_may_handles_and_only_the_latest_version(rolled: SimpleNamespace, give: Callable[..., None]) -> None:
    warning = graded(rolled.city, Month(2018, 12))["current_balance"]
    with pytest.raises(Forbidden):
        warnings.step(actor=rolled.finance, warning=warning, state="assessed", text="说明")
    stranger = rolled.make_clerk("handan", "130400", "director")
    with pytest.raises(Refused, match="辖区"):
        warnings.step(actor=stranger, warning=warning, state="assessed", text="说明")
    give(rolled.books["basic"], "2018-12-20", spent=1_000)
    warnings.assess(rolled.city, Month(2018, 12))
    with pytest.raises(Conflict):
        warnings.step(actor=rolled.director, warning=warning, state="assessed", text="说明")


def test_handling_goes_on_with_the_next_version_and_recovery_takes_the_work_away(
    rolled: SimpleNamespace, give: Callable[..., None]
) -> None:
    warning = graded(rolled.city, Month(2018, 12))["current_balance"]
    warnings.step(actor=rolled.director, warning=warning, state="assessed", text="说明")
    give(rolled.books["basic"], "2018-12-20", spent=1_000)
    assert graded(rolled.city, Month(2018, 12))["current_balance"].state == "assessed"
    give(rolled.books["basic"], "2018-12-21", income=90_000)
    assert graded(rolled.city, Month(2018, 12))["current_balance"].grade == "none"
    item = WorkItem.everywhere.get(kind="funds.warning", key="230800-201812-current_balance")
    assert item.state == WorkItem.State.CANCELLED


def test_month_that_has_not_begun_is_refused(rolled: SimpleNamespace) -> None:
    with pytest.raises(Refused, match="没有开始"):
        warnings.assess(rolled.city, Month(2019, 1))
