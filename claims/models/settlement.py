"""Settlements: append-only facts, and the year's running totals that must equal their replay."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from claims.codes import ProviderLevel, SettlementKind, VisitKind
from core.fields import FenField
from core.scope import ScopedModel
from core.triggers import append_only


class Settlement(ScopedModel):
    """One settled bill, its equal and opposite reversal, or a correction after an earlier reversal; never edited."""

    scope = "region"
    append_only = True

    number = models.CharField(_("结算单号"), max_length=32, unique=True)
    kind = models.CharField(_("种类"), max_length=12, choices=SettlementKind)
    bill = models.ForeignKey("claims.Bill", models.PROTECT, verbose_name=_("单据"), related_name="settlements")
    attempt = models.PositiveSmallIntegerField(_("该单据第几次结算"), default=1)
    person = models.ForeignKey(
        "enrollment.Person", models.PROTECT, verbose_name=_("参保人"), related_name="settlements"
    )
    provider = models.ForeignKey(
        "claims.Provider", models.PROTECT, verbose_name=_("医疗机构"), related_name="settlements"
    )
    year = models.PositiveSmallIntegerField(_("待遇年度"))
    sequence = models.PositiveIntegerField(_("本人本年度序号"))
    settled_on = models.DateField(_("结算日期"))
    period = models.PositiveIntegerField(_("结算月份"))
    region = models.ForeignKey("office.Region", models.PROTECT, verbose_name=_("参保人所在地"), related_name="+")
    pooling_area = models.ForeignKey("office.Region", models.PROTECT, verbose_name=_("统筹地区"), related_name="+")
    visit_kind = models.CharField(_("就诊类别"), max_length=20, choices=VisitKind)
    level = models.CharField(_("机构等级"), max_length=12, choices=ProviderLevel)
    is_local = models.BooleanField(_("统筹地区内就医"))
    status = models.CharField(_("困难身份"), max_length=32, blank=True)
    snapshot = models.ForeignKey("policy.TermsSnapshot", models.PROTECT, verbose_name=_("政策版本"), related_name="+")
    total_fen = FenField(_("总费用"))
    full_self_fen = FenField(_("全自费"))
    over_limit_fen = FenField(_("超限价自费"))
    first_self_fen = FenField(_("先行自付"))
    in_scope_fen = FenField(_("符合政策范围"))
    deductible_fen = FenField(_("本次起付线"))
    basic_fen = FenField(_("基本医保支付"))
    critical_fen = FenField(_("大病保险支付"))
    aid_fen = FenField(_("医疗救助支付"))
    other_fen = FenField(_("其他支付"))
    personal_fen = FenField(_("个人负担"))
    steps = models.JSONField(_("计算过程"), default=list)
    facts = models.JSONField(_("计算所用事实"), default=dict)
    contribution = models.JSONField(_("年度累计的变化"), default=dict)
    reverses = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, verbose_name=_("冲正的结算单"), related_name="reversal"
    )
    adjusts = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, verbose_name=_("调整的结算单"), related_name="adjustments"
    )
    cause = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, verbose_name=_("引起调整的冲正"), related_name="effects"
    )
    reason = models.CharField(_("原因"), max_length=200, blank=True)
    settled_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, verbose_name=_("经办人"), related_name="+")
    recorded_at = models.DateTimeField(_("登记时间"))

    class Meta(ScopedModel.Meta):
        verbose_name = _("结算单")
        verbose_name_plural = _("结算单")
        triggers = append_only()
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["pooling_area", "settled_on"], name="settlement_area_day"),
            models.Index(fields=["region", "-id"], name="settlement_region"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["person", "year", "sequence"], name="settlement_sequence_once"),
            models.UniqueConstraint(
                fields=["bill", "attempt"],
                condition=Q(kind="settlement"),
                name="settlement_bill_attempt_once",
                violation_error_message=_("这张单据已经结算。"),
            ),
            models.CheckConstraint(
                name="settlement_cost_adds_up",
                condition=Q(
                    total_fen=F("full_self_fen") + F("over_limit_fen") + F("first_self_fen") + F("in_scope_fen")
                ),
                violation_error_message=_("总费用应等于全自费、超限价、先行自付与符合范围费用之和。"),
            ),
            models.CheckConstraint(
                name="settlement_payers_add_up",
                condition=Q(
                    total_fen=F("basic_fen") + F("critical_fen") + F("aid_fen") + F("other_fen") + F("personal_fen")
                ),
                violation_error_message=_("总费用应等于各方支付之和。"),
            ),
            models.CheckConstraint(
                name="settlement_signs",
                condition=(
                    Q(kind="settlement", total_fen__gte=0, full_self_fen__gte=0, over_limit_fen__gte=0)
                    & Q(first_self_fen__gte=0, in_scope_fen__gte=0, deductible_fen__gte=0, basic_fen__gte=0)
                    & Q(critical_fen__gte=0, aid_fen__gte=0, other_fen__gte=0, personal_fen__gte=0)
                )
                | Q(kind="reversal", total_fen__lte=0)
                | Q(
                    kind="adjustment", total_fen=0, full_self_fen=0, over_limit_fen=0, first_self_fen=0, in_scope_fen=0
                ),
                violation_error_message=_("结算单金额的正负不符合其种类。"),
            ),
            models.CheckConstraint(
                name="settlement_kind_points_to_its_cause",
                condition=Q(kind="settlement", reverses__isnull=True, adjusts__isnull=True, cause__isnull=True)
                | Q(kind="reversal", reverses__isnull=False, adjusts__isnull=True)
                | Q(kind="adjustment", reverses__isnull=True, adjusts__isnull=False, cause__isnull=False),
                violation_error_message=_("冲正单须指向原结算单，调整单须指向被调整的结算单和引起它的冲正单。"),
            ),
        ]

    def __str__(self) -> str:
        return self.number


class YearTotal(ScopedModel):
    """One person's running totals of one benefit year: a cache of the settlements, and the row everybody locks first."""

    scope = "person__region"

    person = models.ForeignKey(
        "enrollment.Person", models.PROTECT, verbose_name=_("参保人"), related_name="year_totals"
    )
    year = models.PositiveSmallIntegerField(_("待遇年度"))
    last_sequence = models.PositiveIntegerField(_("最后序号"), default=0)
    bills = models.IntegerField(_("已结算单据数"), default=0)
    total_fen = FenField(_("总费用"), default=0)
    in_scope_fen = FenField(_("符合政策范围"), default=0)
    deductible_fen = FenField(_("起付线"), default=0)
    basic_fen = FenField(_("基本医保支付"), default=0)
    critical_fen = FenField(_("大病保险支付"), default=0)
    aid_fen = FenField(_("医疗救助支付"), default=0)
    other_fen = FenField(_("其他支付"), default=0)
    personal_fen = FenField(_("个人负担"), default=0)
    so_far = models.JSONField(_("计算用年度累计"), default=dict)

    class Meta(ScopedModel.Meta):
        verbose_name = _("年度累计")
        verbose_name_plural = _("年度累计")
        constraints = [
            models.UniqueConstraint(fields=["person", "year"], name="year_total_once"),
            models.CheckConstraint(
                name="year_total_payers_add_up",
                condition=Q(
                    total_fen=F("basic_fen") + F("critical_fen") + F("aid_fen") + F("other_fen") + F("personal_fen")
                ),
                violation_error_message=_("年度累计各方支付之和应等于总费用。"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.year}"
