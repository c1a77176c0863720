"""Approvals: what one person made and another must agree to."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core import clock
from core.fields import FenField
from core.scope import ScopedModel
from office.models.regions import Region
from office.models.staff import User


class Approval(ScopedModel):
    """One request for a second person's decision about exactly one content of one object."""

    scope = "region"

    class State(models.TextChoices):
        """Where the request stands."""

        WAITING = "waiting", _("待审批")
        APPROVED = "approved", _("已同意")
        REFUSED = "refused", _("已退回")
        WITHDRAWN = "withdrawn", _("已撤回")
        VOID = "void", _("已失效")

    kind = models.CharField(_("事项"), max_length=60)
    title = models.CharField(_("标题"), max_length=200)
    object_type = models.CharField(_("对象类型"), max_length=60)
    object_id = models.CharField(_("对象编号"), max_length=40)
    content = models.JSONField(_("申请内容"), default=dict)
    before = models.JSONField(_("变更前内容"), default=dict, blank=True)
    content_hash = models.CharField(_("内容摘要"), max_length=64)
    permission = models.CharField(_("审批权限"), max_length=60)
    region = models.ForeignKey(Region, models.PROTECT, related_name="+", verbose_name=_("审批地区"))
    amount_fen = FenField(_("金额"), default=0)
    reason = models.CharField(_("申请理由"), max_length=500, blank=True)
    url = models.CharField(_("对象页面"), max_length=200, blank=True)
    maker = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("经办人"))
    made_at = models.DateTimeField(_("提交时间"), default=clock.now)
    due_on = models.DateField(_("办理期限"), null=True, blank=True)
    checker = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("审批人"))
    decided_at = models.DateTimeField(_("办结时间"), null=True, blank=True)
    decision_reason = models.CharField(_("审批意见"), max_length=500, blank=True)
    state = models.CharField(_("状态"), max_length=10, choices=State.choices, default=State.WAITING)

    class Meta(ScopedModel.Meta):
        verbose_name = verbose_name_plural = _("审批")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                name="approval_maker_is_not_checker",
                condition=Q(checker__isnull=True) | ~Q(checker=F("maker")),
                violation_error_message=_("经办人不能审批自己提交的事项。请由另一位有权限的人员审批。"),
            ),
            models.CheckConstraint(
                name="approval_decision_has_checker",
                condition=Q(state__in=["waiting", "withdrawn", "void"])
                | Q(checker__isnull=False, decided_at__isnull=False),
                violation_error_message=_("已办结的审批须有审批人和办结时间。"),
            ),
            models.UniqueConstraint(
                name="approval_one_waiting",
                fields=["kind", "object_type", "object_id"],
                condition=Q(state="waiting"),
                violation_error_message=_("该事项已在审批中。"),
            ),
        ]
        indexes = [
            models.Index(fields=["region", "permission"], name="approval_waiting", condition=Q(state="waiting")),
            models.Index(fields=["object_type", "object_id"], name="approval_by_object"),
        ]

    def __str__(self) -> str:
        return self.title
