"""From which day an enrolment covers, and from which day it pays."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from policy import parameters
from policy.terms import Terms

NO_WAITING = frozenset(
    {"newborn", "minor", "pupil", "university", "residence_permit", "hmt_permit", "foreign_resident"}
)
"""Categories that never wait: 完善新生儿、大学生以及已取得居住证的常住人口等特殊人群参保登记 (医保发〔2018〕2号 二)."""


@dataclass(frozen=True)
class Season:
    """The collection season of an area for one benefit year, and what the area sets for late comers.

    `newborn_days` is None where no window is set: then a newborn is covered from birth whenever it is registered.
    """

    year: int
    starts_on: date
    ends_on: date
    waiting_days: int
    newborn_days: int | None


@dataclass(frozen=True)
class Cover:
    """The days an enrolment covers (both included) and the first day on which benefits are paid."""

    starts_on: date
    ends_on: date
    benefits_start_on: date


def season(terms: Terms, year: int) -> Season:
    """集中参保期: the season for a benefit year by the area's terms.

    依据 医保发〔2020〕24号 一（三）: the season may lie in the year before. From 09-01 to 12-31 gives, for 2018,
    2017-09-01 to 2017-12-31; from 09-01 to 02-28 ends on 2018-02-28.
    """
    first = date(year, 1, 1)
    starts_on = _month_day(_value(terms, "enrollment.season_starts", first), year - 1)
    ends_on = _month_day(_value(terms, "enrollment.season_ends", first), year - 1)
    if ends_on < starts_on:
        ends_on = ends_on.replace(year=year)
    return Season(
        year=year,
        starts_on=starts_on,
        ends_on=ends_on,
        waiting_days=_value(terms, "enrollment.waiting_days", first) or 0,
        newborn_days=_value(terms, "enrollment.newborn_days", first),
    )


def _value(terms: Terms, name: str, on: date) -> Any:
    """The area's own value, else the common practice that stands in the national parameters (待确认)."""
    term = terms.get(name)
    return term.value if term is not None else parameters.value(name, on)


def _month_day(text: str, year: int) -> date:
    month, day = (int(part) for part in str(text).strip('"').split("-"))
    return date(year, month, day)


def newborn_start(birth_on: date, registered_on: date, window_days: int | None) -> date:
    """新生儿参保: covered from birth when registered within the window, else from registration.

    依据 医保发〔2018〕2号 二: 完善新生儿…参保登记及缴费办法…杜绝发生参保空档期. Window 90 days: born 2018-03-01 and
    registered 2018-05-30 (the 90th day) is covered from 2018-03-01; registered 2018-05-31, from 2018-05-31.
    """
    if window_days is None or registered_on <= birth_on + timedelta(days=window_days):
        return birth_on
    return registered_on


def cover(
    *, category: str, birth_on: date, registered_on: date, season: Season, is_continuing: bool, is_poor: bool
) -> Cover:
    """参保起止: the cover of one benefit year for a person registered on a day.

    依据 医保发〔2018〕2号 二: 确保及时参保，杜绝发生参保空档期. Inside the season the year is covered from 1 January; later
    from the day of registration, with the area's waiting days unless the person changes scheme or area, is newly
    identified as poor, or is of a category that never waits. Waiting 60 days: an adult registered on 2018-06-01 is paid
    from 2018-07-31.
    """
    first, last = date(season.year, 1, 1), date(season.year, 12, 31)
    if category == "newborn" and birth_on.year == season.year:
        starts_on = min(newborn_start(birth_on, registered_on, season.newborn_days), last)
        return Cover(starts_on, last, starts_on)
    if registered_on <= season.ends_on:
        starts_on = max(first, birth_on)
        return Cover(starts_on, last, starts_on)
    starts_on = min(max(first, registered_on), last)
    if category in NO_WAITING or is_continuing or is_poor:
        return Cover(starts_on, last, starts_on)
    return Cover(starts_on, last, starts_on + timedelta(days=season.waiting_days))
