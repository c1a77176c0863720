"""What must be true of all reports: upper ones equal the sum below, figures equal a rebuild at their cut-off."""

from django.utils.translation import gettext_lazy as _

from core import verification
from reports.models import Submission
from reports.rules import definition as definitions
from reports.rules import sums
from reports.selectors import units
from reports.selectors.sources import Sources


def sums_at_fault() -> str | None:
    """The first summed report with a cell that is not the sum of the versions it added; None when all agree."""
    figures = dict(Submission.everywhere.values_list("pk", "figures"))
    for report in Submission.everywhere.filter(is_summed=True).order_by("period", "pk"):
        code = sums.first_difference(report.figures, [figures[pk] for pk in report.lower_ids])
        if code:
            return f"{report.number} {code}"
    return None


def rebuilds_at_fault() -> str | None:
    """The first base report whose settlement figures differ from the settlements known at its cut-off."""
    reports = Submission.everywhere.filter(is_summed=False).select_related("region").order_by("period", "pk")
    read: dict[tuple[int, int, object], dict[str, int]] = {}
    for report in reports:
        at = (report.region_id, report.period, report.cut_off)
        if at not in read:
            areas = units.pooling_areas(report.region, report.month.last)
            read[at] = Sources(areas, report.month, report.cut_off).claims_from_facts()
        for cell in report.cells.counted:
            section, _dot, name = cell.source.partition(".")
            if section == "claims" and report.figures.get(cell.code) != read[at][name]:
                return f"{report.number} {cell.code}: {report.figures.get(cell.code)} / {read[at][name]}"
    return None


def definitions_at_fault() -> str | None:
    """The first report whose definition was changed after it was built, or is gone."""
    kept = {
        (definition.code, version.number): version.digest
        for definition in definitions.load().values()
        for version in definition.versions
    }
    used = Submission.everywhere.values_list("definition", "definition_version", "definition_digest").distinct()
    for code, number, digest in used:
        if kept.get((code, number)) != digest:
            return f"{code} {number}"
    return None


def stale_at_fault() -> str | None:
    """The first accepted report that stands although a newer accepted version lies below it and nothing says so."""
    accepted = Submission.everywhere.filter(state="accepted").order_by("version")
    newest = {(row.definition, row.period, row.region_id): row.pk for row in accepted}
    of = {row.pk: (row.definition, row.period, row.region_id) for row in accepted}
    for report in Submission.everywhere.filter(is_summed=True, is_latest=True, stale_at=None).exclude(state="returned"):
        for pk in report.lower_ids:
            if newest.get(of[pk]) != pk:
                return f"{report.number} {pk}"
    return None


def register() -> None:
    """Called once when the app is ready."""
    verification.register("reports.sums", sums_at_fault, title=_("上级报表等于下级之和"))
    verification.register("reports.rebuild", rebuilds_at_fault, title=_("报表等于截止时间的重算"))
    verification.register("reports.definitions", definitions_at_fault, title=_("报表表式没有被改动"))
    verification.register("reports.stale", stale_at_fault, title=_("下级更正后上级待重编"))
