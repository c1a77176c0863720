"""Months and date ranges. Ranges are inclusive at both ends; None as an end means "until further notice". Pure."""

import calendar
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from core.refusal import Refused, gettext_noop
from core.width import half_width

FIRST_YEAR, LAST_YEAR = 1900, 2999
_MONTH = re.compile(r"([0-9]{4})(?:[-/.]?([0-9]{2})|[-/.]([0-9])|年([0-9]{1,2})月)", re.ASCII)


@dataclass(frozen=True, order=True)
class Month:
    """One calendar month. Month(2018, 7).period == 201807; iterating gives its days."""

    year: int
    month: int

    def __post_init__(self) -> None:
        if not (FIRST_YEAR <= self.year <= LAST_YEAR and 1 <= self.month <= 12):
            raise Refused(
                gettext_noop("没有 %(year)s 年 %(month)s 月。请填写 2018-07 形式的月份。"),
                code="bad_month",
                params={"year": self.year, "month": self.month},
            )

    @classmethod
    def parse(cls, text: object) -> "Month":
        """From '2018-07', '2018/7', '201807' or '2018年7月'; refuses all else."""
        found = _MONTH.fullmatch(half_width(str(text)).strip())
        if found is None:
            raise Refused(
                gettext_noop("月份“%(text)s”不能识别。请填写 2018-07 形式的月份。"),
                code="bad_month",
                params={"text": str(text)[:20]},
            )
        return cls(int(found[1]), int(found[2] or found[3] or found[4]))

    @classmethod
    def of(cls, on: date) -> "Month":
        return cls(on.year, on.month)

    @classmethod
    def from_period(cls, period: int) -> "Month":
        """From the stored integer: 201807."""
        return cls(*divmod(period, 100))

    @property
    def period(self) -> int:
        return self.year * 100 + self.month

    @property
    def first(self) -> date:
        return date(self.year, self.month, 1)

    @property
    def last(self) -> date:
        return date(self.year, self.month, calendar.monthrange(self.year, self.month)[1])

    def next(self) -> "Month":
        return self.plus(1)

    def previous(self) -> "Month":
        return self.plus(-1)

    def plus(self, months: int) -> "Month":
        """So many months later (earlier when negative)."""
        years, index = divmod(self.year * 12 + self.month - 1 + months, 12)
        return Month(years, index + 1)

    def through(self, last: "Month") -> Iterator["Month"]:
        """This month and the following ones up to `last`, both included."""
        month = self
        while month <= last:
            yield month
            month = month.next()

    def __iter__(self) -> Iterator[date]:
        return days(self.first, self.last)

    def __contains__(self, on: object) -> bool:
        return isinstance(on, date) and self.first <= on <= self.last

    def __str__(self) -> str:
        return f"{self.year:04d}-{self.month:02d}"


def period_of(on: date) -> int:
    """The stored integer of a day's month: 2018-07-11 gives 201807."""
    return on.year * 100 + on.month


def months_of(year: int) -> list[Month]:
    return [Month(year, month) for month in range(1, 13)]


def days(first: date, last: date) -> Iterator[date]:
    """Each day from first to last, both included."""
    for offset in range((last - first).days + 1):
        yield first + timedelta(days=offset)


def day_count(first: date, last: date) -> int:
    """Number of days, both ends included; 0 when last is before first."""
    return max((last - first).days + 1, 0)


def covers(starts_on: date, ends_on: date | None, on: date) -> bool:
    """Whether a day lies in the range; an open end never ends."""
    return starts_on <= on and (ends_on is None or on <= ends_on)


def overlap(
    starts_on: date, ends_on: date | None, other_starts_on: date, other_ends_on: date | None
) -> tuple[date, date | None] | None:
    """The common part of two ranges, or None."""
    start = max(starts_on, other_starts_on)
    ends = [end for end in (ends_on, other_ends_on) if end is not None]
    end = min(ends) if ends else None
    return (start, end) if end is None or start <= end else None


def year_range(year: int) -> tuple[date, date]:
    """First and last day of a benefit year that is the calendar year."""
    return date(year, 1, 1), date(year, 12, 31)


def split_by_year(first: date, last: date) -> list[tuple[date, date]]:
    """The range cut at each turn of the year: a stay across New Year has one part in each."""
    return (
        [(max(first, date(year, 1, 1)), min(last, date(year, 12, 31))) for year in range(first.year, last.year + 1)]
        if first <= last
        else []
    )


def age_on(birth_on: date, on: date) -> int:
    """Full years on a day (周岁): reached on the birthday; who is born on 29 February waits until 1 March."""
    return on.year - birth_on.year - ((on.month, on.day) < (birth_on.month, birth_on.day))
