"""The terms of one pooling area on one day: nation → province → pooling area, each value with its citations."""

from datetime import date, datetime
from uuid import UUID

from office.models import Region
from office.selectors import regions
from policy import national
from policy.models import LocalPolicySet
from policy.selectors import revision
from policy.selectors.law import law
from policy.selectors.revision import one_reading, reading_at
from policy.selectors.sets import sets_in_force, term_set
from policy.selectors.stretches import first_day_alike
from policy.terms import Term, Terms

__all__ = ["one_reading", "terms_for"]

KEEP = 20_000
_kept: dict[tuple[str, date], Terms] = {}
_kept_at: list[UUID | None] = [None]


def terms_for(area: Region, on: date, known_at: datetime | None = None) -> Terms:
    """Every term in force for a pooling area on a day; a value nobody set raises TermMissing when it is used.

    `known_at` answers as policy was known at a moment. Worked out once for each stretch of days on which nothing changes,
    and kept per process until policy changes.
    """
    if known_at is not None:
        return _resolve(area, on, known_at)
    stamp = revision.stamp()
    if _kept_at[0] != stamp or len(_kept) > KEEP:
        _kept.clear()
        _kept_at[0] = stamp
    found = _kept.get((area.code, on))
    if found is None:
        with reading_at(stamp):
            found = _kept[area.code, on] = _of_stretch(area, on).on_day(on)
    return found


def _of_stretch(area: Region, on: date) -> Terms:
    first = first_day_alike(area, on)
    found = _kept.get((area.code, first))
    if found is None:
        found = _kept[area.code, first] = _resolve(area, first, None)
    return found


def local_terms(area: Region, on: date, known_at: datetime | None = None) -> dict[str, Term]:
    """What the province and the area themselves have set, without what the law gives: this is held against the bounds."""
    province = regions.province(area, on)
    above = _laid(sets_in_force(province, on, known_at)) if province is not None and province.pk != area.pk else []
    return {term.name: term for term in [*above, *_laid(sets_in_force(area, on, known_at))]}


def _resolve(area: Region, on: date, known_at: datetime | None) -> Terms:
    province = regions.province(area, on)
    above: list[Term] = []
    if province is not None and province.pk != area.pk:
        above = _laid(sets_in_force(province, on, known_at))
    return national.resolve(
        area.code,
        on,
        _laid(sets_in_force(area, on, known_at)),
        province=above,
        province_code=province.code if province else "",
        law=law(known_at),
    )


def _laid(sets: list[LocalPolicySet]) -> list[Term]:
    """Terms of a full set and its supplements, later ones over earlier ones."""
    terms: dict[str, Term] = {}
    for policy_set in sets:
        terms.update(term_set(policy_set).terms)
    return list(terms.values())
