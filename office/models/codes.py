"""Code tables of the national standard, and the list of service items."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.utils.translation import gettext_lazy as _

from core import history
from core.ranges import DateRange
from core.scope import ScopedModel


class CodeTable(ScopedModel):
    """One code table (字典) with its source."""

    scope = "everyone"

    code = models.CharField(_("字典代码"), max_length=40, unique=True)
    name = models.CharField(_("字典名称"), max_length=80)
    source = models.CharField(_("来源"), max_length=200)

    class Meta(ScopedModel.Meta):
        verbose_name = verbose_name_plural = _("代码表")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name


@history.tracked()
class CodeValue(ScopedModel):
    """One value of a code table, in force for a range of days."""

    scope = "everyone"

    table = models.ForeignKey(CodeTable, models.CASCADE, related_name="values", verbose_name=_("代码表"))
    code = models.CharField(_("代码"), max_length=40)
    label = models.CharField(_("名称"), max_length=120)
    position = models.PositiveIntegerField(_("次序"), default=0)
    starts_on = models.DateField(_("启用日期"))
    ends_on = models.DateField(_("停用日期"), null=True, blank=True)

    class Meta(ScopedModel.Meta):
        verbose_name = verbose_name_plural = _("代码")
        ordering = ["table", "position", "code"]
        constraints = [
            ExclusionConstraint(
                name="code_value_once_a_day",
                expressions=[
                    ("table", RangeOperators.EQUAL),
                    ("code", RangeOperators.EQUAL),
                    (DateRange("starts_on", "ends_on"), RangeOperators.OVERLAPS),
                ],
                violation_error_message=_("该代码在这段日期已有取值。"),
            )
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.label}"


@history.tracked()
class ServiceItem(ScopedModel):
    """One item of the agency's service list (经办政务服务事项清单) with its papers and time limit."""

    scope = "everyone"

    code = models.CharField(_("事项编码"), max_length=40, unique=True)
    name = models.CharField(_("事项名称"), max_length=100)
    steps = models.TextField(_("办理流程"), blank=True)
    papers = models.TextField(_("所需材料"), blank=True)
    limit_days = models.PositiveSmallIntegerField(_("时限（工作日）"), null=True, blank=True)
    document = models.CharField(_("依据"), max_length=100, blank=True)
    is_open = models.BooleanField(_("启用"), default=True)

    class Meta(ScopedModel.Meta):
        verbose_name = verbose_name_plural = _("服务事项")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name
