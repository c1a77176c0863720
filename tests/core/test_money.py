"""Money, months, identity numbers: pure rules, without a database."""

from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import identity, money, periods
from core.refusal import Refused

fens = st.integers(-money.LARGEST_FEN, money.LARGEST_FEN)
rates = st.fractions(0, 1, max_denominator=10_000)


@given(fens, rates)
def test_a_share_is_the_nearest_fen_and_half_goes_up(fen: int, rate: Fraction) -> None:
    shared = money.share(fen, rate)
    exact = fen * rate
    assert abs(shared - exact) <= Fraction(1, 2)
    if abs(shared - exact) == Fraction(1, 2):
        assert abs(shared) > abs(exact)


@given(fens, rates)
def test_a_reversal_cancels_and_parts_never_exceed_the_whole(fen: int, rate: Fraction) -> None:
    assert money.share(-fen, rate) == -money.share(fen, rate)
    assert 0 <= abs(money.share(fen, rate)) <= abs(fen)


@given(st.integers(0, 10**9), st.integers(0, 10**9), rates)
def test_a_larger_amount_never_has_a_smaller_share(one: int, other: int, rate: Fraction) -> None:
    small, large = sorted((one, other))
    assert money.share(small, rate) <= money.share(large, rate)


def test_rounding_at_the_half() -> None:
    assert [money.share(fen, Fraction(1, 2)) for fen in (1, 3, 5, -1, -3)] == [1, 2, 3, -1, -2]
    assert money.share(1_600_000, Fraction(55, 100)) == 880_000


@given(fens)
def test_what_is_written_is_read_again(fen: int) -> None:
    assert money.parse_yuan(money.yuan(fen)) == fen
    assert money.parse_yuan(money.plain_yuan(fen)) == fen


@given(st.text(max_size=12))
def test_any_text_is_an_amount_or_refused(text: str) -> None:
    try:
        fen = money.parse_yuan(text)
    except Refused:
        return
    assert isinstance(fen, int)
    assert abs(fen) <= money.LARGEST_FEN


@pytest.mark.parametrize(
    "text", ["1e5", "NaN", "0.005", "1,23", ",1", "1.", ".5", "--1", "十元", "²", "", "10000000000001"]
)
def test_no_amounts(text: str) -> None:
    with pytest.raises(Refused):
        money.parse_yuan(text)


@pytest.mark.parametrize(
    ("text", "rate"),
    [
        ("70%", "7/10"),
        ("62.5%", "5/8"),
        ("７０％", "7/10"),
        ("11/20", "11/20"),
        ("0.7", "7/10"),
        ("0", "0"),
        ("100%", "1"),
    ],
)
def test_rates(text: str, rate: str) -> None:
    assert money.parse_rate(text) == Fraction(rate)


@pytest.mark.parametrize("text", ["1/0", "70", "x%", "-5%", "1e-2", "%", "70%%"])
def test_no_rates(text: str) -> None:
    if text == "70":
        assert money.parse_rate(text) == 70, "a bare number is itself; a percentage carries its sign"
        return
    with pytest.raises(Refused) as caught:
        money.parse_rate(text)
    assert "70% 或 11/20" in str(caught.value)


def test_a_float_is_no_rate() -> None:
    with pytest.raises(Refused):
        money.parse_rate(0.7)


@given(st.integers(0, 10_000))
def test_percent_is_read_again(number: int) -> None:
    rate = Fraction(number, 10_000)
    assert money.parse_rate(money.percent(rate)) == rate


days = st.dates(date(1901, 1, 1), date(2990, 12, 31))


@given(days)
def test_a_month_holds_its_days(on: date) -> None:
    month = periods.Month.of(on)
    assert on in month
    assert month.first - timedelta(days=1) in month.previous()
    assert month.last + timedelta(days=1) in month.next()
    assert periods.Month.parse(str(month)) == periods.Month.from_period(periods.period_of(on)) == month
    assert next(iter(month)) == month.first
    assert len(list(month)) == month.last.day


@given(days, st.integers(-500, 500))
def test_months_are_counted_back_and_forth(on: date, count: int) -> None:
    month = periods.Month.of(on)
    if 1950 < on.year < 2900:
        assert month.plus(count).plus(-count) == month


@pytest.mark.parametrize("text", ["2018-13", "2018-0", "18-07", "2018-07-01", "二〇一八", "201813", "2018 07"])
def test_no_months(text: str) -> None:
    with pytest.raises(Refused):
        periods.Month.parse(text)


@given(days, st.integers(0, 900))
def test_parts_of_years_add_up(first: date, length: int) -> None:
    last = min(first + timedelta(days=length), date(2990, 12, 31))
    parts = periods.split_by_year(first, last)
    assert sum(periods.day_count(*part) for part in parts) == periods.day_count(first, last)
    assert all(start.year == end.year for start, end in parts)


@given(days, st.integers(0, 400), days, st.integers(0, 400), days)
def test_the_overlap_is_what_both_cover(one: date, one_days: int, other: date, other_days: int, on: date) -> None:
    one_end, other_end = one + timedelta(days=one_days), other + timedelta(days=other_days)
    common = periods.overlap(one, one_end, other, other_end)
    in_both = periods.covers(one, one_end, on) and periods.covers(other, other_end, on)
    assert in_both == (common is not None and periods.covers(*common, on))


def test_age() -> None:
    leap = date(2000, 2, 29)
    assert [periods.age_on(leap, on) for on in (date(2018, 2, 28), date(2018, 3, 1), date(2020, 2, 29))] == [17, 18, 20]


births = st.dates(date(1900, 1, 1), date(2018, 12, 31))


@given(births, st.integers(0, 999), st.sampled_from(["110101", "230803", "659001", "810000"]))
def test_every_made_number_is_valid_and_no_neighbour_is(birth_on: date, serial: int, area: str) -> None:
    first = f"{area}{birth_on:%Y%m%d}{serial:03d}"
    number = first + identity.check_digit(first)
    found = identity.IdentityNumber.parse(number)
    assert (found.number, found.birth_on, found.sex) == (number, birth_on, "1" if serial % 2 else "2")
    wrong_last = number[:-1] + next(mark for mark in "0123456789X" if mark != number[-1])
    with pytest.raises(Refused):
        identity.IdentityNumber.parse(wrong_last)
    for place in range(14, 17):
        changed = number[:place] + str((int(number[place]) + 1) % 10) + number[place + 1 :]
        with pytest.raises(Refused):
            identity.IdentityNumber.parse(changed)


@given(st.text(max_size=20))
def test_any_text_is_a_number_or_refused_without_repeating_it(text: str) -> None:
    said = ""
    try:
        identity.IdentityNumber.parse(text)
    except Refused as refusal:
        said = str(refusal)
    assert len(text) < 6 or text not in said


def test_forms_of_one_number() -> None:
    number = "11010519491231002X"
    for text in (number, number.lower(), " １１０１０５１９４９１２３１００２Ｘ", "110105 19491231 002x", f"'{number}"):
        assert identity.IdentityNumber.parse(text).number == number
    old = identity.IdentityNumber.parse("110105491231002")
    assert (old.number, old.was_upgraded) == (number, True)
    assert str(old) == identity.mask(number) == "110105********002X"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("110105194912310021", "校验位"),
        ("11010519000229002X", "出生日期不存在"),
        ("990105194912310020", "省份"),
        ("1101051949123100", "长度不对"),
        ("11010519491231X02X", "不应出现的字符"),
        ("1.10105E+17", "科学计数"),
        ("²10105194912310021", "不应出现的字符"),
        ("٣10105194912310021", "不应出现的字符"),
        ("", "没有填写"),
    ],
)
def test_why_a_number_is_refused(text: str, words: str) -> None:
    with pytest.raises(Refused, match=words):
        identity.IdentityNumber.parse(text)


def test_births_after_today_or_too_long_ago() -> None:
    for birth, on in (("20190101", date(2018, 12, 31)), ("18700101", date(2018, 12, 31))):
        first = f"230803{birth}001"
        with pytest.raises(Refused, match="身份证号中的出生"):
            identity.IdentityNumber.parse(first + identity.check_digit(first), on=on)


def test_masks() -> None:
    assert identity.mask_name("欧阳修文") == "欧***"
    assert identity.mask_phone("13812348000") == "138****8000"
    assert identity.mask("12") == "**"
