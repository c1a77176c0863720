"""What was in force when: the figures of each year, silence where no text speaks, and days of issue that are not printed."""

from datetime import date
from fractions import Fraction

import pytest

from core.refusal import Refused
from policy import law, parameters
from policy.law import ParameterMissing, Value

LAW = law.catalogue()


@pytest.mark.parametrize(
    ("key", "on", "expected"),
    [
        ("financing.fiscal_subsidy", date(2007, 12, 31), 4000),
        ("financing.fiscal_subsidy", date(2016, 6, 1), 42000),
        ("financing.fiscal_subsidy", date(2017, 1, 1), 45000),
        ("financing.fiscal_subsidy", date(2018, 1, 1), 49000),
        ("financing.fiscal_subsidy", date(2019, 7, 1), 52000),
        ("financing.fiscal_subsidy", date(2020, 12, 31), 55000),
        ("financing.individual", date(2016, 1, 1), 15000),
        ("financing.individual", date(2017, 1, 1), 18000),
        ("financing.individual", date(2018, 12, 31), 22000),
        ("financing.individual", date(2019, 1, 1), 25000),
        ("financing.individual", date(2020, 1, 1), 28000),
        ("financing.critical_illness_from_increment", date(2018, 5, 1), 2000),
        ("financing.central_increment_share_west", date(2018, 5, 1), Fraction(4, 5)),
        ("financing.central_increment_share_centre", date(2017, 5, 1), Fraction(3, 5)),
        ("premium_aid.other_hardship", date(2007, 8, 1), 6000),
        ("premium_aid.pupil_hardship_central", date(2007, 8, 1), 500),
        ("premium_aid.elderly_age", date(2018, 8, 1), 60),
        ("pilot.city_share", date(2009, 1, 1), Fraction(4, 5)),
        ("critical_illness.rate", date(2018, 10, 9), Fraction(1, 2)),
        ("critical_illness.rate", date(2021, 1, 1), Fraction(3, 5)),
        ("critical_illness.relief_rate_points", date(2018, 10, 9), Fraction(1, 20)),
        ("medical_aid.inpatient_rate", date(2019, 1, 1), Fraction(7, 10)),
        ("catalogue.out_of_scope_share_level_two_up_hebei", date(2018, 12, 31), Fraction(1, 10)),
        ("catalogue.supplements_digested_by", date(2021, 1, 1), date(2020, 6, 30)),
        ("supervision.inspections_per_year", date(2020, 3, 1), 2),
        ("service.code_standards", date(2021, 1, 1), 15),
        ("payment.drg_pilot_cities", date(2021, 1, 1), 30),
        ("poverty.local_measures_converted_by", date(2018, 12, 31), date(2020, 12, 31)),
        ("reports.levels", date(2018, 12, 31), 3),
        ("funds.warning_reserve_months_normal", date(2018, 12, 31), 9),
    ],
)
def test_figures(key: str, on: date, expected: object) -> None:
    assert parameters.value(key, on) == expected


@pytest.mark.parametrize(
    ("key", "on"),
    [
        ("financing.fiscal_subsidy", date(2007, 1, 1).replace(year=2008)),
        ("financing.fiscal_subsidy", date(2015, 12, 31)),
        ("financing.fiscal_subsidy", date(2021, 1, 1)),
        ("financing.individual", date(2015, 1, 1)),
        ("financing.central_increment_share_west", date(2019, 1, 1)),
        ("financing.central_increment_share_east", date(2018, 1, 1)),
        ("financing.central_subsidy_east", date(2007, 8, 1)),
        ("critical_illness.rate", date(2018, 10, 8)),
        ("critical_illness.relief_rate_points", date(2018, 10, 8)),
        ("critical_illness.relief_rate_points", date(2021, 1, 1)),
        ("supervision.inspections_per_year", date(2021, 1, 1)),
    ],
)
def test_silence_is_an_error_that_says_what_to_enter(key: str, on: date) -> None:
    with pytest.raises(ParameterMissing) as told:
        parameters.value(key, on)
    assert key in str(told.value)
    assert "录入" in str(told.value)


def test_missing_is_a_refusal_for_people_and_unknown_keys_a_fault_for_programmers() -> None:
    assert issubclass(ParameterMissing, Refused)
    with pytest.raises(law.LawFault, match="没有名为"):
        parameters.value("financing.nothing", date(2018, 1, 1))


def test_a_day_of_issue_that_is_not_printed() -> None:
    """医保发〔2020〕24号 gives no day: certain before 2020 and after 2020, an input between."""
    assert LAW.value("critical_illness.rate", date(2019, 12, 31)) == Fraction(1, 2)
    with pytest.raises(ParameterMissing, match="印发日期"):
        LAW.value("critical_illness.rate", date(2020, 6, 30))
    entered = LAW.with_values({"documents.issued_on_2020_24": [Value(date(2020, 6, 10), date(2020, 1, 1), "exact")]})
    assert entered.value("critical_illness.rate", date(2020, 6, 9)) == Fraction(1, 2)
    assert entered.value("critical_illness.rate", date(2020, 6, 10)) == Fraction(3, 5)


def test_an_unknown_day_of_issue_is_no_trouble_where_it_changes_nothing() -> None:
    """Both texts say five points, so no date in 2020 is in doubt."""
    assert LAW.value("critical_illness.relief_rate_points", date(2020, 6, 30)) == Fraction(1, 20)


def test_the_shipped_value_wins_for_the_same_date() -> None:
    added = LAW.with_values(
        {"financing.individual": [Value(99900, date(2018, 1, 1), "floor"), Value(32000, date(2021, 1, 1), "floor")]}
    )
    assert added.value("financing.individual", date(2018, 5, 1)) == 22000
    assert added.value("financing.individual", date(2021, 5, 1)) == 32000
    assert LAW.find("financing.individual", date(2021, 5, 1)) is None


def test_what_was_published_by_a_day() -> None:
    on = date(2018, 1, 1)
    assert LAW.find("financing.individual", on, published_by=date(2018, 7, 10)) is None
    found = LAW.find("financing.individual", on, published_by=date(2018, 7, 11))
    assert found is not None
    assert found.value == 22000


def walk() -> list[date]:
    """The first of every month since 2007, and each day that a text begins or ends, with its neighbours."""
    days = {date(year, month, 1) for year in range(2007, 2023) for month in range(1, 13)}
    for parameter in LAW.parameters.values():
        for value in parameter.values:
            for day in (value.starts_on, value.until):
                if day:
                    days |= {date.fromordinal(day.toordinal() + step) for step in (-1, 0, 1)}
    return sorted(days)


@pytest.mark.parametrize("parameter", LAW.parameters.values(), ids=lambda p: p.key)
def test_temporal_coverage(parameter: law.Parameter) -> None:
    """No values are asserted: every day has exactly one value of the right type, or an error that names the parameter."""
    starts = [value.starts_on for value in parameter.values if value.starts_on]
    assert len(starts) == len(set(starts))
    spoken = {day.year for day in starts}
    for on in walk():
        refusal = ""
        found: Value | None
        try:
            found = LAW.entry(parameter.key, on)
        except ParameterMissing as missing:
            refusal = str(missing)
            found = None
        if found is None:
            assert parameter.name in refusal
            assert not (parameter.renewal == "yearly" and on.year in spoken), f"{on} has a text and no value"
            continue
        assert found in parameter.values
        assert found.starts_on is None or found.starts_on <= on
        assert parameter.renewal != "yearly" or (found.starts_on and found.starts_on.year == on.year)
        assert found.until is None or on <= found.until
