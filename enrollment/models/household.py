"""The household and its dated members."""

from __future__ import annotations

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Cast, Concat, LPad, Now
from django.utils.translation import gettext_lazy as _

from core import history
from core.ranges import DateRange
from core.scope import ScopedModel
from enrollment.codes import Relation


@history.tracked(exclude=["number", "recorded_at"])
class Household(ScopedModel):
    """One household of a village; `book_number` is the number on the paper form, known inside the village."""

    scope = "region"

    id = models.BigAutoField(primary_key=True)
    number = models.GeneratedField(
        expression=Concat(models.Value("H"), LPad(Cast(F("id"), models.TextField()), 10, models.Value("0"))),
        output_field=models.CharField(max_length=20),
        db_persist=True,
        verbose_name=_("家庭编号"),
    )
    book_number = models.CharField(_("户编号"), max_length=30, null=True, blank=True)
    region = models.ForeignKey("office.Region", models.PROTECT, verbose_name=_("行政区划"), related_name="+")
    head = models.ForeignKey("enrollment.Person", models.PROTECT, verbose_name=_("户主"), null=True, related_name="+")
    batch = models.ForeignKey(
        "core.ImportBatch", models.PROTECT, verbose_name=_("导入批次"), null=True, blank=True, related_name="+"
    )
    version = models.PositiveIntegerField(_("版本"), default=1)
    recorded_at = models.DateTimeField(_("记录时间"), db_default=Now())

    class Meta(ScopedModel.Meta):
        verbose_name = _("家庭")
        verbose_name_plural = _("家庭")
        constraints = [
            models.UniqueConstraint("number", name="household_number_once"),
            models.UniqueConstraint(
                fields=["region", "book_number"],
                name="household_book_number_once",
                violation_error_message=_("本村已有同一户编号的家庭，请查找该户后添加成员。"),
            ),
        ]
        indexes = [models.Index(fields=["batch"], name="household_by_batch", condition=Q(batch__isnull=False))]

    def __str__(self) -> str:
        return self.number


@history.tracked(exclude=["recorded_at"])
class HouseholdMember(ScopedModel):
    """One person living in one household from a day to a day (both included; no end means still)."""

    scope = "household__region"

    id = models.BigAutoField(primary_key=True)
    household = models.ForeignKey(Household, models.PROTECT, verbose_name=_("家庭"), related_name="members")
    person = models.ForeignKey("enrollment.Person", models.PROTECT, verbose_name=_("人员"), related_name="memberships")
    relation = models.CharField(_("与户主关系"), max_length=12, choices=Relation)
    starts_on = models.DateField(_("起始日期"))
    ends_on = models.DateField(_("终止日期"), null=True, blank=True)
    batch = models.ForeignKey(
        "core.ImportBatch", models.PROTECT, verbose_name=_("导入批次"), null=True, blank=True, related_name="+"
    )
    recorded_at = models.DateTimeField(_("记录时间"), db_default=Now())

    class Meta(ScopedModel.Meta):
        verbose_name = _("家庭成员")
        verbose_name_plural = _("家庭成员")
        constraints = [
            models.CheckConstraint(
                name="member_ends_after_start",
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                violation_error_message=_("成员终止日期不能早于起始日期。"),
            ),
            ExclusionConstraint(
                name="member_in_one_household",
                expressions=[
                    ("person", RangeOperators.EQUAL),
                    (DateRange("starts_on", "ends_on"), RangeOperators.OVERLAPS),
                ],
                violation_error_message=_("此人同一时期已在另一家庭，请先办理迁出。"),
            ),
            ExclusionConstraint(
                name="household_one_head",
                expressions=[
                    ("household", RangeOperators.EQUAL),
                    (DateRange("starts_on", "ends_on"), RangeOperators.OVERLAPS),
                ],
                condition=Q(relation=Relation.HEAD),
                violation_error_message=_("该户同一时期已有户主，请先变更户主。"),
            ),
        ]
        indexes = [models.Index(fields=["batch"], name="member_by_batch", condition=Q(batch__isnull=False))]

    def __str__(self) -> str:
        return f"{self.household_id} {self.get_relation_display()}"
