"""The catalogue of drugs, services and materials, by date."""

from fractions import Fraction

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from claims.codes import ItemClass, ItemKind
from core.fields import FenField
from core.ranges import ends_after_start, no_overlap
from core.scope import ScopedModel


class CatalogueItem(ScopedModel):
    """One thing a provider may bill (目录项目); what it is, not how it is paid."""

    scope = "everyone"

    code = models.CharField(_("目录编码"), max_length=40, unique=True)
    name = models.CharField(_("名称"), max_length=200)
    pinyin = models.CharField(_("拼音首字母"), max_length=200, blank=True, db_index=True)
    kind = models.CharField(_("类别"), max_length=12, choices=ItemKind)
    specification = models.CharField(_("规格"), max_length=120, blank=True)
    unit = models.CharField(_("单位"), max_length=20, blank=True)
    is_imported = models.BooleanField(_("进口"), default=False)
    is_illustrative = models.BooleanField(_("示例"), default=False)

    class Meta(ScopedModel.Meta):
        verbose_name = _("目录项目")
        verbose_name_plural = _("目录项目")
        ordering = ["code"]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class CatalogueVersion(ScopedModel):
    """How one item is paid from a day on: class, first self-pay and price cap. A new list takes over on its date."""

    scope = "everyone"

    item = models.ForeignKey(CatalogueItem, models.PROTECT, verbose_name=_("项目"), related_name="versions")
    item_class = models.CharField(_("甲乙丙类"), max_length=1, choices=ItemClass)
    first_self_pay_numerator = models.PositiveIntegerField(_("先行自付比例（分子）"), default=0)
    first_self_pay_denominator = models.PositiveIntegerField(_("先行自付比例（分母）"), default=1)
    price_cap_fen = FenField(_("限价"), null=True, blank=True)
    starts_on = models.DateField(_("起始日期"))
    ends_on = models.DateField(_("终止日期"), null=True, blank=True)
    list_name = models.CharField(_("所属目录"), max_length=120)

    class Meta(ScopedModel.Meta):
        verbose_name = _("目录版本")
        verbose_name_plural = _("目录版本")
        ordering = ["item", "starts_on"]
        constraints = [
            ends_after_start("catalogue_version_ends_after_start", message=_("目录版本的终止日期不能早于起始日期。")),
            models.CheckConstraint(
                name="catalogue_first_self_pay_is_a_share",
                condition=Q(first_self_pay_denominator__gt=0)
                & Q(first_self_pay_numerator__lte=F("first_self_pay_denominator")),
                violation_error_message=_("先行自付比例应在 0 与 100% 之间。"),
            ),
            models.CheckConstraint(
                name="catalogue_price_cap_not_negative",
                condition=Q(price_cap_fen__isnull=True) | Q(price_cap_fen__gte=0),
                violation_error_message=_("限价不能为负。"),
            ),
            no_overlap("catalogue_version_no_overlap", ["item"], message=_("同一项目的目录版本日期不能重叠。")),
        ]

    def __str__(self) -> str:
        return f"{self.item} {self.starts_on}"

    @property
    def first_self_pay(self) -> Fraction:
        """Share of the price within the cap that the person pays first."""
        return Fraction(self.first_self_pay_numerator, self.first_self_pay_denominator)
