"""Terms of an area on a day and their stored snapshots; what a process has read once it keeps."""

from bisect import bisect_right
from datetime import date, timedelta
from functools import lru_cache

from django.db import transaction

from office.models import Region
from policy.models import LocalPolicySet, TermsSnapshot
from policy.selectors import revision
from policy.selectors import terms as resolution
from policy.selectors.law import law
from policy.selectors.revision import one_reading
from policy.services import snapshots
from policy.terms import Terms


def terms_for(pooling_area_id: int | None, on: date) -> Terms:
    """The terms in force in a pooling area on a day; resolved once for each stretch of days on which nothing changes."""
    with one_reading():
        return resolution.terms_for(area(pooling_area_id or 0), first_day_alike(on))


def first_day_alike(on: date) -> date:
    """The first day of the stretch around ``on`` on which every area's terms are the same as on that day.

    Terms change only where a value of the law or a local set begins or ends, where a document is issued, and on 1 January.
    """
    stamp = revision.stamp()
    if _changes_at[0] != stamp or not _changes:
        _changes[:] = _change_days()
        _changes_at[0] = stamp
    place = bisect_right(_changes, on)
    new_year = date(on.year, 1, 1)
    return max(_changes[place - 1], new_year) if place else new_year


_changes: list[date] = []
_changes_at: list[object] = [None]


def _change_days() -> list[date]:
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
    for effective_on, ends_on in LocalPolicySet.everywhere.values_list("effective_on", "ends_on"):
        days.add(effective_on)
        if ends_on:
            days.add(ends_on + after)
    return sorted(days)


def snapshot_id(terms: Terms) -> int:
    """The stored snapshot of these terms; stored when they are new."""
    known = _snapshots.get(terms.digest)
    if known is None:
        known = snapshots.store(terms).pk
        # Remembered only once it is really there: a transaction that fails takes its snapshot with it.
        transaction.on_commit(lambda: _snapshots.__setitem__(terms.digest, known))
    return known


_snapshots: dict[str, int] = {}


@lru_cache(maxsize=4096)
def area(region_id: int) -> Region:
    """A region by its id; its code never changes."""
    return Region.everywhere.only("id", "code", "name", "level").get(pk=region_id)


def region_code(region_id: int | None) -> str:
    """The code of a region for the audit trail."""
    return area(region_id).code if region_id else ""


def region_codes(region_ids: set[int]) -> dict[int, str]:
    """The codes of many regions, in one statement."""
    return dict(Region.everywhere.filter(pk__in=region_ids).values_list("pk", "code"))


def forget() -> None:
    """Drop what this process keeps; for tests that empty the database."""
    _snapshots.clear()
    _changes.clear()
    area.cache_clear()
    stored_terms.cache_clear()


@lru_cache(maxsize=256)
def stored_terms(snapshot_id: int) -> Terms:
    """The terms that a settlement was made under; snapshots never change."""
    return Terms.from_json(TermsSnapshot.everywhere.values_list("content", flat=True).get(pk=snapshot_id))
