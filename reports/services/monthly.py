"""The month's end: coverage counted, warnings assessed, reports built level by level, and handed up where hands are given."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from django.db import transaction
from django.utils.translation import gettext as _

from claims.services import summaries
from core import clock
from core.periods import Month
from core.refusal import Refused
from funds.models import Book
from funds.services import warnings
from office.models import User
from poverty.services import coverage
from reports.codes import SubmissionState
from reports.models import Submission
from reports.rules import definition as definitions
from reports.selectors import units
from reports.selectors.sources import Sources
from reports.services import chasing, submissions, workbooks

Hands = Mapping[str, tuple[User, User]]


@dataclass
class MonthEnd:
    """What a run did: reports built, handed in and accepted by it, those that stood already, and those that could not be."""

    built: int = 0
    submitted: int = 0
    accepted: int = 0
    unchanged: int = 0
    missing: list[str] = field(default_factory=list)
    files: list[Path] = field(default_factory=list)


def month_end(
    month: Month,
    *,
    actor: User | None = None,
    hands: Hands | None = None,
    recount: bool = True,
    warn: bool = True,
    progress: Callable[[int, int, str], None] | None = None,
) -> MonthEnd:
    """Run a month's end for all units, those below before those above; a second run changes nothing.

    `hands` names for a region's code who hands its report in and who of the level above accepts it; reports of other
    regions are built and wait. What was accepted or handed in before is left as it is. Refuses a month that has not ended.
    """
    if month.last > clock.today():
        raise Refused(_("%(month)s 还没有结束，不能办理月结。请在月末之后办理。") % {"month": month})
    tree = units.Tree(clock.today())
    order = tree.in_order()
    summaries.fold()
    if recount:
        _recount(tree, month, actor)
    if warn:
        for book in Book.everywhere.filter(fund="basic", opened_on__lte=month.last).select_related("pooling_area"):
            warnings.assess(book.pooling_area, month, actor=actor)
    found = MonthEnd()
    for done, unit in enumerate(order):
        if progress is not None:
            progress(done, len(order), unit.region.name)
        read: Sources | None = None
        for code, definition in definitions.load().items():
            if definition.version_of(month) is None:
                continue
            if tree.is_base(unit) and read is None:
                read = submissions.base_sources(unit.region, month)
            _one(found, code, unit, tree, month, (hands or {}).get(unit.code), read)
    chasing.chase(tree=tree)
    return found


def _one(
    found: MonthEnd,
    code: str,
    unit: units.Unit,
    tree: units.Tree,
    month: Month,
    pair: tuple[User, User] | None,
    read: Sources | None,
) -> None:
    started = clock.now()
    before = Submission.everywhere.filter(
        definition=code, region=unit.region, period=month.period, is_latest=True
    ).values_list("pk", "state", "stale_at").first()  # fmt: skip
    if before is not None and before[1] != SubmissionState.BUILT and before[2] is None:
        # Handed in, accepted, or returned: people go on from here, not the month's end.
        found.unchanged += 1
        report = Submission.everywhere.select_related("region", "submitted_by", "decided_by").get(pk=before[0])
    else:
        try:
            report = submissions.build(code, unit.region, month, tree=tree, sources=read)
        except Refused as refusal:
            found.missing.append(f"{unit.region.name} {definitions.load()[code].title}：{refusal}")
            return
        if report.built_at >= started:
            found.built += 1
        else:
            found.unchanged += 1
    if pair is not None:
        report = _hand_up(found, report, tree, pair)
    if report.state == SubmissionState.ACCEPTED:
        found.files.append(workbooks.write(report))


def _hand_up(found: MonthEnd, report: Submission, tree: units.Tree, pair: tuple[User, User]) -> Submission:
    submits, accepts = pair
    with transaction.atomic():
        if report.state == SubmissionState.BUILT and not report.missing:
            report = submissions.submit(report, actor=submits)
            found.submitted += 1
        if report.state == SubmissionState.SUBMITTED:
            report = submissions.accept(report, actor=accepts, tree=tree)
            found.accepted += 1
    return report


def _recount(tree: units.Tree, month: Month, actor: User | None) -> None:
    """Count the poor's coverage as of the month's last day, for the reports of base units."""
    for unit in tree.in_order():
        if tree.is_base(unit):
            for area in units.pooling_areas(unit.region, month.last):
                coverage.rebuild(actor=actor, area=area, on=month.last)
