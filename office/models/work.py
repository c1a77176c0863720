"""Work items with their time limits, and the working-day calendar that limits are counted on."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core import clock, history
from core.scope import ScopedModel
from office.models.regions import Region
from office.models.staff import User


class WorkItem(ScopedModel):
    """One thing that someone in one region, with one permission, has to do."""

    scope = "region"

    class State(models.TextChoices):
        """Where the item stands."""

        OPEN = "open", _("待办")
        DONE = "done", _("已办")
        CANCELLED = "cancelled", _("已取消")

    kind = models.CharField(_("类别"), max_length=60)
    key = models.CharField(_("业务键"), max_length=120)
    title = models.CharField(_("事项"), max_length=200)
    region = models.ForeignKey(Region, models.PROTECT, related_name="+", verbose_name=_("地区"))
    permission = models.CharField(_("办理权限"), max_length=60)
    object_type = models.CharField(_("对象类型"), max_length=60, blank=True)
    object_id = models.CharField(_("对象编号"), max_length=40, blank=True)
    url = models.CharField(_("页面"), max_length=200, blank=True)
    opened_on = models.DateField(_("产生日期"), default=clock.today)
    due_on = models.DateField(_("办理期限"), null=True, blank=True)
    state = models.CharField(_("状态"), max_length=10, choices=State.choices, default=State.OPEN)
    assignee = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("承办人")
    )
    outcome = models.CharField(_("办理结果"), max_length=500, blank=True)
    closed_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("办结人")
    )
    closed_at = models.DateTimeField(_("办结时间"), null=True, blank=True)

    class Meta(ScopedModel.Meta):
        verbose_name = verbose_name_plural = _("待办事项")
        ordering = ["due_on", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "key"], name="work_item_once", violation_error_message=_("该待办已存在。")
            ),
        ]
        indexes = [
            models.Index(fields=["region", "permission", "due_on"], name="work_item_open", condition=Q(state="open")),
            models.Index(fields=["object_type", "object_id"], name="work_item_by_object"),
        ]

    def __str__(self) -> str:
        return self.title


@history.tracked()
class Holiday(ScopedModel):
    """One day on which the calendar differs from the week: a holiday, or a weekend day that is worked (调休)."""

    scope = "everyone"

    day = models.DateField(_("日期"), unique=True)
    name = models.CharField(_("名称"), max_length=40)
    is_working = models.BooleanField(_("调休上班"), default=False)
    document = models.CharField(_("依据"), max_length=100, blank=True)
    is_unconfirmed = models.BooleanField(_("待确认"), default=False)

    class Meta(ScopedModel.Meta):
        verbose_name = verbose_name_plural = _("节假日")
        ordering = ["day"]

    def __str__(self) -> str:
        return f"{self.day} {self.name}"
