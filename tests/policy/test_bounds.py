"""Local values against the bounds of the law: 佳木斯's shortfalls, and each kind of bound from both sides."""

from datetime import date

import pytest

from policy import bounds, law, vocabulary
from policy.bounds import Shortfall

LAW = law.catalogue()
JIAMUSI = vocabulary.read_file(vocabulary.LOCAL_SETS / "230800-2018.yaml")


def of(
    terms: str, on: date, published_by: date | None = None, province: str = "230000", income: int | None = None
) -> list[Shortfall]:
    found = vocabulary.read(f"area: '230800'\nname: 试\ndocument: 试\neffective_on: 2018-01-01\nterms:\n{terms}")
    return bounds.shortfalls(LAW, found.terms, on, published_by or on, province, income)


def test_the_shortfalls_of_jiamusi_2018_are_exactly_three() -> None:
    on = date(2018, 12, 31)
    found = {
        s.parameter: (s.local_value, s.bound_value, s.difference, s.document, s.clause)
        for s in bounds.shortfalls(LAW, JIAMUSI.terms, on, on, "230000")
    }
    assert found == {
        "financing.individual": ("210.00 元", "220.00 元", "10.00 元", "医保发〔2018〕2号", "一"),
        "financing.fiscal_subsidy": ("450.00 元", "490.00 元", "40.00 元", "医保发〔2018〕2号", "一"),
        "critical_illness.relief_rate_points": ("50%", "55%", "5 个百分点", "医保发〔2018〕18号", "二（二）5"),
    }


@pytest.mark.parametrize(
    ("on", "expected"),
    [(date(2018, 7, 10), 0), (date(2018, 7, 11), 2), (date(2018, 10, 8), 2), (date(2018, 10, 9), 3)],
)
def test_a_bound_counts_from_the_day_it_is_published(on: date, expected: int) -> None:
    assert len(bounds.shortfalls(LAW, JIAMUSI.terms, on, on, "230000")) == expected


def test_what_is_published_later_does_not_hold_an_earlier_approval() -> None:
    assert bounds.shortfalls(LAW, JIAMUSI.terms, date(2018, 1, 1), date(2017, 12, 20), "230000") == []


END = date(2018, 12, 31)


@pytest.mark.parametrize(
    ("terms", "on", "broken"),
    [
        ('  financing.fiscal_subsidy: {value: "490.00"}', END, ""),
        ('  financing.fiscal_subsidy: {value: "489.99"}', END, "financing.fiscal_subsidy"),
        ('  financing.individual: {value: "220.00"}', END, ""),
        (
            '  financing.individual: {rows: [{tier: 一档, value: "200.00"}, {tier: 二档, value: "300.00"}]}',
            END,
            "financing.individual",
        ),
        ('  financing.critical_illness_premium: {value: "19.99"}', END, "financing.critical_illness_from_increment"),
        (
            '  critical_illness.rate: {rows: [{status: none, value: "49%"}, {status: others, value: "60%"}]}',
            END,
            "critical_illness.rate",
        ),
        ('  medical_aid.inpatient.rate: {value: "69.99%"}', END, "medical_aid.inpatient_rate"),
        ('  medical_aid.inpatient.rate: {value: "70%"}', END, ""),
        ('  basic.inpatient.rate: {value: "80%"}', END, "inpatient.primary_care_higher_rate"),
    ],
)
def test_one_term(terms: str, on: date, broken: str) -> None:
    always = {"premium_aid.destitute_in_full", "premium_aid.registered_poor_fixed", "inpatient.delivery_covered"}
    found = {s.parameter for s in of(terms, on)} - always - {"critical_illness.relief_rate_points"}
    assert found == ({broken} if broken else set())


def test_relief_points_are_looked_for_in_every_band() -> None:
    terms = """
  critical_illness.rate:
    rows:
      - {status: none, up_to: "50000.00", value: "50%"}
      - {status: none, over: "50000.00", value: "60%"}
      - {status: others, up_to: "50000.00", value: "55%"}
      - {status: others, over: "50000.00", value: "64%"}
"""
    short = next(s for s in of(terms, END) if s.parameter == "critical_illness.relief_rate_points")
    assert (short.local_value, short.bound_value, short.difference) == ("64%", "65%", "1 个百分点")


@pytest.mark.parametrize(("poor", "is_short"), [("5000.00", False), ("5000.01", True)])
def test_the_deductible_of_the_poor_is_half(poor: str, is_short: bool) -> None:
    terms = f'  critical_illness.deductible: {{rows: [{{status: none, value: "10000.00"}}, {{status: others, value: "{poor}"}}]}}'
    assert ("critical_illness.relief_deductible_cut" in {s.parameter for s in of(terms, END)}) is is_short


@pytest.mark.parametrize(("deductible", "is_short"), [("15000.00", False), ("15000.01", True)])
def test_a_ceiling_by_local_income(deductible: str, is_short: bool) -> None:
    """2020 二（五）: at most half of per-capita disposable income, here 30,000 yuan."""
    terms = f'  critical_illness.deductible: {{value: "{deductible}"}}'
    found = {s.parameter for s in of(terms, date(2021, 1, 1), income=3_000_000)}
    assert ("critical_illness.deductible_income_share" in found) is is_short
    assert "critical_illness.deductible_income_share" not in {s.parameter for s in of(terms, date(2021, 1, 1))}


def test_a_provinces_letter_binds_that_province_only() -> None:
    terms = "  premium_aid.registered_poor: {kind: amount, value: '180.00'}"
    key = "premium_aid.registered_poor_in_full_hebei"
    assert key in {s.parameter for s in of(terms, END, province="130000")}
    assert key not in {s.parameter for s in of(terms, END, province="230000")}


def test_strict_bounds_and_principles() -> None:
    year = date(2020, 3, 1)
    terms = '  financing.individual: {value: "270.00"}\n  financing.fiscal_subsidy: {value: "540.00"}'
    found = {s.parameter: s for s in of(terms, year, published_by=date(2020, 12, 31))}
    assert not found["financing.individual"].is_strict, "“原则上”：说明理由后可以批准"
    assert found["financing.fiscal_subsidy"].is_strict
