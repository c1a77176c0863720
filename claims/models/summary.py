"""Monthly sums of settlements: deltas appended with each settlement, folded into summaries by a job."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from claims.codes import ProviderLevel, VisitKind
from core.fields import FenField
from core.scope import ScopedModel


class SummaryFigures(ScopedModel):
    """The dimensions and sums that a delta and a summary share."""

    pooling_area = models.ForeignKey("office.Region", models.PROTECT, verbose_name=_("统筹地区"), related_name="+")
    region = models.ForeignKey("office.Region", models.PROTECT, verbose_name=_("地区"), related_name="+")
    period = models.PositiveIntegerField(_("月份"))
    visit_kind = models.CharField(_("就诊类别"), max_length=20, choices=VisitKind)
    level = models.CharField(_("机构等级"), max_length=12, choices=ProviderLevel)
    status = models.CharField(_("困难身份"), max_length=32, blank=True)
    is_local = models.BooleanField(_("统筹地区内就医"))
    bills = models.IntegerField(_("单据数"))
    total_fen = FenField(_("总费用"))
    full_self_fen = FenField(_("全自费"))
    over_limit_fen = FenField(_("超限价自费"))
    first_self_fen = FenField(_("先行自付"))
    in_scope_fen = FenField(_("符合政策范围"))
    deductible_fen = FenField(_("起付线"))
    basic_fen = FenField(_("基本医保支付"))
    critical_fen = FenField(_("大病保险支付"))
    aid_fen = FenField(_("医疗救助支付"))
    other_fen = FenField(_("其他支付"))
    personal_fen = FenField(_("个人负担"))

    class Meta(ScopedModel.Meta):
        abstract = True


class SettlementDelta(SummaryFigures):
    """What one settlement (or a batch of them) adds to a month; waits here until the job folds it. Region: the person's."""

    scope = "nobody"  # a queue of the folding job; people read the summaries

    class Meta(ScopedModel.Meta):
        verbose_name = _("待汇总变动")
        verbose_name_plural = _("待汇总变动")

    def __str__(self) -> str:
        return f"{self.period} {self.region_id}"


class MonthlySummary(SummaryFigures):
    """Sums of one month by county, visit kind, provider level, hardship status and place. Region: the county."""

    scope = "region"

    class Meta(ScopedModel.Meta):
        verbose_name = _("月度汇总")
        verbose_name_plural = _("月度汇总")
        constraints = [
            models.UniqueConstraint(
                fields=["pooling_area", "region", "period", "visit_kind", "level", "status", "is_local"],
                name="monthly_summary_once",
            ),
        ]
        indexes = [models.Index(fields=["period", "pooling_area"], name="monthly_summary_period")]

    def __str__(self) -> str:
        return f"{self.period} {self.region_id}"
