"""From which day an enrolment covers, and from which day it pays."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

NO_WAITING = frozenset({"newborn", "pupil", "university", "residence_permit", "hmt_permit", "foreign_resident"})
"""Categories that never wait: 杜绝发生参保空档期 (医保发〔2018〕2号 二)."""


@dataclass(frozen=True)
class Season:
    """The collection season of an area for one benefit year, and what it sets for late comers."""

    year: int
    ends_on: date
    waiting_days: int
    newborn_window_days: int | None


@dataclass(frozen=True)
class Cover:
    """The days an enrolment covers (both included) and the first day on which benefits are paid."""

    starts_on: date
    ends_on: date
    benefits_start_on: date


def newborn_start(birth_on: date, registered_on: date, window_days: int) -> date:
    """新生儿参保: covered from birth when registered within the window, else from registration.

    依据 医保发〔2018〕2号 二: 完善新生儿…参保登记及缴费办法，杜绝发生参保空档期. Window 90 days: born 2018-03-01 and
    registered 2018-05-30 (the 90th day) is covered from 2018-03-01; registered 2018-05-31, from 2018-05-31.
    """
    return birth_on if registered_on <= birth_on + timedelta(days=window_days) else registered_on


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
    if category == "newborn" and season.newborn_window_days is not None and birth_on.year == season.year:
        starts_on = newborn_start(birth_on, registered_on, season.newborn_window_days)
        return Cover(starts_on, last, starts_on)
    if registered_on <= season.ends_on:
        starts_on = max(first, birth_on)
        return Cover(starts_on, last, starts_on)
    starts_on = min(max(first, registered_on), last)
    if category in NO_WAITING or is_continuing or is_poor or not season.waiting_days:
        return Cover(starts_on, last, starts_on)
    return Cover(starts_on, last, starts_on + timedelta(days=season.waiting_days))
