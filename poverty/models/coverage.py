"""The summary of coverage that the tree adds up: one row for each village, day and category."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from core.scope import ScopedModel


class CoverageCount(ScopedModel):
    """The ledger of one village on one day, in one category ('' is everybody, each once), against the three layers.

    Listed = unverified + dead + employee-insured + due; basic, critical and aid count those of `due_count` that are covered.
    """

    scope = "region"

    id = models.BigAutoField(primary_key=True)
    on = models.DateField(_("统计日期"))
    region = models.ForeignKey("office.Region", models.PROTECT, verbose_name=_("村（社区）"), related_name="+")
    pooling_area = models.ForeignKey("office.Region", models.PROTECT, verbose_name=_("统筹地区"), related_name="+")
    category = models.CharField(_("困难身份"), max_length=24, blank=True, default="")
    listed_count = models.IntegerField(_("名单人数"), default=0)
    unverified_count = models.IntegerField(_("身份未核实"), default=0)
    dead_count = models.IntegerField(_("已死亡"), default=0)
    employee_count = models.IntegerField(_("参加职工医保"), default=0)
    due_count = models.IntegerField(_("应参保"), default=0)
    elsewhere_count = models.IntegerField(_("在其他统筹地区参保"), default=0)
    basic_count = models.IntegerField(_("基本医保覆盖"), default=0)
    critical_count = models.IntegerField(_("大病保险覆盖"), default=0)
    aid_count = models.IntegerField(_("医疗救助覆盖"), default=0)
    covered_count = models.IntegerField(_("三重保障均覆盖"), default=0)
    recorded_at = models.DateTimeField(_("统计时间"), db_default=Now())

    class Meta(ScopedModel.Meta):
        verbose_name = _("覆盖汇总")
        verbose_name_plural = _("覆盖汇总")
        constraints = [
            models.UniqueConstraint(fields=["pooling_area", "on", "region", "category"], name="coverage_count_once"),
            models.CheckConstraint(
                name="coverage_adds_up",
                condition=Q(
                    listed_count=F("unverified_count") + F("dead_count") + F("employee_count") + F("due_count")
                ),
                violation_error_message=_("名单人数须等于未核实、已死亡、职工医保与应参保之和。"),
            ),
        ]
        indexes = [models.Index(fields=["region", "on", "category"], name="coverage_by_region")]

    def __str__(self) -> str:
        return f"{self.region_id} {self.on}"
