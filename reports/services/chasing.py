"""Work items of reports: what is late, was returned, or has to be built again because a lower level corrected."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from core import clock
from core.periods import Month
from office.models import User, WorkItem
from office.services import work
from policy import parameters
from reports.codes import SubmissionState
from reports.models import Submission
from reports.rules import definition as definitions
from reports.selectors import units

LATE, RETURNED, STALE = "reports.late", "reports.returned", "reports.stale"
KINDS = (LATE, RETURNED, STALE)
PERMISSION = "reports.submit"


def key_of(code: str, region_code: str, period: int) -> str:
    """The work items of one report of a region and month share this key."""
    return f"{code}:{region_code}:{period}"


@transaction.atomic
def chase(on: date | None = None, tree: units.Tree | None = None) -> int:
    """Open one item for each report that was due before today and is not handed in; a second run opens none again.

    Looks at the months of the last year. Returns how many reports are late.
    """
    today = on or clock.today()
    tree = tree or units.Tree(today)
    late = 0
    last = Month.of(today).previous()
    for month in [last.plus(-back) for back in range(12)]:
        days = {level: tree.due_on(level, month) for level in units.LEVELS}
        if not any(day is not None and day < today for day in days.values()):
            continue
        handed_in = set(
            Submission.everywhere.filter(
                period=month.period, state__in=[SubmissionState.SUBMITTED, SubmissionState.ACCEPTED]
            ).values_list("definition", "region_id")
        )
        for definition in definitions.load().values():
            if definition.version_of(month) is None:
                continue
            for unit in tree.in_order():
                day = days[unit.level]
                if day is None or day >= today or (definition.code, unit.region.pk) in handed_in:
                    continue
                late += 1
                work.open(
                    LATE,
                    key_of(definition.code, unit.code, month.period),
                    title=_("%(month)s %(report)s逾期未报（期限 %(day)s）")
                    % {"month": month, "report": definition.title, "day": day},
                    region=unit.region,
                    permission=PERMISSION,
                    due_on=day,
                    url=f"{reverse('reports:month')}?month={month}&definition={definition.code}",
                    reopen=True,
                )
    return late


def open_returned(submission: Submission) -> None:
    """Tell the lower level that its report came back."""
    _open(RETURNED, submission, _("%(month)s %(report)s被退回：%(reason)s") % _words(submission))


def open_stale(submission: Submission) -> None:
    """Tell a level that a report below it was corrected, or came after it had added up."""
    _open(STALE, submission, _("%(month)s %(report)s须重新汇总：下级报表有新的审定版本") % _words(submission))


def close(submission: Submission, *, actor: User, outcome: str) -> None:
    """Close what was open about a report of this region and month."""
    key = key_of(submission.definition, submission.region.code, submission.period)
    kinds = WorkItem.everywhere.filter(kind__in=KINDS, key=key, state=WorkItem.State.OPEN).values_list(
        "kind", flat=True
    )
    for kind in list(kinds):
        work.close(kind, key, actor=actor, outcome=outcome)


def _open(kind: str, submission: Submission, title: str) -> None:
    work.open(
        kind,
        key_of(submission.definition, submission.region.code, submission.period),
        title=title,
        region=submission.region,
        permission=PERMISSION,
        due_days=parameters.value("reports.correction_days", clock.today()),
        obj=submission,
        url=reverse("reports:submission_detail", args=[submission.number]),
        reopen=True,
    )


def _words(submission: Submission) -> dict[str, Any]:
    return {"month": submission.month, "report": submission.title, "reason": submission.reason}
