"""The money received for dues, one row per person and act, never changed; and what could not be matched."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Cast, Concat, LPad, Now
from django.utils.translation import gettext_lazy as _

from core.fields import FenField
from core.scope import ScopedModel
from core.triggers import append_only
from enrollment.codes import DifferenceKind, DifferenceState, HardshipCategory, PaymentKind


class Payment(ScopedModel):
    """One sum received (or, negative, given back) for one due: a fact that is corrected by an opposite row only."""

    scope = "region"
    append_only = True

    id = models.BigAutoField(primary_key=True)
    number = models.GeneratedField(
        expression=Concat(models.Value("JF"), LPad(Cast(F("id"), models.TextField()), 12, models.Value("0"))),
        output_field=models.CharField(max_length=20),
        db_persist=True,
        verbose_name=_("缴费编号"),
    )
    due = models.ForeignKey("enrollment.Due", models.PROTECT, verbose_name=_("应缴"), related_name="payments")
    person = models.ForeignKey("enrollment.Person", models.PROTECT, verbose_name=_("人员"), related_name="payments")
    household = models.ForeignKey(
        "enrollment.Household", models.PROTECT, verbose_name=_("缴费家庭"), null=True, blank=True, related_name="+"
    )
    kind = models.CharField(_("缴费方式"), max_length=10, choices=PaymentKind)
    aid_category = models.CharField(_("资助身份"), max_length=24, choices=HardshipCategory, blank=True, default="")
    amount_fen = FenField(_("金额"))
    paid_on = models.DateField(_("缴费日期"))
    booked_on = models.DateField(_("入账日期"))
    period = models.PositiveIntegerField(_("入账所属期"))
    year = models.PositiveSmallIntegerField(_("待遇年度"))
    region = models.ForeignKey("office.Region", models.PROTECT, verbose_name=_("行政区划"), related_name="+")
    pooling_area = models.ForeignKey("office.Region", models.PROTECT, verbose_name=_("统筹地区"), related_name="+")
    receipt = models.CharField(_("票据号"), max_length=40, blank=True, default="")
    reason = models.CharField(_("原因"), max_length=200, blank=True, default="")
    reverses = models.OneToOneField(
        "self", models.PROTECT, verbose_name=_("冲销"), null=True, blank=True, related_name="reversed_by"
    )
    batch = models.ForeignKey(
        "core.ImportBatch", models.PROTECT, verbose_name=_("导入批次"), null=True, blank=True, related_name="+"
    )
    recorded_at = models.DateTimeField(_("记录时间"), db_default=Now())
    recorded_by = models.ForeignKey(
        "office.User", models.PROTECT, verbose_name=_("经办人"), null=True, blank=True, related_name="+"
    )

    class Meta(ScopedModel.Meta):
        verbose_name = _("缴费")
        verbose_name_plural = _("缴费")
        constraints = [
            models.UniqueConstraint("number", name="payment_number_once"),
            models.UniqueConstraint(
                fields=["pooling_area", "receipt", "due", "kind"],
                condition=~Q(receipt="") & Q(reverses__isnull=True) & ~Q(kind=PaymentKind.REFUND),
                name="payment_receipt_once",
                violation_error_message=_("该票据号已为此人入账，不能重复入账。"),
            ),
            models.CheckConstraint(
                name="payment_not_zero",
                condition=~Q(amount_fen=0),
                violation_error_message=_("缴费金额不能为零。"),
            ),
            models.CheckConstraint(
                name="payment_negative_is_return",
                condition=Q(amount_fen__gt=0, reverses__isnull=True) & ~Q(kind=PaymentKind.REFUND)
                | Q(amount_fen__lt=0, kind=PaymentKind.REFUND)
                | Q(amount_fen__lt=0, reverses__isnull=False),
                violation_error_message=_("只有退费和冲销的金额为负数。"),
            ),
        ]
        triggers = append_only()
        indexes = [
            models.Index(fields=["pooling_area", "booked_on", "kind"], name="payment_by_day"),
            models.Index(fields=["region", "period"], name="payment_by_region"),
            models.Index(fields=["person", "year"], name="payment_by_person"),
            models.Index(fields=["paid_on", "id"], name="payment_by_paid_on"),
            models.Index(fields=["batch"], name="payment_by_batch", condition=Q(batch__isnull=False)),
        ]

    def __str__(self) -> str:
        return self.number


class PaymentDifference(ScopedModel):
    """One row of a collecting body's file that the register does not confirm: on the work list until decided."""

    scope = "region"

    batch = models.ForeignKey("core.ImportBatch", models.PROTECT, verbose_name=_("导入批次"), related_name="+")
    row_number = models.PositiveIntegerField(_("行号"))
    kind = models.CharField(_("差异"), max_length=20, choices=DifferenceKind)
    person = models.ForeignKey(
        "enrollment.Person", models.PROTECT, verbose_name=_("人员"), null=True, blank=True, related_name="+"
    )
    due = models.ForeignKey(
        "enrollment.Due", models.PROTECT, verbose_name=_("应缴"), null=True, blank=True, related_name="+"
    )
    name = models.CharField(_("文件中的姓名"), max_length=50)
    id_last4 = models.CharField(_("证件号码末四位"), max_length=4)
    year = models.PositiveSmallIntegerField(_("待遇年度"))
    amount_fen = FenField(_("金额"))
    paid_on = models.DateField(_("缴费日期"))
    receipt = models.CharField(_("票据号"), max_length=40)
    region = models.ForeignKey("office.Region", models.PROTECT, verbose_name=_("行政区划"), related_name="+")
    pooling_area = models.ForeignKey("office.Region", models.PROTECT, verbose_name=_("统筹地区"), related_name="+")
    state = models.CharField(_("状态"), max_length=10, choices=DifferenceState, default=DifferenceState.OPEN)
    outcome = models.CharField(_("处理结果"), max_length=200, blank=True, default="")
    recorded_at = models.DateTimeField(_("记录时间"), db_default=Now())
    decided_at = models.DateTimeField(_("处理时间"), null=True, blank=True)

    class Meta(ScopedModel.Meta):
        verbose_name = _("缴费差异")
        verbose_name_plural = _("缴费差异")
        constraints = [
            models.UniqueConstraint(fields=["batch", "row_number"], name="payment_difference_once"),
            models.CheckConstraint(
                name="payment_difference_decided",
                condition=Q(state=DifferenceState.OPEN, decided_at__isnull=True)
                | (~Q(state=DifferenceState.OPEN) & Q(decided_at__isnull=False)),
                violation_error_message=_("已处理的差异须有处理时间。"),
            ),
        ]
        indexes = [models.Index(fields=["region", "state"], name="payment_difference_by_region")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.row_number}"
