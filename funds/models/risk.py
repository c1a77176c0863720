"""Fund risk: warnings with their evidence and handling, and the published yearly books of a region."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core import clock
from core.fields import FenField
from core.scope import ScopedModel
from core.triggers import append_only
from funds.codes import Fund, WarningGrade, WarningState


class RiskWarning(ScopedModel):
    """One indicator of one area and month as it was read; other inputs make version n+1, the earlier one stays."""

    scope = "pooling_area"

    pooling_area = models.ForeignKey("office.Region", models.PROTECT, verbose_name=_("统筹地区"), related_name="+")
    period = models.PositiveIntegerField(_("期间"))
    indicator = models.CharField(_("指标"), max_length=40)
    version = models.PositiveSmallIntegerField(_("版本"), default=1)
    numerator = models.BigIntegerField(_("分子"), null=True)
    denominator = models.BigIntegerField(_("分母"), null=True)
    threshold = models.JSONField(_("阈值"), default=dict)
    grade = models.CharField(_("等级"), max_length=10, choices=WarningGrade)
    missing = models.CharField(_("缺少的数据"), max_length=200, blank=True)
    evidence = models.JSONField(_("证据"), default=dict)
    inputs_digest = models.CharField(_("输入摘要"), max_length=64)
    read_at = models.DateTimeField(_("取数时间"), default=clock.now)
    is_latest = models.BooleanField(_("最新版本"), default=True)
    state = models.CharField(_("处置状态"), max_length=10, choices=WarningState, default=WarningState.OPEN)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, verbose_name=_("责任人"), related_name="+"
    )
    due_on = models.DateField(_("处置期限"), null=True, blank=True)

    class Meta(ScopedModel.Meta):
        verbose_name = verbose_name_plural = _("风险预警")
        ordering = ["-period", "indicator"]
        constraints = [
            models.UniqueConstraint(
                fields=["pooling_area", "period", "indicator", "version"], name="risk_warning_version_once"
            ),
            models.UniqueConstraint(
                fields=["pooling_area", "period", "indicator"],
                condition=Q(is_latest=True),
                name="risk_warning_one_latest",
            ),
            models.CheckConstraint(
                name="risk_warning_value_or_missing",
                condition=Q(grade="missing") | Q(numerator__isnull=False, denominator__isnull=False),
                violation_error_message=_("预警须有指标值，或说明缺少哪项数据。"),
            ),
        ]
        indexes = [models.Index(fields=["pooling_area", "is_latest", "grade"], name="risk_warning_latest")]

    def __str__(self) -> str:
        return f"{self.pooling_area} {self.period} {self.indicator}"


class WarningStep(ScopedModel):
    """One step in the handling of a warning: who assessed, planned, followed up or closed it, and what was said."""

    scope = "warning__pooling_area"
    append_only = True

    warning = models.ForeignKey(RiskWarning, models.PROTECT, verbose_name=_("预警"), related_name="handling")
    state = models.CharField(_("步骤"), max_length=10, choices=WarningState)
    text = models.TextField(_("内容"))
    due_on = models.DateField(_("期限"), null=True, blank=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, verbose_name=_("经办人"), related_name="+")
    recorded_at = models.DateTimeField(_("登记时间"), default=clock.now)

    class Meta(ScopedModel.Meta):
        verbose_name = verbose_name_plural = _("处置步骤")
        triggers = append_only()
        ordering = ["recorded_at", "id"]

    def __str__(self) -> str:
        return self.get_state_display()


class AnnualBook(ScopedModel):
    """A region's published year of one fund: income, expenditure, balance; what was not published is an input."""

    scope = "region"

    region = models.ForeignKey("office.Region", models.PROTECT, verbose_name=_("地区"), related_name="+")
    year = models.PositiveSmallIntegerField(_("年度"))
    fund = models.CharField(_("基金"), max_length=10, choices=Fund)
    income_fen = FenField(_("收入"), null=True, blank=True)
    expenditure_fen = FenField(_("支出"), null=True, blank=True)
    balance_fen = FenField(_("累计结存"), null=True, blank=True)
    adjustment_reason = models.CharField(_("调整原因"), max_length=200, blank=True)
    source_title = models.CharField(_("来源"), max_length=200)
    source_url = models.CharField(_("来源地址"), max_length=300, blank=True)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, verbose_name=_("录入人"), related_name="+"
    )

    class Meta(ScopedModel.Meta):
        verbose_name = verbose_name_plural = _("年度账")
        ordering = ["region", "fund", "year"]
        constraints = [models.UniqueConstraint(fields=["region", "year", "fund"], name="annual_book_once")]

    def __str__(self) -> str:
        return f"{self.region} {self.year}"


class Budget(ScopedModel):
    """A pooling area's yearly budget of one fund (以收定支、收支平衡、略有结余); a version is never overwritten."""

    scope = "pooling_area"

    pooling_area = models.ForeignKey("office.Region", models.PROTECT, verbose_name=_("统筹地区"), related_name="+")
    year = models.PositiveSmallIntegerField(_("年度"))
    fund = models.CharField(_("基金"), max_length=10, choices=Fund)
    version = models.PositiveSmallIntegerField(_("版本"), default=1)
    income_fen = FenField(_("收入预算"))
    expenditure_fen = FenField(_("支出预算"))
    deficit_reason = models.CharField(_("赤字原因"), max_length=200, blank=True)
    state = models.CharField(_("状态"), max_length=10, default="draft")
    is_illustrative = models.BooleanField(_("示例"), default=False)
    drafted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, verbose_name=_("编制人"), related_name="+")
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, verbose_name=_("批准人"), related_name="+"
    )

    class Meta(ScopedModel.Meta):
        verbose_name = verbose_name_plural = _("预算")
        ordering = ["pooling_area", "-year", "fund", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["pooling_area", "year", "fund", "version"], name="budget_version_once"),
            models.CheckConstraint(
                name="budget_deficit_has_reason",
                condition=Q(income_fen__gte=models.F("expenditure_fen")) | ~Q(deficit_reason=""),
                violation_error_message=_("支出大于收入的预算须说明原因（以收定支、收支平衡、略有结余）。"),
            ),
            models.CheckConstraint(
                name="budget_maker_is_not_checker",
                condition=Q(approved_by__isnull=True) | ~Q(approved_by=models.F("drafted_by")),
                violation_error_message=_("编制人不能批准自己编制的预算。"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pooling_area} {self.year}"
