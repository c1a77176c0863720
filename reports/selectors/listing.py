"""What people see of reports: what is due, how a figure compares, who ranks where."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from django.db.models import QuerySet

from core import clock
from core.periods import Month
from office.models import Region, User
from reports.codes import Standing, SubmissionState
from reports.models import Submission
from reports.rules import sums
from reports.rules.definition import Cell, Definition
from reports.selectors import units

_PEOPLE = ("region", "built_by", "submitted_by", "decided_by")


def submissions(staff: User) -> QuerySet[Submission]:
    """All versions of all reports of the staff's area."""
    return Submission.objects.visible_to(staff).select_related(*_PEOPLE)


@dataclass(frozen=True)
class Line:
    """One unit's report of a month: the version that stands, if any, and when it is due."""

    unit: units.Unit
    report: Submission | None
    due_on: date | None

    @property
    def standing(self) -> str:
        return self.report.standing if self.report is not None else Standing.MISSING

    @property
    def label(self) -> str:
        return str(Standing(self.standing).label)

    @property
    def is_late(self) -> bool:
        if self.due_on is None:
            return False
        sent = self.report.submitted_on if self.report is not None else None
        return (sent or clock.today()) > self.due_on


def lines(staff: User, definition: Definition, month: Month, tree: units.Tree | None = None) -> list[Line]:
    """The staff's own unit and those below, upper ones first; in three or four statements."""
    tree = tree or units.Tree(clock.today())
    seen = set(Region.objects.visible_to(staff).filter(pk__in=list(tree.units)).values_list("pk", flat=True))
    rows = submissions(staff).filter(definition=definition.code, period=month.period, is_latest=True)
    reports = {row.region_id: row for row in rows}
    days = {level: tree.due_on(level, month) for level in units.LEVELS}
    found = []
    for unit in reversed(tree.in_order()):
        if unit.region.pk in seen:
            report = reports.get(unit.region.pk)
            found.append(Line(unit, report, report.due_on if report is not None else days[unit.level]))
    order = {level: place for place, level in enumerate(units.LEVELS)}
    return sorted(found, key=lambda line: (order[line.unit.level], line.unit.code))


def waiting(staff: User) -> QuerySet[Submission]:
    """Reports of the level below that wait for the staff's decision."""
    tree = units.Tree(clock.today())
    if staff.region is None:
        return Submission.objects.none()
    below = [unit.region.pk for unit in tree.below(staff.region)]
    own = tree.get(staff.region)
    if own is not None and own.level == "nation":
        below.append(own.region.pk)
    return submissions(staff).filter(region__in=below, state=SubmissionState.SUBMITTED, is_latest=True)


@dataclass(frozen=True)
class Figure:
    """One line of a report beside the month before, the same month a year ago, and the year to date."""

    cell: Cell
    value: int | Fraction | None
    before: int | Fraction | None
    year_ago: int | Fraction | None
    to_date: int | Fraction | None
    change: Fraction | None
    is_outlier: bool
    starts_group: bool


def figures(report: Submission) -> list[Figure]:
    """The report's lines with their comparisons: one statement for the reports of the year before and this one."""
    month = report.month
    rows = Submission.everywhere.filter(
        definition=report.definition,
        region=report.region_id,
        period__gte=month.plus(-12).period,
        period__lt=month.period,
    ).order_by("version")
    # The newest accepted version of a month counts, else the newest; later rows overwrite earlier ones.
    by_month: dict[int, Submission] = {}
    for row in sorted(rows, key=lambda one: (one.state == SubmissionState.ACCEPTED, one.version)):
        by_month[row.period] = row
    before, year_ago = by_month.get(month.previous().period), by_month.get(month.plus(-12).period)
    year = [by_month.get(Month(month.year, number).period) for number in range(1, month.month)]
    total = None if None in year else sums.added([*(one.figures for one in year if one is not None), report.figures])
    version, found, group = report.cells, [], ""
    for cell in version.cells:
        value, earlier = cell.value(report.figures), cell.value(before.figures) if before else None
        change = Fraction(value - earlier) / abs(Fraction(earlier)) if value is not None and earlier else None
        is_flow = not cell.is_at_end and (
            not cell.is_quotient or all(not version.cell(c).is_at_end for c in (*cell.numerator, *cell.denominator))
        )
        found.append(
            Figure(
                cell,
                value,
                earlier,
                cell.value(year_ago.figures) if year_ago else None,
                cell.value(total) if total is not None and is_flow else None,
                change,
                change is not None and abs(change) >= version.outlier_change,
                cell.group != group,
            )
        )
        group = cell.group
    return found


def lower(report: Submission) -> list[Submission]:
    """The versions a summed report adds up; the caller has come to the report through its scope."""
    return list(Submission.everywhere.filter(pk__in=report.lower_ids).select_related(*_PEOPLE).order_by("region__code"))


def versions(report: Submission) -> list[Submission]:
    """All versions of a report, newest first."""
    rows = Submission.everywhere.filter(definition=report.definition, region=report.region_id, period=report.period)
    return list(rows.select_related(*_PEOPLE).order_by("-version"))


def months(staff: User) -> list[Month]:
    """The months to choose from: the last twelve that ended, newest first."""
    last = Month.of(clock.today())
    if last.last > clock.today():
        last = last.previous()
    return [last.plus(-back) for back in range(12)]


def trend(region: Region, code: str, cell: Cell, last: Month) -> list[tuple[Month, int | Fraction | None, str]]:
    """A region's figure over twelve months up to `last`, with the number of the report it stands in."""
    first = last.plus(-11)
    rows = Submission.everywhere.filter(
        definition=code, region=region, period__gte=first.period, period__lte=last.period
    ).order_by("version")
    by_month = {
        row.period: row for row in sorted(rows, key=lambda one: (one.state == SubmissionState.ACCEPTED, one.version))
    }
    return [
        (month, cell.value(by_month[month.period].figures), by_month[month.period].number)
        if month.period in by_month
        else (month, None, "")
        for month in (first.plus(number) for number in range(12))
    ]


def ranking(reports: Sequence[Submission], cell: Cell) -> list[tuple[Submission, int | Fraction]]:
    """Reports by a figure, largest first; those without it are left out."""
    known: list[tuple[Submission, Any]] = [(one, cell.value(one.figures)) for one in reports]
    return sorted(
        [(one, value) for one, value in known if value is not None], key=lambda pair: (-pair[1], pair[0].region.code)
    )
