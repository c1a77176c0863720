"""A report of one area and month, in versions; its cells freeze when it is handed in and never change after acceptance."""

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core import clock
from core.periods import Month
from core.scope import ScopedModel
from core.triggers import ERROR_CODE, no_truncate
from reports.codes import Standing, SubmissionState
from reports.rules import definition as definitions
from reports.rules.definition import Definition, Version

# What may still move when a report has been handed in: the decision about it. When it has been accepted: only whether a
# newer version stands, and since when a correction below makes it out of date.
_DECISION = ["state", "decided_by_id", "decided_at", "decided_on", "reason", "is_latest", "stale_at"]
_STANDING = ["is_latest", "stale_at"]


def _rest(row: str, columns: list[str]) -> str:
    names = ", ".join(f"'{name}'" for name in columns)
    return f"(to_jsonb({row}) - ARRAY[{names}])"


_FREEZE = f"""
    IF OLD.state <> 'built' AND {_rest("NEW", _DECISION)} IS DISTINCT FROM {_rest("OLD", _DECISION)} THEN
        RAISE EXCEPTION USING ERRCODE = '{ERROR_CODE}', MESSAGE = '已报送的报表不能修改，请更正为新版本';
    END IF;
    IF OLD.state IN ('accepted', 'returned') AND {_rest("NEW", _STANDING)} IS DISTINCT FROM {_rest("OLD", _STANDING)} THEN
        RAISE EXCEPTION USING ERRCODE = '{ERROR_CODE}', MESSAGE = '已审定或已退回的报表不能修改，请更正为新版本';
    END IF;
    IF NEW.state = 'accepted' AND OLD.state NOT IN ('submitted', 'accepted') THEN
        RAISE EXCEPTION USING ERRCODE = '{ERROR_CODE}', MESSAGE = '报表须先报送再审定';
    END IF;
    RETURN NEW;
"""

# The sum of the lower reports is looked at by the database itself whenever an upper one is handed in or accepted.
_SUM = f"""
    IF NEW.is_summed AND NEW.state IN ('submitted', 'accepted') THEN
        IF EXISTS (
            SELECT FROM (
                SELECT cell.key, sum(cell.value::numeric) AS figure
                FROM reports_submission lower, jsonb_each_text(lower.figures) AS cell
                WHERE lower.id = ANY (NEW.lower_ids) GROUP BY cell.key) AS summed
            FULL JOIN jsonb_each_text(NEW.figures) AS own ON own.key = summed.key
            WHERE own.value::numeric IS DISTINCT FROM summed.figure) THEN
            RAISE EXCEPTION USING ERRCODE = '{ERROR_CODE}', MESSAGE = '上级报表与所汇总的下级报表之和不符';
        END IF;
    END IF;
    RETURN NEW;
"""  # noqa: S608 - a constant of this module


class Submission(ScopedModel):
    """One version of one report of a region and a month.

    `figures` holds the counted cells (people, visits, fen); quotients are made of them when shown. What was recorded after
    `cut_off` is not in them. A summed report names the lower versions it adds in `lower_ids`.
    """

    scope = "region"

    number = models.CharField(_("报表编号"), max_length=32, unique=True)
    definition = models.CharField(_("报表"), max_length=30)
    definition_version = models.PositiveSmallIntegerField(_("表式版本"))
    definition_digest = models.CharField(_("表式摘要"), max_length=64)
    region = models.ForeignKey("office.Region", models.PROTECT, verbose_name=_("地区"), related_name="+")
    period = models.PositiveIntegerField(_("月份"))
    version = models.PositiveSmallIntegerField(_("版本"), default=1)
    is_latest = models.BooleanField(_("最新版本"), default=True)
    state = models.CharField(_("状态"), max_length=10, choices=SubmissionState, default=SubmissionState.BUILT)
    is_summed = models.BooleanField(_("由下级汇总"), default=False)
    lower_ids = ArrayField(models.BigIntegerField(), verbose_name=_("所汇总的下级报表"), default=list, blank=True)
    missing = models.JSONField(_("缺报的下级"), default=list, blank=True)
    gaps = models.JSONField(_("缺少的数据"), default=list, blank=True)
    figures = models.JSONField(_("指标值"), default=dict)
    cut_off = models.DateTimeField(_("数据截止时间"))
    due_on = models.DateField(_("报送期限"), null=True, blank=True)
    stale_at = models.DateTimeField(_("下级更正时间"), null=True, blank=True)
    correction = models.CharField(_("更正说明"), max_length=500, blank=True)
    note = models.CharField(_("报送说明"), max_length=500, blank=True)
    built_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, verbose_name=_("编制人"), related_name="+"
    )
    built_at = models.DateTimeField(_("编制时间"), default=clock.now)
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, verbose_name=_("报送人"), related_name="+"
    )
    submitted_at = models.DateTimeField(_("报送时间"), null=True, blank=True)
    submitted_on = models.DateField(_("报送日期"), null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, verbose_name=_("审定人"), related_name="+"
    )
    decided_at = models.DateTimeField(_("审定时间"), null=True, blank=True)
    decided_on = models.DateField(_("审定日期"), null=True, blank=True)
    reason = models.CharField(_("退回原因"), max_length=500, blank=True)

    class Meta(ScopedModel.Meta):
        verbose_name = verbose_name_plural = _("报表")
        constraints = [
            models.UniqueConstraint(
                fields=["definition", "region", "period", "version"], name="submission_version_once"
            ),
            models.UniqueConstraint(
                fields=["definition", "region", "period"], condition=Q(is_latest=True), name="submission_one_latest"
            ),
            models.CheckConstraint(
                name="submission_decided_by_another",
                condition=Q(decided_by__isnull=True)
                | (~Q(decided_by=F("submitted_by")) & (Q(built_by__isnull=True) | ~Q(decided_by=F("built_by")))),
                violation_error_message=_("编制人和报送人不能审定自己的报表。请由上级的另一位人员审定。"),
            ),
            models.CheckConstraint(
                name="submission_handed_in_by_someone",
                condition=Q(state="built") | Q(submitted_by__isnull=False, submitted_at__isnull=False),
                violation_error_message=_("报表须先报送。"),
            ),
            models.CheckConstraint(
                name="submission_returned_with_reason",
                condition=~Q(state="returned") | ~Q(reason=""),
                violation_error_message=_("退回报表须写明原因。"),
            ),
        ]
        indexes = [
            models.Index(fields=["definition", "period", "region"], name="submission_month"),
            models.Index(fields=["region", "state"], name="submission_region_state"),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="freeze", level=pgtrigger.Row, when=pgtrigger.Before, operation=pgtrigger.Update, func=_FREEZE
            ),
            pgtrigger.Trigger(
                name="sums_agree",
                level=pgtrigger.Row,
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                func=_SUM,
            ),
            pgtrigger.Trigger(
                name="no_delete",
                level=pgtrigger.Row,
                when=pgtrigger.Before,
                operation=pgtrigger.Delete,
                func=f"RAISE EXCEPTION USING ERRCODE = '{ERROR_CODE}', MESSAGE = '报表不能删除';",
            ),
            no_truncate(),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def month(self) -> Month:
        return Month.from_period(self.period)

    @property
    def definition_of(self) -> Definition:
        return definitions.load()[self.definition]

    @property
    def cells(self) -> Version:
        """The version of the definition that these figures were built with."""
        return self.definition_of.version(self.definition_version)

    @property
    def title(self) -> str:
        return self.definition_of.title

    @property
    def is_late(self) -> bool:
        """Handed in after the day it was due, or not yet and the day has passed."""
        return self.due_on is not None and (self.submitted_on or clock.today()) > self.due_on

    @property
    def standing(self) -> str:
        """The state, or that a correction below asks for a new version."""
        return Standing.REBUILD if self.stale_at is not None and self.is_latest else self.state

    @property
    def standing_label(self) -> str:
        return str(Standing(self.standing).label)
