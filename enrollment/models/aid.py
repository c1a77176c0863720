"""The dated hardship status of a person: helps with dues, tilts the benefits."""

from __future__ import annotations

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from core.ranges import DateRange
from core.scope import ScopedModel
from enrollment.codes import HardshipCategory


class HardshipStatus(ScopedModel):
    """One person counted in one hardship category from a day to a day, on the word of one list or decision.

    Never edited but to end or withdraw it: `recorded_at` and `withdrawn_at` keep what was known when.
    """

    scope = "region"

    id = models.BigAutoField(primary_key=True)
    person = models.ForeignKey("enrollment.Person", models.PROTECT, verbose_name=_("人员"), related_name="statuses")
    category = models.CharField(_("困难身份"), max_length=24, choices=HardshipCategory)
    starts_on = models.DateField(_("起始日期"))
    ends_on = models.DateField(_("终止日期"), null=True, blank=True)
    region = models.ForeignKey("office.Region", models.PROTECT, verbose_name=_("行政区划"), related_name="+")
    pooling_area = models.ForeignKey("office.Region", models.PROTECT, verbose_name=_("统筹地区"), related_name="+")
    period = models.PositiveIntegerField(_("认定所属期"))
    source = models.CharField(_("认定来源"), max_length=100)
    reason = models.CharField(_("认定原因"), max_length=200, blank=True, default="")
    batch = models.ForeignKey(
        "core.ImportBatch", models.PROTECT, verbose_name=_("导入批次"), null=True, blank=True, related_name="+"
    )
    recorded_at = models.DateTimeField(_("记录时间"), db_default=Now())
    recorded_by = models.ForeignKey(
        "office.User", models.PROTECT, verbose_name=_("经办人"), null=True, blank=True, related_name="+"
    )
    withdrawn_at = models.DateTimeField(_("撤销时间"), null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        "office.User", models.PROTECT, verbose_name=_("撤销人"), null=True, blank=True, related_name="+"
    )
    withdrawn_reason = models.CharField(_("撤销原因"), max_length=200, blank=True, default="")

    class Meta(ScopedModel.Meta):
        verbose_name = _("困难身份")
        verbose_name_plural = _("困难身份")
        constraints = [
            models.CheckConstraint(
                name="hardship_ends_after_start",
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                violation_error_message=_("身份终止日期不能早于起始日期。"),
            ),
            ExclusionConstraint(
                name="hardship_once_at_a_time",
                expressions=[
                    ("person", RangeOperators.EQUAL),
                    ("category", RangeOperators.EQUAL),
                    (DateRange("starts_on", "ends_on"), RangeOperators.OVERLAPS),
                ],
                condition=Q(withdrawn_at__isnull=True),
                violation_error_message=_("此人同一时期已有该困难身份，请先终止或撤销原身份。"),
            ),
        ]
        indexes = [
            models.Index(fields=["person", "starts_on"], name="hardship_by_person"),
            models.Index(fields=["region", "category"], name="hardship_by_region"),
            models.Index(fields=["batch"], name="hardship_by_batch", condition=Q(batch__isnull=False)),
        ]

    def __str__(self) -> str:
        return self.get_category_display()
