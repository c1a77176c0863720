"""Risk warnings: an area's month is assessed by every indicator, graded, kept by version, and handled to its end."""

import hashlib
import json
from datetime import date
from fractions import Fraction
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from core import audit, clock
from core.periods import Month
from core.refusal import Conflict, Forbidden, Refused
from funds import indicators
from funds.codes import WarningGrade, WarningState
from funds.indicators import Indicator
from funds.models import Book, RiskWarning, WarningStep
from funds.rules import grading
from funds.rules.grading import Threshold
from funds.selectors.readings import READINGS, Reading, Situation
from office.models import Region
from office.services import work
from policy import selectors as policy
from policy.law import ParameterMissing

WORK = "funds.warning"
SERIOUS = (WarningGrade.ORANGE, WarningGrade.RED)
# Working days that the office has for a first answer to a serious warning; the list shows what is late.
ANSWER_DAYS = 10
STEPS = {
    WarningState.OPEN: (WarningState.ASSESSED,),
    WarningState.ASSESSED: (WarningState.PLANNED, WarningState.CLOSED),
    WarningState.PLANNED: (WarningState.PLANNED, WarningState.CLOSED),
    WarningState.CLOSED: (),
}


@transaction.atomic
def assess(area: Region, month: Month, actor: Any = None) -> list[RiskWarning]:
    """Reads and grades every indicator of the area's month; returns what stands now.

    Unchanged inputs write nothing. Changed inputs make the next version; the earlier one stays as it was read. Refuses
    a month that has not begun.
    """
    if actor is not None and not (actor.can_any("funds.warning", "funds.post") and actor.may_see(area)):
        raise Forbidden()
    if month.first > clock.today():
        raise Refused(_("%(month)s 还没有开始，不能评估。请选择已开始的月份。") % {"month": month})
    # Two runs for one area wait for each other, so that a version is written once.
    list(Region.everywhere.select_for_update(of=("self",)).filter(pk=area.pk))
    standing = {
        warning.indicator: warning
        for warning in RiskWarning.everywhere.filter(pooling_area=area, period=month.period, is_latest=True)
    }
    at = Situation(area, month)
    fresh, replaced = [], []
    with policy.one_reading():
        for indicator in indicators.catalogue().values():
            if not indicator.holds_in(area.code):
                continue
            made = _judge(indicator, at)
            earlier = standing.get(indicator.code)
            if earlier is not None and earlier.inputs_digest == made.inputs_digest:
                continue
            if earlier is not None:
                replaced.append(earlier.pk)
                _carry(earlier, made)
            fresh.append(made)
    RiskWarning.everywhere.filter(pk__in=replaced).update(is_latest=False)
    for made in RiskWarning.everywhere.bulk_create(fresh):
        standing[made.indicator] = made
        _put_to_work(made)
    if fresh:
        audit.record(actor, "funds.warning.assessed", area, changes={str(month): [None, len(fresh)]})
    return [standing[code] for code in indicators.catalogue() if code in standing]


def _judge(indicator: Indicator, at: Situation) -> RiskWarning:
    """One indicator read and graded; a threshold that the law does not give on that day is missing input too."""
    reading = READINGS[indicator.reading](at, indicator)
    lines: list[Threshold] = []
    try:
        lines = [_threshold(line, at.month.last) for line in indicator.thresholds]
        crossed: Threshold | None = None
        grade = str(WarningGrade.MISSING)
        if reading.value is not None:
            grade, crossed = grading.grade(reading.value, lines)
    except ParameterMissing as missing:
        grade, crossed = str(WarningGrade.MISSING), None
        reading = Reading(missing=str(missing)[:200], evidence=reading.evidence)
    warning = RiskWarning(
        pooling_area=at.area,
        period=at.month.period,
        indicator=indicator.code,
        numerator=reading.numerator,
        denominator=reading.denominator,
        threshold={"lines": [_shown(line) for line in lines], "crossed": _shown(crossed) if crossed else None},
        grade=grade,
        missing=reading.missing,
        evidence={"formula": indicator.formula, "source": indicator.source, "facts": list(reading.evidence)},
        read_at=clock.now(),
    )
    warning.inputs_digest = _digest(warning)
    return warning


def _threshold(line: indicators.Line, on: date) -> Threshold:
    if not line.parameter:
        return Threshold(line.grade, line.side, Fraction(line.value or 0), line.source, True, line.says)
    entry = policy.entry(line.parameter, on)
    source = entry.citation or entry.local
    return Threshold(
        line.grade, line.side, Fraction(entry.value), source, not entry.confirm, line.says, parameter=line.parameter
    )


def _shown(line: Threshold) -> dict[str, Any]:
    return {
        "grade": line.grade,
        "side": line.side,
        "value": [line.value.numerator, line.value.denominator],
        "source": line.source,
        "confirm": not line.is_confirmed,
        "says": line.says,
        "parameter": line.parameter,
    }


def _digest(warning: RiskWarning) -> str:
    """What the version depends on: figures, thresholds with their sources, what was missing. Not addresses or moments."""
    facts = [{name: fact[name] for name in fact if name != "url"} for fact in warning.evidence["facts"]]
    content = [warning.numerator, warning.denominator, warning.threshold, warning.missing, facts]
    return hashlib.sha256(json.dumps(content, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def _carry(earlier: RiskWarning, made: RiskWarning) -> None:
    """The next version goes on with the handling; one that is worse than before begins anew."""
    made.version = earlier.version + 1
    ranks = grading.ORDER
    worse = (
        made.grade in ranks
        and (earlier.grade not in ranks or ranks.index(made.grade) > ranks.index(earlier.grade))
        and made.grade != WarningGrade.NONE
    )
    if not worse:
        made.state, made.owner, made.due_on = earlier.state, earlier.owner, earlier.due_on


def _key(warning: RiskWarning) -> str:
    return f"{warning.pooling_area.code}-{warning.period}-{warning.indicator}"


def _put_to_work(warning: RiskWarning) -> None:
    if warning.grade in SERIOUS and warning.state == WarningState.OPEN:
        name = indicators.catalogue()[warning.indicator].name
        work.open(
            WORK,
            _key(warning),
            title=_("%(month)s %(name)s：%(grade)s预警")
            % {"month": Month.from_period(warning.period), "name": name, "grade": warning.get_grade_display()},
            region=warning.pooling_area,
            permission="funds.warning",
            due_days=ANSWER_DAYS,
            obj=warning,
            url=reverse("funds:warning_detail", args=[warning.pk]),
            reopen=True,
        )
    elif warning.version > 1 and warning.grade not in SERIOUS:
        work.cancel(WORK, _key(warning), actor=None, outcome=_("重新评估后不再是橙色或红色"))


@transaction.atomic
def step(*, actor: Any, warning: RiskWarning, state: str, text: str, due_on: date | None = None) -> WarningStep:
    """One step of the handling: 评估 → 预案 → 关闭. Who takes the first step owns the warning.

    Refuses a replaced version, a step out of order, no words, a deadline that has passed.
    """
    if not actor.can("funds.warning"):
        raise Forbidden()
    held = RiskWarning.objects.visible_to(actor).select_for_update(of=("self",)).filter(pk=warning.pk).first()
    if held is None:
        raise Refused(_("找不到这条预警，或它不在您的辖区内。"), code="not_found")
    if not held.is_latest:
        raise Conflict()
    if state not in STEPS[WarningState(held.state)]:
        raise Refused(
            _("预警现在是“%(now)s”，不能做这一步。请刷新后按 评估、预案、关闭 的顺序处置。")
            % {"now": held.get_state_display()}
        )
    if not text.strip():
        raise Refused(_("请写明处置内容。"), field="text")
    if state == WarningState.PLANNED and due_on is None:
        raise Refused(_("预案须有完成期限。请填写期限。"), field="due_on")
    if due_on is not None and due_on < clock.today():
        raise Refused(_("期限不能早于今天。请改填期限。"), field="due_on")
    held.state = state
    held.owner = held.owner or actor
    held.due_on = due_on or held.due_on
    held.save(update_fields=["state", "owner", "due_on"])
    made = WarningStep.everywhere.create(warning=held, state=state, text=text.strip(), due_on=due_on, made_by=actor)
    audit.record(
        actor, "funds.warning.step", held, reason=text.strip()[:200], changes={str(_("处置状态")): ["", state]}
    )
    if state == WarningState.CLOSED:
        work.close(WORK, _key(held), actor=actor, outcome=text.strip()[:200])
    return made


def areas() -> list[Region]:
    """The areas that have books, in order of their codes."""
    return list(Region.everywhere.filter(pk__in=Book.everywhere.values("pooling_area_id")).order_by("code"))
