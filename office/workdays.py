"""The working-day calendar: time limits count days on which the office is open."""

from datetime import date, timedelta

from office.models import Holiday


def is_working(day: date) -> bool:
    """Whether the office is open: a weekday that is no holiday, or a weekend day that is worked (调休)."""
    return _is_working(day, _exceptions(day, day))


def add(on: date, days: int) -> date:
    """The day that is ``days`` working days after ``on`` (before it when negative); 0 gives ``on`` or the next working day."""
    step = timedelta(days=-1 if days < 0 else 1)
    left = abs(days)
    margin = timedelta(days=left * 2 + 30)
    known = _exceptions(on - margin, on + margin)
    day = on
    if left == 0:
        while not _is_working(day, known):
            day += step
        return day
    while left:
        day += step
        if _is_working(day, known):
            left -= 1
    return day


def between(first: date, last: date) -> int:
    """How many working days lie after ``first`` up to and including ``last``; negative when ``last`` is past."""
    if last < first:
        return -between(last, first)
    known = _exceptions(first, last)
    return sum(_is_working(first + timedelta(days=n), known) for n in range(1, (last - first).days + 1))


def _exceptions(first: date, last: date) -> dict[date, bool]:
    return dict(Holiday.everywhere.filter(day__range=(first, last)).values_list("day", "is_working"))


def _is_working(day: date, known: dict[date, bool]) -> bool:
    return known.get(day, day.weekday() < 5)
