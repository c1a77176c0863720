"""Providers and the agreements they work under."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from claims.codes import AgreementState, ProviderKind, ProviderLevel
from core.ranges import ends_after_start, no_overlap
from core.scope import ScopedModel


class Provider(ScopedModel):
    """One hospital or pharmacy (定点医药机构), wherever it lies: residents are treated outside their area too."""

    scope = "everyone"

    code = models.CharField(_("机构编码"), max_length=12, unique=True)
    name = models.CharField(_("机构名称"), max_length=120)
    pinyin = models.CharField(_("拼音"), max_length=240, blank=True)
    level = models.CharField(_("机构等级"), max_length=12, choices=ProviderLevel)
    kind = models.CharField(_("机构类别"), max_length=12, choices=ProviderKind, default=ProviderKind.HOSPITAL)
    region = models.ForeignKey("office.Region", models.PROTECT, verbose_name=_("所在地"), related_name="+")
    is_illustrative = models.BooleanField(_("示例"), default=False)

    class Meta(ScopedModel.Meta):
        verbose_name = _("定点医药机构")
        verbose_name_plural = _("定点医药机构")
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(
                name="provider_code_has_12_characters",
                condition=Q(code__regex=r"^[A-Z0-9]{12}$"),
                violation_error_message=_("机构编码应为 12 位大写字母或数字。"),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Agreement(ScopedModel):
    """One service agreement (定点协议) of a provider; without one in force on the day a bill is not paid."""

    scope = "everyone"

    provider = models.ForeignKey(Provider, models.PROTECT, verbose_name=_("机构"), related_name="agreements")
    starts_on = models.DateField(_("起始日期"))
    ends_on = models.DateField(_("终止日期"))
    state = models.CharField(_("状态"), max_length=12, choices=AgreementState, default=AgreementState.ACTIVE)
    note = models.CharField(_("说明"), max_length=200, blank=True)

    class Meta(ScopedModel.Meta):
        verbose_name = _("定点协议")
        verbose_name_plural = _("定点协议")
        ordering = ["provider", "starts_on"]
        constraints = [
            ends_after_start("agreement_ends_after_start", message=_("协议终止日期不能早于起始日期。")),
            no_overlap("agreement_no_overlap", ["provider"], message=_("同一机构的协议期不能重叠。")),
        ]

    def __str__(self) -> str:
        return f"{self.provider} {self.starts_on}–{self.ends_on}"
