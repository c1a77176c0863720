"""Subsidies by treasury: due to the yuan from the headcount, arrivals, arrears, and the premium handed on."""

from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest

from core.refusal import Forbidden, Refused
from funds.codes import EntryKind
from funds.models import PremiumTransfer, SubsidyDue, SubsidyReceipt
from funds.selectors import subsidies as figures
from funds.services import posting, proofs, subsidies
from tests.funds.conftest import lines_of

SHARES = """shares:
  - {area: '230800', year: 2018, per_head: {centre: '276.00', province: '104.40', city: '34.80', county: '34.80'}}
"""


@pytest.fixture
def shared(books: SimpleNamespace, tmp_path: Path) -> SimpleNamespace:
    """佳木斯's shares of 2018 and three insured people."""
    path = tmp_path / "shares.yaml"
    path.write_text(SHARES, encoding="utf-8")
    subsidies.load_shares(path)
    for name in ("甲某", "乙某", "丙某"):
        books.insured(name)
    return books


def work_out(shared: SimpleNamespace) -> list[SubsidyDue]:
    return subsidies.work_out(actor=shared.finance, area=shared.city, year=2018, due_on=date(2018, 9, 30))


def receive(shared: SimpleNamespace, treasury: str, fen: int, **more: Any) -> SubsidyReceipt:
    values: dict[str, Any] = {
        "actor": shared.finance, "area": shared.city, "year": 2018, "treasury": treasury, "amount_fen": fen,
        "arrived_on": date(2018, 6, 1), "voucher": f"BK{uuid4().hex[:6]}", "key": uuid4(),
    }  # fmt: skip
    return subsidies.receive(**{**values, **more})


def test_due_of_2018_is_headcount_times_the_shares(shared: SimpleNamespace) -> None:
    dues = {due.treasury: due.due_fen for due in work_out(shared)}
    # 3 people: 828.00 + 313.20 + 104.40 + 104.40 = 1,350.00 yuan = 3 × 450 (佳木斯 2018).
    assert dues == {"centre": 82_800, "province": 31_320, "city": 10_440, "county": 10_440}
    assert figures.figures(shared.city.pk, 2018, date(2018, 12, 31)).due_fen == 135_000


def test_same_headcount_makes_no_new_version_and_a_grown_one_does(shared: SimpleNamespace) -> None:
    work_out(shared)
    assert work_out(shared) == []
    shared.insured("丁某")
    again = {due.treasury: due for due in work_out(shared)}
    assert (again["centre"].version, again["centre"].due_fen, again["centre"].change_fen) == (2, 110_400, 27_600)
    assert figures.figures(shared.city.pk, 2018, date(2018, 12, 31)).due_fen == 180_000


def test_shares_that_do_not_make_the_standard_are_refused(books: SimpleNamespace, tmp_path: Path) -> None:
    path = tmp_path / "shares.yaml"
    path.write_text(SHARES.replace("county: '34.80'", "county: '34.79'"), encoding="utf-8")
    with pytest.raises(Refused, match=r"449\.99"):
        subsidies.load_shares(path)


def test_area_without_shares_is_told_what_to_enter(books: SimpleNamespace) -> None:
    with pytest.raises(Refused, match="财政分担"):
        work_out(books)


def test_arrears_of_one_treasury_are_not_hidden_by_the_excess_of_another(shared: SimpleNamespace) -> None:
    work_out(shared)
    receive(shared, "centre", 100_000)
    before, after = (figures.figures(shared.city.pk, 2018, day) for day in (date(2018, 8, 31), date(2018, 9, 30)))
    assert (before.fallen_due_fen, before.arrears_fen) == (0, 0)
    assert (after.fallen_due_fen, after.arrived_fen, after.arrears_fen) == (135_000, 100_000, 52_200)


def test_receipt_counts_once_and_is_posted(shared: SimpleNamespace) -> None:
    work_out(shared)
    key = uuid4()
    first = receive(shared, "centre", 82_800, voucher="BK1", key=key)
    assert receive(shared, "centre", 82_800, voucher="BK1", key=key) == first
    with pytest.raises(Refused, match="已经登记"):
        receive(shared, "province", 100, voucher="BK1")
    posting.post(shared.city)
    entry = shared.entry("basic", EntryKind.SUBSIDY)
    assert lines_of(entry) == {"1003": 82_800, "410101": -82_800, "9101": 82_800, "9003": -82_800}
    assert lines_of(shared.entry("basic", EntryKind.SUBSIDY_DUE)) == {"9003": 135_000, "9101": -135_000}
    assert proofs.entries_equal_facts() is None


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"fen": 0}, "大于零"),
        ({"fen": -5}, "大于零"),
        ({"arrived_on": date(2019, 1, 1)}, "晚于今天"),
        ({"treasury": "moon"}, "可选范围"),
        ({"voucher": " "}, "凭证号"),
    ],
)
def test_wrong_receipts_are_refused(shared: SimpleNamespace, change: dict[str, Any], said: str) -> None:
    values = {"treasury": "centre", "fen": 100, **change}
    with pytest.raises(Refused, match=said):
        receive(shared, values.pop("treasury"), values.pop("fen"), **values)
    assert not SubsidyReceipt.everywhere.exists()


def test_another_city_and_who_may_only_look_are_refused(shared: SimpleNamespace) -> None:
    for stranger in (shared.foreign_finance, shared.director):
        with pytest.raises(Forbidden):
            receive(shared, "centre", 100, actor=stranger)


def test_premium_goes_from_basic_to_critical_once(shared: SimpleNamespace) -> None:
    first = subsidies.transfer_premium(actor=shared.finance, area=shared.city, year=2018, key=uuid4())
    assert first is not None
    assert first.amount_fen == 3 * first.per_head_fen
    assert subsidies.transfer_premium(actor=shared.finance, area=shared.city, year=2018, key=uuid4()) is None
    shared.insured("丁某")
    second = subsidies.transfer_premium(actor=shared.finance, area=shared.city, year=2018, key=uuid4())
    assert second is not None
    assert (second.instalment, second.amount_fen) == (2, first.per_head_fen)
    posting.post(shared.city)
    fen = sum(row.amount_fen for row in PremiumTransfer.everywhere.all())
    assert lines_of(shared.entry("basic", EntryKind.TRANSFER)) == {"5002": fen, "1003": -fen}
    assert lines_of(shared.entry("critical", EntryKind.TRANSFER)) == {"1003": fen, "4301": -fen}
