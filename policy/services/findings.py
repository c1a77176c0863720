"""Findings 「待补充文件提高」: values of sets in force that a bound of the law asks to be raised."""

from datetime import date

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from core import audit, clock
from office.models import Region, User
from office.selectors import regions
from policy import bounds
from policy.bounds import Shortfall
from policy.models import LocalPolicySet, PolicyFinding
from policy.selectors.law import law
from policy.selectors.sets import approved, sets_in_force
from policy.selectors.terms import local_terms
from policy.terms import Term


def shortfalls_of(region: Region, terms: dict[str, Term], on: date, published_by: date) -> list[Shortfall]:
    """The bounds that an area's terms break: in force on a day, published by a day."""
    if region.level == "province":
        # A province's set is a part: it is held to what it says, its areas to what is missing.
        return [short for short in _shortfalls(region, region.code, terms, on, published_by) if short.term in terms]
    province = regions.province(region, on)
    return _shortfalls(region, province.code if province else "", terms, on, published_by)


def _shortfalls(
    region: Region, province_code: str, terms: dict[str, Term], on: date, published_by: date
) -> list[Shortfall]:
    income = regions.attribute(region, "per_capita_income", on)
    return bounds.shortfalls(
        law(),
        terms,
        on,
        published_by,
        province_code,
        int(income) if income and income.isdigit() else None,
    )


@transaction.atomic
def recompute(on: date, *, actor: User | None = None, region: Region | None = None) -> dict[str, int]:
    """Open what falls short on a day and close what no longer does; running it again changes nothing.

    For one area, for all in the actor's area, or (a job, without an actor) for all. Gives the numbers opened, closed and still open.
    """
    standing = PolicyFinding.everywhere.filter(state=PolicyFinding.State.OPEN)
    areas = Region.everywhere.filter(
        Q(pk__in=approved().values("region")) | Q(pk__in=standing.values("policy_set__region"))
    ).order_by("code")
    if region is not None:
        areas = areas.filter(pk=region.pk)
    if actor is not None and region is None:
        areas = areas.filter(actor.region_filter("pk"))
    counts = {"opened": 0, "closed": 0, "open": 0}
    for area in areas:
        _recompute_area(area, on, actor, counts)
    return counts


def _recompute_area(area: Region, on: date, actor: User | None, counts: dict[str, int]) -> None:
    sets = sets_in_force(area, on)
    standing = list(PolicyFinding.everywhere.filter(policy_set__region=area, state=PolicyFinding.State.OPEN))
    found: dict[tuple[int, str, str, str], Shortfall] = {}
    if sets:
        for short in shortfalls_of(area, local_terms(area, on), on, on):
            found[sets[0].pk, short.parameter, short.document, short.clause] = short
    for finding in standing:
        key = (finding.policy_set_id, finding.parameter, finding.document, finding.clause)
        still = found.pop(key) if key in found else None
        if still is None:
            _close(finding, on, actor, _outcome(finding.policy_set, sets, on))
            counts["closed"] += 1
            continue
        counts["open"] += 1
        if (still.local_value, still.bound_value) != (finding.local_value, finding.bound_value):
            finding.local_value, finding.bound_value, finding.difference = (
                still.local_value,
                still.bound_value,
                still.difference,
            )
            finding.save(update_fields=["local_value", "bound_value", "difference"])
    for (number, *_rest), short in found.items():
        made = PolicyFinding.everywhere.create(
            policy_set_id=number,
            found_on=on,
            **{field: getattr(short, field) for field in FIELDS},
        )
        audit.record(actor, "policy.finding.opened", made, region_code=area.code)
        counts["opened"] += 1
        counts["open"] += 1


FIELDS = (
    "parameter", "name", "term", "bound", "document", "clause", "words", "local_value", "bound_value", "difference",
)  # fmt: skip


def _close(finding: PolicyFinding, on: date, actor: User | None, outcome: str) -> None:
    finding.state = PolicyFinding.State.CLOSED
    finding.closed_on, finding.outcome = on, outcome
    finding.save(update_fields=["state", "closed_on", "outcome"])
    audit.record(actor, "policy.finding.closed", finding, reason=outcome, region_code=finding.policy_set.region.code)


def _outcome(policy_set: LocalPolicySet, sets: list[LocalPolicySet], on: date) -> str:
    if policy_set not in sets:
        return _("该标准在 %(on)s 已不执行") % {"on": on}
    if len(sets) > 1:
        return _("补充文件已提高到规定标准")
    return _("规定已不再要求")


def recompute_today(*, actor: User | None = None) -> dict[str, int]:
    """Recompute for the office's day."""
    return recompute(clock.today(), actor=actor)
