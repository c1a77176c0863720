"""Stretches of days on which nothing changes: the terms of one day are those of every day of its stretch."""

from bisect import bisect_right
from datetime import date, timedelta

from office.models import Region, RegionClosure
from policy.models import LocalPolicySet
from policy.selectors import revision
from policy.selectors.law import law

_kept: dict[str, list[date]] = {}
_kept_at: list[object] = [None]


def first_day_alike(area: Region, on: date) -> date:
    """The first day of the stretch around ``on`` on which the area's terms are the same as on that day.

    Terms change only where a value of the law or a local set begins or ends, where a document is issued, where the area comes
    under another region, and on 1 January. The days are kept per process until policy changes.
    """
    stamp = revision.stamp()
    if _kept_at[0] != stamp:
        _kept.clear()
        _kept_at[0] = stamp
    days = _kept.get(area.code)
    if days is None:
        days = _kept[area.code] = _change_days(area)
    place = bisect_right(days, on)
    new_year = date(on.year, 1, 1)
    return max(days[place - 1], new_year) if place else new_year


def forget() -> None:
    """Drop what this process keeps; for tests that empty the database."""
    _kept.clear()


def _change_days(area: Region) -> list[date]:
    days = _days_of_law()
    ranges = [
        *LocalPolicySet.everywhere.values_list("effective_on", "ends_on"),
        *RegionClosure.everywhere.filter(kind="administrative", descendant__code=area.code).values_list(
            "starts_on", "ends_on"
        ),
    ]
    for starts_on, ends_on in ranges:
        days.add(starts_on)
        if ends_on:
            days.add(ends_on + timedelta(days=1))
    return sorted(days)


def _days_of_law() -> set[date]:
    after = timedelta(days=1)
    law_now = law()
    days: set[date] = set()
    for parameter in law_now.parameters.values():
        for value in parameter.values:
            days.update(found for found in (value.starts_on, value.published) if found)
            days.update(found + after for found in (value.until, value.published) if found)
            if isinstance(value.value, date):  # the day of issue of a document that prints none
                days.update((value.value, value.value + after))
    for document in law_now.documents.values():
        for found in (document.issued_on, *(document.issued_between or ())):
            if found:
                days.update((found, found + after))
    return days
