"""Bills of one visit, their lines, and the filings for care away from home."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from claims.codes import BillSource, BillState, DeliveryKind, FilingKind, ItemClass, Trait, VisitKind
from core.fields import FenField
from core.ranges import ends_after_start
from core.scope import ScopedModel
from core.triggers import append_only


class Filing(ScopedModel):
    """One announcement of care outside the pooling area (异地就医备案) with its validity."""

    scope = "region"

    number = models.CharField(_("备案号"), max_length=32, unique=True)
    person = models.ForeignKey("enrollment.Person", models.PROTECT, verbose_name=_("参保人"), related_name="filings")
    kind = models.CharField(_("备案类型"), max_length=24, choices=FilingKind)
    destination = models.ForeignKey("office.Region", models.PROTECT, verbose_name=_("就医地"), related_name="+")
    region = models.ForeignKey("office.Region", models.PROTECT, verbose_name=_("参保人所在地"), related_name="+")
    starts_on = models.DateField(_("起始日期"))
    ends_on = models.DateField(_("终止日期"), null=True, blank=True)
    recorded_at = models.DateTimeField(_("登记时间"), auto_now_add=True)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name=_("登记人"), related_name="+"
    )

    class Meta(ScopedModel.Meta):
        verbose_name = _("异地就医备案")
        verbose_name_plural = _("异地就医备案")
        ordering = ["-starts_on", "-id"]
        constraints = [
            ends_after_start("filing_ends_after_start", message=_("备案终止日期不能早于起始日期。")),
        ]

    def __str__(self) -> str:
        return self.number


class Bill(ScopedModel):
    """One visit's bill (一次就诊的费用单据) with its sums; its region and pooling area are those of the fact's day."""

    scope = "region"

    number = models.CharField(_("单据号"), max_length=32, unique=True)
    person = models.ForeignKey("enrollment.Person", models.PROTECT, verbose_name=_("参保人"), related_name="bills")
    provider = models.ForeignKey("claims.Provider", models.PROTECT, verbose_name=_("医疗机构"), related_name="bills")
    hospital_number = models.CharField(_("医院单据号"), max_length=40)
    visit_kind = models.CharField(_("就诊类别"), max_length=20, choices=VisitKind)
    filing = models.CharField(_("备案类型"), max_length=24, choices=FilingKind, default=FilingKind.LOCAL)
    delivery_kind = models.CharField(_("分娩方式"), max_length=12, choices=DeliveryKind, blank=True)
    trait = models.CharField(_("诊疗特征"), max_length=24, choices=Trait, blank=True)
    disease = models.CharField(_("慢特病病种"), max_length=40, blank=True)
    admitted_on = models.DateField(_("入院日期"))
    discharged_on = models.DateField(_("出院日期"))
    stay_days = models.PositiveIntegerField(_("住院天数"), default=0)
    diagnosis_code = models.CharField(_("诊断编码"), max_length=20)
    diagnosis_name = models.CharField(_("诊断名称"), max_length=120, blank=True)
    total_fen = FenField(_("总费用"))
    full_self_fen = FenField(_("全自费"))
    over_limit_fen = FenField(_("超限价自费"))
    first_self_fen = FenField(_("先行自付"))
    in_scope_fen = FenField(_("符合政策范围"))
    other_fen = FenField(_("其他支付方已付"), default=0)
    sums = models.JSONField(_("按类别与先行自付比例的合计"), default=list)
    line_count = models.PositiveIntegerField(_("明细行数"), default=0)
    year = models.PositiveSmallIntegerField(_("待遇年度"))
    period = models.PositiveIntegerField(_("出院月份"))
    region = models.ForeignKey("office.Region", models.PROTECT, verbose_name=_("参保人所在地"), related_name="+")
    pooling_area = models.ForeignKey("office.Region", models.PROTECT, verbose_name=_("统筹地区"), related_name="+")
    is_local = models.BooleanField(_("统筹地区内就医"), default=True)
    state = models.CharField(_("状态"), max_length=12, choices=BillState, default=BillState.WAITING)
    settlement_count = models.PositiveSmallIntegerField(_("结算次数"), default=0)
    source = models.CharField(_("来源"), max_length=12, choices=BillSource, default=BillSource.WINDOW)
    content_hash = models.BinaryField(_("内容摘要"), max_length=32, default=bytes)
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, verbose_name=_("录入人"), related_name="+")
    recorded_at = models.DateTimeField(_("录入时间"))

    class Meta(ScopedModel.Meta):
        verbose_name = _("费用单据")
        verbose_name_plural = _("费用单据")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["person", "year", "discharged_on"], name="bill_person_year"),
            models.Index(fields=["region", "state", "-id"], name="bill_region_state"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["provider", "hospital_number"],
                condition=~Q(state="withdrawn"),
                name="bill_hospital_number_once",
                violation_error_message=_("该医疗机构的这张单据已经录入，请在“费用单据”中查找原单据。"),
            ),
            models.CheckConstraint(
                name="bill_parts_add_up",
                condition=Q(
                    total_fen=F("full_self_fen") + F("over_limit_fen") + F("first_self_fen") + F("in_scope_fen")
                ),
                violation_error_message=_("总费用应等于全自费、超限价、先行自付与符合范围费用之和。"),
            ),
            models.CheckConstraint(
                name="bill_amounts_not_negative",
                condition=Q(full_self_fen__gte=0, over_limit_fen__gte=0, first_self_fen__gte=0, in_scope_fen__gte=0)
                & Q(other_fen__gte=0),
                violation_error_message=_("单据金额不能为负。"),
            ),
            models.CheckConstraint(
                name="bill_discharged_after_admission",
                condition=Q(discharged_on__gte=F("admitted_on")),
                violation_error_message=_("出院日期不能早于入院日期。"),
            ),
        ]

    def __str__(self) -> str:
        return self.number


class BillLine(ScopedModel):
    """One line of a bill, split by the catalogue version of the day. Partitioned by ``period``; nothing points here."""

    scope = "nobody"  # read through the bill, which is scoped; lines have no door of their own
    append_only = True

    id = models.BigAutoField(primary_key=True)
    period = models.PositiveIntegerField(_("出院月份"))
    bill_id = models.BigIntegerField(_("单据"))
    line_number = models.PositiveIntegerField(_("行号"))
    item_code = models.CharField(_("目录编码"), max_length=40)
    item_class = models.CharField(_("甲乙丙类"), max_length=1, choices=ItemClass)
    quantity = models.DecimalField(_("数量"), max_digits=14, decimal_places=4)
    unit_price = models.DecimalField(_("单价"), max_digits=16, decimal_places=4)
    amount_fen = FenField(_("金额"))
    full_self_fen = FenField(_("全自费"))
    over_limit_fen = FenField(_("超限价自费"))
    first_self_fen = FenField(_("先行自付"))
    in_scope_fen = FenField(_("符合政策范围"))
    first_self_pay_numerator = models.PositiveIntegerField(_("先行自付比例（分子）"))
    first_self_pay_denominator = models.PositiveIntegerField(_("先行自付比例（分母）"))

    class Meta(ScopedModel.Meta):
        verbose_name = _("费用明细")
        verbose_name_plural = _("费用明细")
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.bill_id}/{self.line_number}"
