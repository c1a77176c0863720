"""Payables: what the agency owes to someone, made by the app that owes it and paid by the finance office."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core import clock
from core.fields import FenField
from core.scope import ScopedModel
from office.models.regions import Region


class Payable(ScopedModel):
    """One amount that one fund owes to one payee for one reason; a negative one is to be recovered."""

    scope = "region"

    class Fund(models.TextChoices):
        """Which of the three books pays."""

        BASIC = "basic", _("基本医保基金")
        CRITICAL = "critical", _("大病保险")
        AID = "aid", _("医疗救助")

    class PayeeKind(models.TextChoices):
        """Who is paid."""

        PERSON = "person", _("个人")
        HOUSEHOLD = "household", _("家庭")
        PROVIDER = "provider", _("定点机构")
        INSURER = "insurer", _("承办保险机构")
        OFFICE = "office", _("机构")

    class State(models.TextChoices):
        """Where the payment stands."""

        DUE = "due", _("待付")
        ORDERED = "ordered", _("已开单")
        PAID = "paid", _("已付")
        RETURNED = "returned", _("退汇")
        CANCELLED = "cancelled", _("已取消")

    key = models.CharField(_("业务键"), max_length=120, unique=True)
    kind = models.CharField(_("事由"), max_length=60)
    payee_kind = models.CharField(_("收款方类别"), max_length=10, choices=PayeeKind.choices)
    payee_id = models.CharField(_("收款方编号"), max_length=40)
    payee_name = models.CharField(_("收款方"), max_length=100)
    region = models.ForeignKey(Region, models.PROTECT, related_name="+", verbose_name=_("地区"))
    pooling_area = models.ForeignKey(Region, models.PROTECT, related_name="+", verbose_name=_("统筹地区"))
    fund = models.CharField(_("基金"), max_length=10, choices=Fund.choices)
    amount_fen = FenField(_("金额"))
    state = models.CharField(_("状态"), max_length=10, choices=State.choices, default=State.DUE)
    owed_on = models.DateField(_("形成日期"), default=clock.today)
    due_on = models.DateField(_("应付日期"), null=True, blank=True)
    paid_on = models.DateField(_("支付日期"), null=True, blank=True)
    object_type = models.CharField(_("对象类型"), max_length=60, blank=True)
    object_id = models.CharField(_("对象编号"), max_length=40, blank=True)
    note = models.CharField(_("说明"), max_length=200, blank=True)
    recorded_at = models.DateTimeField(_("登记时间"), default=clock.now)

    class Meta(ScopedModel.Meta):
        verbose_name = verbose_name_plural = _("应付款")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                name="payable_amount_not_zero",
                condition=~Q(amount_fen=0),
                violation_error_message=_("应付金额不能为零。"),
            ),
            models.CheckConstraint(
                name="payable_paid_has_day",
                condition=~Q(state="paid") | Q(paid_on__isnull=False),
                violation_error_message=_("已付的款项须有支付日期。"),
            ),
        ]
        indexes = [
            models.Index(
                fields=["pooling_area", "fund", "due_on"],
                name="payable_open",
                condition=Q(state__in=["due", "returned"]),
            ),
            models.Index(fields=["object_type", "object_id"], name="payable_by_object"),
        ]

    def __str__(self) -> str:
        return f"{self.payee_name} {self.kind}"
