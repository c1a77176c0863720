"""Fiscal subsidies: how the treasuries share them, what each owes for a year, what arrived, and the insurer's premium."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core import clock
from core.fields import FenField
from core.scope import ScopedModel
from core.triggers import append_only
from funds.codes import Treasury


class SubsidyShare(ScopedModel):
    """An area's rule for one year: how much a head each treasury pays. The parts make the area's standard."""

    scope = "pooling_area"

    pooling_area = models.ForeignKey("office.Region", models.PROTECT, verbose_name=_("统筹地区"), related_name="+")
    year = models.PositiveSmallIntegerField(_("年度"))
    treasury = models.CharField(_("财政"), max_length=10, choices=Treasury)
    per_head_fen = FenField(_("人均补助"))
    document = models.CharField(_("依据文件"), max_length=100, blank=True)
    clause = models.CharField(_("条款"), max_length=100, blank=True)
    is_illustrative = models.BooleanField(_("示例"), default=True)

    class Meta(ScopedModel.Meta):
        verbose_name = verbose_name_plural = _("财政分担")
        constraints = [
            models.UniqueConstraint(fields=["pooling_area", "year", "treasury"], name="subsidy_share_once"),
            models.CheckConstraint(
                name="subsidy_share_not_negative",
                condition=Q(per_head_fen__gte=0),
                violation_error_message=_("人均补助不能为负。"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pooling_area} {self.year} {self.get_treasury_display()}"


class SubsidyDue(ScopedModel):
    """What one treasury owes an area for a year: headcount × a head; worked out again when the headcount is settled."""

    scope = "pooling_area"

    pooling_area = models.ForeignKey("office.Region", models.PROTECT, verbose_name=_("统筹地区"), related_name="+")
    year = models.PositiveSmallIntegerField(_("年度"))
    treasury = models.CharField(_("财政"), max_length=10, choices=Treasury)
    version = models.PositiveSmallIntegerField(_("版本"), default=1)
    headcount = models.PositiveIntegerField(_("补助人数"))
    per_head_fen = FenField(_("人均补助"))
    due_fen = FenField(_("应到补助"))
    worked_out_on = models.DateField(_("核定日期"))
    due_on = models.DateField(_("应到日期"))
    # What this version adds to the one before it; the books post this.
    change_fen = FenField(_("比上一版增减"))
    recorded_at = models.DateTimeField(_("登记时间"), default=clock.now)
    basis = models.JSONField(_("依据"), default=dict)

    class Meta(ScopedModel.Meta):
        verbose_name = verbose_name_plural = _("应到补助")
        constraints = [
            models.UniqueConstraint(fields=["pooling_area", "year", "treasury", "version"], name="subsidy_due_once"),
            models.CheckConstraint(
                name="subsidy_due_is_the_product",
                condition=Q(due_fen=F("headcount") * F("per_head_fen")),
                violation_error_message=_("应到补助应等于人数乘以人均补助。"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pooling_area} {self.year} {self.get_treasury_display()}"


class SubsidyReceipt(ScopedModel):
    """Money that one treasury sent on one day."""

    scope = "pooling_area"
    append_only = True

    pooling_area = models.ForeignKey("office.Region", models.PROTECT, verbose_name=_("统筹地区"), related_name="+")
    year = models.PositiveSmallIntegerField(_("年度"))
    treasury = models.CharField(_("财政"), max_length=10, choices=Treasury)
    arrived_fen = FenField(_("到账金额"))
    arrived_on = models.DateField(_("到账日期"))
    period = models.PositiveIntegerField(_("期间"))
    voucher = models.CharField(_("拨款凭证号"), max_length=60)
    received_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name=_("登记人"), related_name="+"
    )
    recorded_at = models.DateTimeField(_("登记时间"), default=clock.now)

    class Meta(ScopedModel.Meta):
        verbose_name = verbose_name_plural = _("补助到账")
        triggers = append_only()
        constraints = [
            models.UniqueConstraint(
                fields=["pooling_area", "voucher"],
                name="subsidy_receipt_voucher_once",
                violation_error_message=_("这张拨款凭证已经登记。"),
            ),
            models.CheckConstraint(
                name="subsidy_receipt_not_zero",
                condition=~Q(arrived_fen=0),
                violation_error_message=_("到账金额不能为零。"),
            ),
        ]

    def __str__(self) -> str:
        return self.voucher


class PremiumTransfer(ScopedModel):
    """The critical-illness premium of a year that left the basic fund: headcount × a head (医保发〔2018〕2号 四)."""

    scope = "pooling_area"
    append_only = True

    pooling_area = models.ForeignKey("office.Region", models.PROTECT, verbose_name=_("统筹地区"), related_name="+")
    year = models.PositiveSmallIntegerField(_("年度"))
    instalment = models.PositiveSmallIntegerField(_("期次"), default=1)
    headcount = models.PositiveIntegerField(_("人数"))
    per_head_fen = FenField(_("人均保费"))
    amount_fen = FenField(_("划转金额"))
    transferred_on = models.DateField(_("划转日期"))
    period = models.PositiveIntegerField(_("期间"))
    basis = models.JSONField(_("依据"), default=dict)
    transferred_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name=_("经办人"), related_name="+"
    )
    recorded_at = models.DateTimeField(_("登记时间"), default=clock.now)

    class Meta(ScopedModel.Meta):
        verbose_name = verbose_name_plural = _("大病保费划转")
        triggers = append_only()
        constraints = [
            models.UniqueConstraint(fields=["pooling_area", "year", "instalment"], name="premium_transfer_once"),
            models.CheckConstraint(
                name="premium_transfer_is_the_product",
                condition=Q(amount_fen=F("headcount") * F("per_head_fen")),
                violation_error_message=_("划转金额应等于人数乘以人均保费。"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pooling_area} {self.year}"
