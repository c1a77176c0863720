"""The enrolment: one person insured in one pooling area for one benefit year, or a part of it."""

from __future__ import annotations

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from core import history
from core.ranges import DateRange
from core.scope import ScopedModel
from enrollment.codes import EndReason, EnrollmentSource, PersonCategory, Proof


@history.tracked(exclude=["recorded_at"])
class Enrollment(ScopedModel):
    """One person insured as a resident, in one category, from a day to a day of one benefit year.

    `in_force` is false for a registration that was withdrawn, and for doubles of a merger until they are decided;
    only rows in force exclude each other. An enrolment that ended early stays in force for the days it covered.
    """

    scope = "region"

    id = models.BigAutoField(primary_key=True)
    person = models.ForeignKey("enrollment.Person", models.PROTECT, verbose_name=_("人员"), related_name="enrollments")
    year = models.PositiveSmallIntegerField(_("待遇年度"))
    period = models.PositiveIntegerField(_("登记所属期"))
    category = models.CharField(_("人员类别"), max_length=20, choices=PersonCategory)
    proof = models.CharField(_("登记依据"), max_length=20, choices=Proof)
    pooling_area = models.ForeignKey("office.Region", models.PROTECT, verbose_name=_("统筹地区"), related_name="+")
    region = models.ForeignKey("office.Region", models.PROTECT, verbose_name=_("行政区划"), related_name="+")
    starts_on = models.DateField(_("参保起始日期"))
    ends_on = models.DateField(_("参保终止日期"))
    benefits_start_on = models.DateField(_("待遇起始日期"))
    in_force = models.BooleanField(_("有效"), default=True)
    source = models.CharField(_("登记来源"), max_length=12, choices=EnrollmentSource)
    registered_on = models.DateField(_("登记日期"))
    reason_ended = models.CharField(_("终止原因"), max_length=12, choices=EndReason, blank=True, default="")
    ended_at = models.DateTimeField(_("终止办理时间"), null=True, blank=True)
    batch = models.ForeignKey(
        "core.ImportBatch", models.PROTECT, verbose_name=_("导入批次"), null=True, blank=True, related_name="+"
    )
    version = models.PositiveIntegerField(_("版本"), default=1)
    recorded_at = models.DateTimeField(_("记录时间"), db_default=Now())
    recorded_by = models.ForeignKey(
        "office.User", models.PROTECT, verbose_name=_("经办人"), null=True, blank=True, related_name="+"
    )
    withdrawn_at = models.DateTimeField(_("撤销时间"), null=True, blank=True)

    class Meta(ScopedModel.Meta):
        verbose_name = _("参保登记")
        verbose_name_plural = _("参保登记")
        constraints = [
            models.CheckConstraint(
                name="enrollment_ends_after_start",
                condition=Q(ends_on__gte=F("starts_on")),
                violation_error_message=_("参保终止日期不能早于起始日期。"),
            ),
            models.CheckConstraint(
                name="enrollment_inside_year",
                condition=Q(starts_on__year=F("year"), ends_on__year=F("year")),
                violation_error_message=_("参保起止日期须在待遇年度之内。"),
            ),
            models.CheckConstraint(
                name="enrollment_benefits_not_before_start",
                condition=Q(benefits_start_on__gte=F("starts_on")),
                violation_error_message=_("待遇起始日期不能早于参保起始日期。"),
            ),
            models.CheckConstraint(
                name="enrollment_withdrawn_not_in_force",
                condition=Q(withdrawn_at__isnull=True) | Q(in_force=False),
                violation_error_message=_("已撤销的登记不能有效。"),
            ),
            ExclusionConstraint(
                name="enrollment_once_at_a_time",
                expressions=[
                    ("person", RangeOperators.EQUAL),
                    (DateRange("starts_on", "ends_on"), RangeOperators.OVERLAPS),
                ],
                condition=Q(in_force=True),
                violation_error_message=_("此人在这段时间内已参保，不能重复登记。请先终止或转出原参保关系。"),
            ),
        ]
        indexes = [
            models.Index(fields=["pooling_area", "year", "person"], name="enrollment_by_area"),
            models.Index(fields=["region", "year", "category"], name="enrollment_by_region"),
            models.Index(fields=["person", "year"], name="enrollment_by_person"),
            models.Index(fields=["batch"], name="enrollment_by_batch", condition=Q(batch__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.year} {self.get_category_display()}"

    @property
    def is_running(self) -> bool:
        """True when the enrolment was neither withdrawn nor ended early."""
        return self.in_force and not self.reason_ended
