"""Background work as rows: what is to be done, how far it is, and who holds it."""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from core.scope import OWNER, ScopedModel, Staff


class JobState(models.TextChoices):
    WAITING = "waiting", _("等待")
    RUNNING = "running", _("进行中")
    DONE = "done", _("完成")
    FAILED = "failed", _("失败")
    CANCELLED = "cancelled", _("已取消")


class Job(ScopedModel):
    """One piece of background work. The row is the truth; the broker's message only says "look at this row"."""

    scope = OWNER

    kind = models.CharField(_("种类"), max_length=60)
    key = models.CharField(_("业务键"), max_length=120)
    title = models.CharField(_("名称"), max_length=120, blank=True)
    arguments = models.JSONField(_("参数"), default=dict, blank=True)
    state = models.CharField(_("状态"), max_length=10, choices=JobState.choices, default=JobState.WAITING)
    done = models.PositiveBigIntegerField(_("已完成"), default=0)
    total = models.PositiveBigIntegerField(_("总数"), default=0)
    message = models.TextField(_("说明"), blank=True)
    trace = models.TextField(_("技术信息"), blank=True)
    checkpoint = models.JSONField(_("断点"), default=dict, blank=True)
    result = models.JSONField(_("结果"), default=dict, blank=True)
    result_path = models.CharField(_("结果文件"), max_length=300, blank=True)
    owner_id = models.BigIntegerField(_("提交人编号"), null=True, blank=True, db_index=True)
    owner_name = models.CharField(_("提交人"), max_length=80, blank=True)
    region_code = models.CharField(_("区划代码"), max_length=12, blank=True)
    attempt = models.PositiveSmallIntegerField(_("第几次"), default=0)
    attempt_limit = models.PositiveSmallIntegerField(_("最多次数"), default=5)
    fence = models.PositiveBigIntegerField(_("令牌"), default=0)
    lease_until = models.DateTimeField(_("持有至"), null=True, blank=True)
    not_before = models.DateTimeField(_("不早于"), null=True, blank=True)
    rung_at = models.DateTimeField(_("最近通知"), null=True, blank=True)
    ring_problem = models.CharField(_("通知失败原因"), max_length=200, blank=True)
    is_cancel_requested = models.BooleanField(_("已请求取消"), default=False)
    created_at = models.DateTimeField(_("提交时间"), db_default=Now(), editable=False)
    started_at = models.DateTimeField(_("开始时间"), null=True, blank=True)
    finished_at = models.DateTimeField(_("结束时间"), null=True, blank=True)

    class Meta:
        verbose_name = _("后台任务")
        verbose_name_plural = _("后台任务")
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "key"], name="job_once", violation_error_message=_("同一项任务已经提交过。")
            ),
            models.CheckConstraint(
                name="job_done_within_total",
                condition=Q(total=0) | Q(done__lte=F("total")),
                violation_error_message=_("任务进度不能超过总数。"),
            ),
        ]
        indexes = [
            models.Index(fields=["created_at"], name="job_created"),
            models.Index(fields=["id"], name="job_open", condition=Q(state__in=["waiting", "running"])),
        ]

    def __str__(self) -> str:
        return self.title or f"{self.kind} {self.key}"

    @classmethod
    def scope_filter(cls, staff: Staff) -> Q:
        """One's own; who may look after jobs sees those of the own area, and the system's when there is no area."""
        own = Q(owner_id=staff.pk)
        if staff.can("office.jobs") or staff.can("core.admin.system"):
            return own | (Q(region_code__gt="") & staff.region_code_filter("region_code"))
        return own

    @property
    def is_open(self) -> bool:
        return self.state in (JobState.WAITING, JobState.RUNNING)

    @property
    def percent(self) -> int | None:
        """0–100, or None when the total is not known yet."""
        return min(self.done * 100 // self.total, 100) if self.total else None


class Heartbeat(ScopedModel):
    """When a part that runs by itself (the worker) was last seen alive."""

    scope = "everyone"

    name = models.CharField(_("部件"), max_length=40, primary_key=True)
    at = models.DateTimeField(_("最近响应"))

    class Meta:
        verbose_name = _("心跳")
        verbose_name_plural = _("心跳")

    def __str__(self) -> str:
        return self.name
