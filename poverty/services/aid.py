"""Premium aid for the people of the ledger, worked out through the dues of the register."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, Q, Sum

from core import clock
from core.ranges import on_day
from enrollment.models import Due, Enrollment
from enrollment.services import dues
from office.models import Region, RegionClosure, User
from poverty.models import LedgerMember


@dataclass(frozen=True)
class AidResult:
    """People of the ledger whose dues are aided, the aid in fen over the years asked, and how many dues changed."""

    people: int
    aid_fen: int
    changed: int


def work_out(*, actor: User, area: Region, years: Sequence[int] | None = None) -> AidResult:
    """Work out the dues of everyone in the ledger of a region again, with the statuses they hold now.

    Years are the office's and the next unless given. Refuses (TermMissing) when an area has no standard for a year.
    """
    today = clock.today()
    chosen = list(years) if years is not None else [today.year, today.year + 1]
    below = RegionClosure.everywhere.filter(on_day(today), kind="scope", ancestor=area).values("descendant")
    people = list(
        LedgerMember.everywhere.filter(region__in=below, person__isnull=False)
        .values_list("person_id", flat=True)
        .distinct()
    )
    grouped: dict[tuple[int, int], list[int]] = defaultdict(list)
    for area_id, year, person_id in (
        Enrollment.everywhere.filter(person__in=people, year__in=chosen, in_force=True)
        .order_by("pooling_area_id", "year", "person_id")
        .values_list("pooling_area_id", "year", "person_id")
    ):
        grouped[area_id, year].append(person_id)
    areas = Region.everywhere.in_bulk({area_id for area_id, _year in grouped})
    # A list works out the dues of its own pooling area, and of none beside it.
    own = RegionClosure.everywhere.filter(on_day(today), kind="pooling", descendant__in=below).values("ancestor")
    allowed = set(Region.everywhere.filter(pk__in=own).values_list("pk", flat=True))
    changed = 0
    for (area_id, year), persons in sorted(grouped.items()):
        if area_id not in allowed:
            continue
        changed += dues.work_out(actor=actor, area=areas[area_id], year=year, persons=persons)
    sums = (
        Due.everywhere.filter(person__in=people, year__in=chosen, aid_fen__gt=0)
        .exclude(state="cancelled")
        .aggregate(people=Count("person", distinct=True), aid=Sum("aid_fen", filter=Q(aid_fen__gt=0)))
    )
    return AidResult(sums["people"], sums["aid"] or 0, changed)
