"""What is to be paid for a benefit year: the campaign of an area, and the due of each enrolment."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from core import history
from core.fields import FenField
from core.scope import ScopedModel
from enrollment.codes import CollectingBody, DueState, HardshipCategory, PersonCategory


@history.tracked()
class Campaign(ScopedModel):
    """One pooling area collecting for one benefit year, in a season that may lie in the year before (跨年征缴)."""

    scope = "pooling_area"

    year = models.PositiveSmallIntegerField(_("待遇年度"))
    pooling_area = models.ForeignKey("office.Region", models.PROTECT, verbose_name=_("统筹地区"), related_name="+")
    season_starts_on = models.DateField(_("集中缴费开始日期"))
    season_ends_on = models.DateField(_("集中缴费截止日期"))
    collected_by = models.CharField(_("征收机构"), max_length=8, choices=CollectingBody, default=CollectingBody.AGENCY)
    target_count = models.PositiveIntegerField(_("目标参保人数"), default=0)
    document = models.CharField(_("依据文件"), max_length=100, blank=True, default="")

    class Meta(ScopedModel.Meta):
        verbose_name = _("征缴期")
        verbose_name_plural = _("征缴期")
        constraints = [
            models.UniqueConstraint(
                fields=["pooling_area", "year"],
                name="campaign_once",
                violation_error_message=_("该统筹地区本年度征缴期已设定，请修改原设定。"),
            ),
            models.CheckConstraint(
                name="campaign_ends_after_start",
                condition=Q(season_ends_on__gte=F("season_starts_on")),
                violation_error_message=_("截止日期不能早于开始日期。"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.year}"


class Due(ScopedModel):
    """What one enrolment owes: the standard of its tier, less the aid, is what the person pays (fen).

    `paid_fen` and `aid_paid_fen` cache the payments, which are append-only; `basis` holds the clause of each figure.
    """

    scope = "region"

    id = models.BigAutoField(primary_key=True)
    enrollment = models.OneToOneField(
        "enrollment.Enrollment", models.PROTECT, verbose_name=_("参保登记"), related_name="due"
    )
    person = models.ForeignKey("enrollment.Person", models.PROTECT, verbose_name=_("人员"), related_name="dues")
    year = models.PositiveSmallIntegerField(_("待遇年度"))
    pooling_area = models.ForeignKey("office.Region", models.PROTECT, verbose_name=_("统筹地区"), related_name="+")
    region = models.ForeignKey("office.Region", models.PROTECT, verbose_name=_("行政区划"), related_name="+")
    period = models.PositiveIntegerField(_("核定所属期"))
    category = models.CharField(_("人员类别"), max_length=20, choices=PersonCategory)
    tier = models.CharField(_("缴费档次"), max_length=30, blank=True, default="")
    aid_category = models.CharField(_("资助身份"), max_length=24, choices=HardshipCategory, blank=True, default="")
    standard_fen = FenField(_("应缴标准"))
    aid_fen = FenField(_("资助金额"), default=0)
    personal_fen = FenField(_("个人应缴"))
    paid_fen = FenField(_("个人实缴"), default=0)
    aid_paid_fen = FenField(_("资助到账"), default=0)
    basis = models.JSONField(_("依据"), default=list)
    state = models.CharField(_("缴费状态"), max_length=10, choices=DueState, default=DueState.OPEN)
    worked_out_on = models.DateField(_("核定日期"))
    version = models.PositiveIntegerField(_("版本"), default=1)
    recorded_at = models.DateTimeField(_("记录时间"), db_default=Now())

    class Meta(ScopedModel.Meta):
        verbose_name = _("应缴")
        verbose_name_plural = _("应缴")
        constraints = [
            models.CheckConstraint(
                name="due_adds_up",
                condition=Q(standard_fen=F("aid_fen") + F("personal_fen")),
                violation_error_message=_("应缴标准须等于资助金额与个人应缴之和。"),
            ),
            models.CheckConstraint(
                name="due_not_negative",
                condition=Q(standard_fen__gte=0, aid_fen__gte=0, personal_fen__gte=0),
                violation_error_message=_("应缴金额不能为负，资助金额不能超过应缴标准。"),
            ),
            models.CheckConstraint(
                name="due_paid_not_negative",
                condition=Q(paid_fen__gte=0, aid_paid_fen__gte=0),
                violation_error_message=_("退费金额不能超过已缴金额。"),
            ),
        ]
        indexes = [
            models.Index(fields=["pooling_area", "year", "state"], name="due_by_area"),
            models.Index(fields=["region", "year", "state"], name="due_by_region"),
            models.Index(fields=["person", "year"], name="due_by_person"),
        ]

    def __str__(self) -> str:
        return f"{self.year}"

    @property
    def unpaid_fen(self) -> int:
        """What the person still has to pay, in fen; never below nothing."""
        return 0 if self.state == DueState.CANCELLED else max(self.personal_fen - self.paid_fen, 0)

    @property
    def unpaid_aid_fen(self) -> int:
        """The aid not yet received for this person, in fen."""
        return 0 if self.state == DueState.CANCELLED else max(self.aid_fen - self.aid_paid_fen, 0)
