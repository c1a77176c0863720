"""Local policy sets in force on a day, as known at a moment."""

from datetime import date, datetime
from functools import lru_cache
from typing import Any

from django.db.models import Q, QuerySet

from core.ranges import on_day
from office.models import Region
from policy import vocabulary
from policy.models import LocalPolicySet, PolicyFinding
from policy.vocabulary import TermSet

Kind = LocalPolicySet.Kind


def approved(known_at: datetime | None = None) -> QuerySet[LocalPolicySet]:
    """Sets that were approved and not withdrawn, now or as known at a moment."""
    if known_at is None:
        return LocalPolicySet.everywhere.filter(state=LocalPolicySet.State.APPROVED)
    return LocalPolicySet.everywhere.filter(
        Q(withdrawn_at__isnull=True) | Q(withdrawn_at__gt=known_at), approved_at__lte=known_at
    )


def sets_in_force(region: Region | int, on: date, known_at: datetime | None = None) -> list[LocalPolicySet]:
    """The full set of a day (the latest that began) and the supplements to it, in the order they are laid over each other.

    A set that ended leaves a gap: the one before it does not come back.
    """
    number = region.pk if isinstance(region, Region) else region
    began = approved(known_at).filter(region_id=number, effective_on__lte=on)
    full = began.filter(kind=Kind.FULL).order_by("-effective_on", "-approved_at").first()
    if full is None or (full.ends_on is not None and full.ends_on < on):
        base: list[LocalPolicySet] = []
        since = date.min
    else:
        base, since = [full], full.effective_on
    supplements = began.filter(
        on_day(on, starts_on="effective_on"), kind=Kind.SUPPLEMENT, effective_on__gte=since
    ).order_by("effective_on", "approved_at")
    return [*base, *supplements]


@lru_cache(maxsize=512)
def _parsed(number: int, version: int, source: str) -> TermSet:
    return vocabulary.parse(LocalPolicySet.everywhere.values_list("content", flat=True).get(pk=number), source)


def term_set(policy_set: LocalPolicySet) -> TermSet:
    """The terms of a stored set; an approved one is read once per process."""
    if policy_set.state != LocalPolicySet.State.APPROVED:
        return vocabulary.parse(policy_set.content, f"{policy_set.name} ")
    # The approval's moment tells two databases' rows of one number apart (tests, a restored office).
    return _parsed(policy_set.pk, policy_set.version, f"{policy_set.name} {policy_set.approved_at} ")


def findings_open(staff: Any) -> QuerySet[PolicyFinding]:
    """The findings that still stand in the staff's area."""
    return (
        PolicyFinding.objects.visible_to(staff)
        .filter(state=PolicyFinding.State.OPEN)
        .select_related("policy_set__region")
    )
