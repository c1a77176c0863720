"""National values entered after the shipped files, and the stamp that tells every process that policy changed."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core import clock
from core.ranges import ends_after_start
from core.scope import EVERYONE, ScopedModel
from office.models import User
from policy.law import BOUNDS


class NationalValue(ScopedModel):
    """One value of one parameter of the law from a day on, entered by national staff and approved by a second person."""

    scope = EVERYONE

    class State(models.TextChoices):
        """Where the value stands."""

        WAITING = "waiting", _("待审批")
        APPROVED = "approved", _("已批准")
        REFUSED = "refused", _("已退回")
        WITHDRAWN = "withdrawn", _("已撤销")

    parameter = models.CharField(_("国家标准"), max_length=80)
    starts_on = models.DateField(_("生效日期"))
    ends_on = models.DateField(_("执行至"), null=True, blank=True)
    value = models.CharField(_("数值"), max_length=200)
    bound = models.CharField(_("约束方式"), max_length=10, choices=[(code, label) for code, label in BOUNDS.items()])
    document = models.CharField(_("文件"), max_length=100)
    clause = models.CharField(_("条款"), max_length=40, blank=True)
    words = models.CharField(_("原文"), max_length=300)
    state = models.CharField(_("状态"), max_length=10, choices=State.choices, default=State.WAITING)
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("录入人"))
    made_at = models.DateTimeField(_("录入时间"), default=clock.now)
    approved_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("批准人")
    )
    approved_at = models.DateTimeField(_("批准时间"), null=True, blank=True)
    withdrawn_at = models.DateTimeField(_("撤销时间"), null=True, blank=True)
    reason = models.CharField(_("退回或撤销理由"), max_length=500, blank=True)

    class Meta(ScopedModel.Meta):
        verbose_name = verbose_name_plural = _("国家标准录入")
        ordering = ["-pk"]
        constraints = [
            ends_after_start("national_value_ends_after_start", message=_("执行截止日期不能早于生效日期。")),
            models.UniqueConstraint(
                name="national_value_one_a_day",
                fields=["parameter", "starts_on"],
                condition=Q(state__in=["waiting", "approved"]),
                violation_error_message=_("这项标准自这一天起的数值已经录入。请先撤销原值。"),
            ),
            models.CheckConstraint(
                name="national_value_maker_is_not_approver",
                condition=Q(approved_by__isnull=True) | ~Q(approved_by=F("made_by")),
                violation_error_message=_("录入人不能批准自己录入的数值。请由另一人批准。"),
            ),
            models.CheckConstraint(
                name="national_value_is_cited",
                condition=~Q(document="") & ~Q(words=""),
                violation_error_message=_("国家标准须写明文件和原文。"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.parameter} {self.starts_on} {self.value}"


class PolicyRevision(ScopedModel):
    """One row with a stamp that every change of policy renews: what a process has worked out holds only for its stamp.

    A stamp and not a count: a change that is rolled back must not leave a number that a later change takes again.
    """

    scope = "nobody"

    id = models.SmallIntegerField(primary_key=True, default=1)
    stamp = models.UUIDField(_("修订标记"))

    class Meta(ScopedModel.Meta):
        verbose_name = verbose_name_plural = _("政策修订标记")
        constraints = [models.CheckConstraint(name="policy_revision_single", condition=Q(id=1))]
