"""Terms of an area on a day and their stored snapshots; what a process has read once it keeps."""

from datetime import date
from functools import lru_cache

from django.db import transaction

from office.models import Region
from policy.models import TermsSnapshot
from policy.selectors import stretches
from policy.selectors import terms as resolution
from policy.services import snapshots
from policy.terms import Terms


def terms_for(pooling_area_id: int | None, on: date) -> Terms:
    """The terms in force in a pooling area on a day."""
    return resolution.terms_for(area(pooling_area_id or 0), on)


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
    stretches.forget()
    area.cache_clear()
    stored_terms.cache_clear()


@lru_cache(maxsize=256)
def stored_terms(snapshot_id: int) -> Terms:
    """The terms that a settlement was made under; snapshots never change."""
    return Terms.from_json(TermsSnapshot.everywhere.values_list("content", flat=True).get(pk=snapshot_id))
