"""Regions and the dated relations between them: who administers, who pools, who reports to whom."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core import history
from core.ranges import DateRange
from core.scope import ScopedModel

NATION_CODE = "000000"


class Level(models.TextChoices):
    """Level of a region, from the nation down to the village."""

    NATION = "nation", _("国家")
    PROVINCE = "province", _("省级")
    CITY = "city", _("地市级")
    COUNTY = "county", _("县级")
    TOWNSHIP = "township", _("乡级")
    VILLAGE = "village", _("村级")


LEVEL_ORDER = [level.value for level in Level]


class LinkKind(models.TextChoices):
    """What a dated link between two regions says."""

    ADMINISTRATIVE = "administrative", _("行政隶属")
    POOLING = "pooling", _("统筹隶属")
    REPORTING = "reporting", _("报送隶属")


class ClosureKind(models.TextChoices):
    """Which relation a closure row unrolls."""

    ADMINISTRATIVE = "administrative", _("行政隶属")
    REPORTING = "reporting", _("报送隶属")
    SCOPE = "scope", _("管辖范围")
    POOLING = "pooling", _("统筹隶属")


@history.tracked(exclude=["pinyin"])
class Region(ScopedModel):
    """One region of the agency's tree: the nation, a province, a city, a county, a township or a village."""

    scope = "id"

    code = models.CharField(_("行政区划代码"), max_length=12, unique=True)
    name = models.CharField(_("名称"), max_length=60)
    full_name = models.CharField(_("全称"), max_length=200)
    level = models.CharField(_("级别"), max_length=10, choices=Level.choices)
    pinyin = models.CharField(_("拼音"), max_length=200, blank=True)
    starts_on = models.DateField(_("启用日期"))
    ends_on = models.DateField(_("停用日期"), null=True, blank=True)
    is_demonstration = models.BooleanField(_("演示数据"), default=False)
    note = models.CharField(_("说明"), max_length=200, blank=True)

    class Meta(ScopedModel.Meta):
        verbose_name = verbose_name_plural = _("地区")
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(
                name="region_code_is_digits",
                condition=Q(code__regex=r"^[0-9]{6,12}$"),
                violation_error_message=_("行政区划代码须为6至12位数字。"),
            ),
            models.CheckConstraint(
                name="region_ends_after_start",
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                violation_error_message=_("停用日期不能早于启用日期。"),
            ),
        ]
        indexes = [models.Index(fields=["level", "code"], name="region_by_level")]

    def __str__(self) -> str:
        return self.name


@history.tracked()
class RegionLink(ScopedModel):
    """One dated relation: ``child`` belongs to ``parent`` in the sense of ``kind``, both days included.

    A pooling link of a region to itself says that it is a pooling area; those below it follow it.
    """

    scope = "everyone"

    kind = models.CharField(_("关系"), max_length=14, choices=LinkKind.choices)
    child = models.ForeignKey(Region, models.PROTECT, related_name="parent_links", verbose_name=_("下级"))
    parent = models.ForeignKey(Region, models.PROTECT, related_name="child_links", verbose_name=_("上级"))
    starts_on = models.DateField(_("起始日期"))
    ends_on = models.DateField(_("终止日期"), null=True, blank=True)
    document = models.CharField(_("依据"), max_length=100, blank=True)

    class Meta(ScopedModel.Meta):
        verbose_name = verbose_name_plural = _("地区关系")
        constraints = [
            models.CheckConstraint(
                name="region_link_ends_after_start",
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                violation_error_message=_("终止日期不能早于起始日期。"),
            ),
            models.CheckConstraint(
                name="region_link_not_to_itself",
                condition=Q(kind="pooling") | ~Q(child=F("parent")),
                violation_error_message=_("地区不能隶属于自己。"),
            ),
            ExclusionConstraint(
                name="region_link_one_parent_a_day",
                expressions=[
                    ("kind", RangeOperators.EQUAL),
                    ("child", RangeOperators.EQUAL),
                    (DateRange("starts_on", "ends_on"), RangeOperators.OVERLAPS),
                ],
                violation_error_message=_("同一地区同一天只能有一个上级。请先终止原有关系。"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.child} → {self.parent}"


class RegionClosure(ScopedModel):
    """One ancestor of one region for a range of days; kept by ``services.regions.rebuild_closure`` alone."""

    scope = "everyone"

    kind = models.CharField(_("关系"), max_length=14, choices=ClosureKind.choices)
    ancestor = models.ForeignKey(Region, models.CASCADE, related_name="+", verbose_name=_("上级"))
    descendant = models.ForeignKey(Region, models.CASCADE, related_name="+", verbose_name=_("下级"))
    depth = models.SmallIntegerField(_("层数"))
    starts_on = models.DateField(_("起始日期"))
    ends_on = models.DateField(_("终止日期"), null=True, blank=True)

    class Meta(ScopedModel.Meta):
        verbose_name = verbose_name_plural = _("地区层级")
        indexes = [
            models.Index(fields=["ancestor", "kind", "descendant"], name="closure_down"),
            models.Index(fields=["descendant", "kind", "depth"], name="closure_up"),
        ]

    def __str__(self) -> str:
        return f"{self.kind}: {self.ancestor_id} ⊇ {self.descendant_id}"


@history.tracked()
class RegionAttribute(ScopedModel):
    """One dated property of a region with the document it comes from (「待确认」 where none is at hand)."""

    scope = "everyone"

    class Name(models.TextChoices):
        """What can be said of a region."""

        REGION_CLASS = "region_class", _("东中西部")
        SUBSIDY_TIER = "subsidy_tier", _("中央补助分档")
        DEEP_POVERTY = "deep_poverty", _("深度贫困地区")
        DRG_PILOT = "drg_pilot", _("DRG付费试点")
        POOLING_LEVEL = "pooling_level", _("统筹层次")
        PER_CAPITA_INCOME = "per_capita_income", _("居民人均可支配收入")

    region = models.ForeignKey(Region, models.CASCADE, related_name="attributes", verbose_name=_("地区"))
    name = models.CharField(_("属性"), max_length=30, choices=Name.choices)
    value = models.CharField(_("取值"), max_length=60)
    starts_on = models.DateField(_("起始日期"))
    ends_on = models.DateField(_("终止日期"), null=True, blank=True)
    document = models.CharField(_("依据文件"), max_length=100)
    clause = models.CharField(_("条款"), max_length=60, blank=True)
    is_unconfirmed = models.BooleanField(_("待确认"), default=False)

    class Meta(ScopedModel.Meta):
        verbose_name = verbose_name_plural = _("地区属性")
        constraints = [
            models.CheckConstraint(
                name="region_attribute_ends_after_start",
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                violation_error_message=_("终止日期不能早于起始日期。"),
            ),
            ExclusionConstraint(
                name="region_attribute_one_value_a_day",
                expressions=[
                    ("region", RangeOperators.EQUAL),
                    ("name", RangeOperators.EQUAL),
                    (DateRange("starts_on", "ends_on"), RangeOperators.OVERLAPS),
                ],
                violation_error_message=_("该地区此项属性在这段日期已有取值。请先终止原取值。"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.region} {self.get_name_display()} {self.value}"
