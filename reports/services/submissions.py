"""The life of a report: built, handed in, accepted or returned, corrected as a new version."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext as _

from core import audit, clock
from core.periods import Month
from core.refusal import Conflict, Forbidden, Refused
from funds.services.posting import settled_through
from office.models import Region, User
from office.services import numbering
from reports.codes import SubmissionState
from reports.models import Submission
from reports.rules import definition as definitions
from reports.rules import sums
from reports.rules.definition import Definition, Version
from reports.selectors import units
from reports.selectors.sources import Sources
from reports.services import chasing

# A report built again with all of these as they were is the same report: its cut-off stays.
_SAME = ("figures", "gaps", "missing", "lower_ids", "is_summed", "definition_digest", "due_on")
SETTLED_STATES = (SubmissionState.SUBMITTED, SubmissionState.ACCEPTED)


def definition(code: str) -> Definition:
    """A definition by code; refuses an unknown one."""
    try:
        return definitions.load()[code]
    except KeyError:
        raise Refused(_("没有名为 %(code)s 的报表。请从报表目录中选择。") % {"code": code}) from None


@transaction.atomic
def build(
    code: str,
    region: Region,
    month: Month,
    *,
    actor: User | None = None,
    tree: units.Tree | None = None,
    sources: Sources | None = None,
) -> Submission:
    """Build a region's report of a month, and give the version that stands.

    One that is not handed in is built anew in place; a returned one, or one that a correction below has made out of date,
    gets a new version; one that is handed in or accepted is given back as it is. Refuses a month that has not ended.
    """
    tree = tree or units.Tree(clock.today())
    unit = _unit(tree, region)
    _require_own(actor, region)
    _lock(code, region, month)
    latest = _latest(code, region, month)
    if latest is not None and latest.state in SETTLED_STATES and latest.stale_at is None:
        return latest
    if latest is not None and latest.state == SubmissionState.SUBMITTED:
        raise Refused(_("这份报表已报送，而下级已更正。请由上级先退回，再重新编制。"))
    correction = str(_("下级报表更正")) if latest is not None and latest.stale_at is not None else ""
    return _write(code, unit, tree, month, actor, latest, correction=correction, sources=sources)


@transaction.atomic
def correct(submission: Submission, *, actor: User, reason: str) -> Submission:
    """Build an accepted report again as a new version; the accepted one stays, locked, until the new one is accepted.

    Refuses a report that is not accepted, a missing reason, and figures that did not change.
    """
    reason = _words(reason, _("请写明更正原因。"))
    tree = units.Tree(clock.today())
    unit = _unit(tree, submission.region)
    _require_own(actor, submission.region)
    _lock(submission.definition, submission.region, submission.month)
    latest = _latest(submission.definition, submission.region, submission.month)
    if latest is None or latest.pk != submission.pk:
        raise Conflict(_("这份报表已有更新的版本。请打开最新版本。"))
    if latest.state != SubmissionState.ACCEPTED:
        raise Refused(_("只有已审定的报表需要更正。未报送的请重新编制，已报送的请由上级退回。"))
    made = _write(submission.definition, unit, tree, submission.month, actor, latest, correction=reason)
    if made.figures == latest.figures:
        raise Refused(_("重新编制的各项数与已审定的版本相同，没有需要更正的内容。"))
    return made


@transaction.atomic
def submit(submission: Submission, *, actor: User, note: str = "") -> Submission:
    """Hand a report in to the level above; what it counts is frozen from here on.

    Refuses a stale one, one whose equations do not hold, and one with lower reports missing unless a note says why.
    """
    found = _locked(submission)
    _require_own(actor, found.region)
    if found.state != SubmissionState.BUILT:
        raise Conflict(_("这份报表%(state)s，不能再次报送。请刷新页面。") % {"state": found.get_state_display()})
    if found.stale_at is not None:
        raise Refused(_("下级已更正报表，请先重新编制再报送。"))
    fault = found.cells.first_fault(found.figures)
    if fault is not None:
        raise Refused(
            _("表内关系不符：%(left)s 不等于 %(right)s。请核对基础数据后重新编制。")
            % {"left": _names(found, fault.left), "right": _names(found, fault.right)}
        )
    note = note.strip()[:500]
    if found.missing and not note:
        raise Refused(
            _("缺少 %(names)s 的报表。请催报后重新编制，或写明缺报说明再报送。")
            % {"names": "、".join(one["name"] for one in found.missing)},
            field="note",
        )
    found.state, found.note = SubmissionState.SUBMITTED, note
    found.submitted_by, found.submitted_at, found.submitted_on = actor, clock.now(), clock.today()
    found.save(update_fields=["state", "note", "submitted_by", "submitted_at", "submitted_on"])
    chasing.close(found, actor=actor, outcome=str(_("已报送 %(number)s")) % {"number": found.number})
    audit.record(actor, "reports.submission.submitted", found, reason=note)
    return found


@transaction.atomic
def accept(submission: Submission, *, actor: User, tree: units.Tree | None = None) -> Submission:
    """Accept a report that was handed in: it is locked from here on, and reports that added its earlier version are stale.

    The accepting person works for the level above (for the nation: the nation's own office), and neither built nor sent it.
    """
    tree = tree or units.Tree(clock.today())
    found = _decidable(submission, actor, tree)
    if found.stale_at is not None:
        raise Refused(_("下级在报送之后更正了报表。请退回重新编制。"))
    _require_sums(found)
    found.state, found.decided_by, found.decided_at, found.decided_on = (
        SubmissionState.ACCEPTED, actor, clock.now(), clock.today(),
    )  # fmt: skip
    found.save(update_fields=["state", "decided_by", "decided_at", "decided_on"])
    _mark_stale(found, tree)
    audit.record(actor, "reports.submission.accepted", found)
    return found


@transaction.atomic
def return_(submission: Submission, *, actor: User, reason: str) -> Submission:
    """Send a report back with a reason; the lower level builds a new version."""
    reason = _words(reason, _("请写明退回原因。"))
    found = _decidable(submission, actor, units.Tree(clock.today()))
    found.state, found.reason = SubmissionState.RETURNED, reason
    found.decided_by, found.decided_at, found.decided_on = actor, clock.now(), clock.today()
    found.save(update_fields=["state", "reason", "decided_by", "decided_at", "decided_on"])
    chasing.open_returned(found)
    audit.record(actor, "reports.submission.returned", found, reason=reason)
    return found


def lower_accepted(code: str, month: Month, regions: Iterable[Region]) -> dict[int, Submission]:
    """The accepted version that stands for each region: the newest accepted one, whatever is being corrected."""
    rows = Submission.everywhere.filter(
        definition=code, period=month.period, region__in=list(regions), state=SubmissionState.ACCEPTED
    ).order_by("version")
    return {row.region_id: row for row in rows}


# --- how a version is written ----------------------------------------------------------------------------------------


def _write(
    code: str,
    unit: units.Unit,
    tree: units.Tree,
    month: Month,
    actor: User | None,
    latest: Submission | None,
    *,
    correction: str,
    sources: Sources | None = None,
) -> Submission:
    version = definition(code).version_of(month)
    if version is None:
        raise Refused(_("这份报表从更晚的月份开始编制，%(month)s 没有表式。") % {"month": month})
    if month.last > clock.today():
        raise Refused(_("%(month)s 还没有结束，不能编制月报。请在月末之后编制。") % {"month": month})
    content = _base(version, unit.region, month, sources) if tree.is_base(unit) else _summed(code, tree, unit, month)
    content |= {
        "definition_version": version.number,
        "definition_digest": version.digest,
        "due_on": tree.due_on(unit.level, month),
        "built_by": actor,
        "built_at": clock.now(),
    }
    if latest is not None and latest.state == SubmissionState.BUILT:
        if latest.stale_at is None and all(getattr(latest, name) == content[name] for name in _SAME):
            return latest
        for name, value in content.items():
            setattr(latest, name, value)
        latest.stale_at = None
        latest.save()
        audit.record(actor, "reports.submission.built", latest)
        return latest
    if latest is not None:
        latest.is_latest = False
        latest.save(update_fields=["is_latest"])
    made = Submission.everywhere.create(
        number=numbering.next("submission", unit.region, month.last),
        definition=code,
        region=unit.region,
        period=month.period,
        version=latest.version + 1 if latest is not None else 1,
        correction=correction[:500],
        **content,
    )
    audit.record(actor, "reports.submission.built", made, reason=correction)
    return made


def _base(version: Version, region: Region, month: Month, sources: Sources | None) -> dict[str, Any]:
    read = sources or base_sources(region, month)
    found = {cell.code: read.figure(cell.source) for cell in version.counted}
    sections = {cell.source.partition(".")[0] for cell in version.counted}
    return {
        "figures": {code: value for code, value in found.items() if value is not None},
        "cut_off": read.cut_off,
        "gaps": [{"region": region.name, "text": text} for name, text in read.gaps.items() if name in sections],
        "is_summed": False,
        "lower_ids": [],
        "missing": [],
    }


def base_sources(region: Region, month: Month) -> Sources:
    """What a base unit's reports of a month are read from, known up to now."""
    return Sources(units.pooling_areas(region, month.last), month, settled_through())


def _summed(code: str, tree: units.Tree, unit: units.Unit, month: Month) -> dict[str, Any]:
    below = [one.region for one in tree.below(unit.region)]
    accepted = lower_accepted(code, month, below)
    if not accepted:
        raise Refused(_("%(month)s 还没有已审定的下级报表，不能汇总。请先审定下级报送的报表。") % {"month": month})
    lower = [accepted[region.pk] for region in below if region.pk in accepted]
    return {
        "figures": sums.added(one.figures for one in lower),
        "cut_off": max(one.cut_off for one in lower),
        "gaps": [gap for one in lower for gap in one.gaps],
        "is_summed": True,
        "lower_ids": [one.pk for one in lower],
        "missing": [
            *[{"code": region.code, "name": region.name} for region in below if region.pk not in accepted],
            *[gap for one in lower for gap in one.missing],
        ],
    }


# --- who may, and in what order --------------------------------------------------------------------------------------


def _unit(tree: units.Tree, region: Region) -> units.Unit:
    unit = tree.get(region)
    if unit is None:
        raise Refused(_("%(region)s 不编制月报：月报由市、省、国家三级编制。") % {"region": region.name})
    return unit


def _require_own(actor: User | None, region: Region) -> None:
    if actor is None:
        return
    if not actor.can("reports.submit"):
        raise Forbidden()
    if actor.region is None or actor.region.pk != region.pk:
        raise Refused(_("只能编制和报送本级的报表。请由 %(region)s 的统计人员办理。") % {"region": region.name})


def _decidable(submission: Submission, actor: User, tree: units.Tree) -> Submission:
    found = _locked(submission)
    if not actor.can("reports.accept"):
        raise Forbidden()
    unit = _unit(tree, found.region)
    place = unit.upper or unit.region
    if actor.region is None or actor.region.pk != place.pk:
        raise Refused(_("这份报表由 %(region)s 审定。请由上级经办机构办理。") % {"region": place.name})
    if found.state != SubmissionState.SUBMITTED:
        raise Conflict(_("这份报表%(state)s，不能审定。请刷新页面。") % {"state": found.get_state_display()})
    if actor.pk in (found.submitted_by_id, found.built_by_id):
        raise Refused(_("编制人和报送人不能审定自己的报表。请由另一位有权限的人员审定。"))
    return found


def _require_sums(submission: Submission) -> None:
    if not submission.is_summed:
        return
    lower = Submission.everywhere.filter(pk__in=submission.lower_ids)
    code = sums.first_difference(submission.figures, [one.figures for one in lower])
    if code:
        raise Refused(_("“%(cell)s”与下级之和不符。请退回重新汇总。") % {"cell": submission.cells.cell(code).name})


def _mark_stale(accepted: Submission, tree: units.Tree) -> None:
    """The level above added another version of this report, or none: say that it has to be built again."""
    unit = tree.get(accepted.region_id)
    if unit is None or unit.upper is None:
        return
    upper = (
        Submission.everywhere.select_for_update(of=("self",))
        .filter(definition=accepted.definition, period=accepted.period, region=unit.upper, is_latest=True)
        .exclude(lower_ids__contains=[accepted.pk])
        .first()
    )
    if upper is None or upper.state == SubmissionState.RETURNED or upper.stale_at is not None:
        return
    upper.stale_at = clock.now()
    upper.save(update_fields=["stale_at"])
    chasing.open_stale(upper)


def _latest(code: str, region: Region, month: Month) -> Submission | None:
    rows = Submission.everywhere.select_for_update(of=("self",)).select_related("region")
    return rows.filter(definition=code, region=region, period=month.period, is_latest=True).first()


def _locked(submission: Submission) -> Submission:
    rows = Submission.everywhere.select_for_update(of=("self",)).select_related("region")
    found = rows.get(pk=submission.pk)
    if not found.is_latest:
        raise Conflict(_("这份报表已有更新的版本。请打开最新版本。"))
    return found


def _lock(code: str, region: Region, month: Month) -> None:
    """One at a time builds a region's report of a month."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"report {code} {region.code} {month.period}"])


def _words(text: str, refusal: str) -> str:
    words = text.strip()[:500]
    if not words:
        raise Refused(refusal, field="reason")
    return words


def _names(submission: Submission, codes: Iterable[str]) -> str:
    return " + ".join(submission.cells.cell(code).name for code in codes)
