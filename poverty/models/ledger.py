"""Households and members of the ledger, and the dated marks of identity that lists give them."""

from __future__ import annotations

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Cast, Concat, LPad, Now
from django.utils.translation import gettext_lazy as _

from core import history, secrets
from core.ranges import DateRange
from core.scope import ScopedModel
from enrollment.codes import HardshipCategory, Relation
from poverty.codes import Gap, Source


@history.tracked(exclude=["number", "recorded_at"])
class LedgerHousehold(ScopedModel):
    """One poor household as the lists of a village number it."""

    scope = "region"

    id = models.BigAutoField(primary_key=True)
    number = models.GeneratedField(
        expression=Concat(models.Value("K"), LPad(Cast(F("id"), models.TextField()), 10, models.Value("0"))),
        output_field=models.CharField(max_length=20),
        db_persist=True,
        verbose_name=_("台账编号"),
    )
    book_number = models.CharField(_("户编号"), max_length=40)
    region = models.ForeignKey("office.Region", models.PROTECT, verbose_name=_("村（社区）"), related_name="+")
    pooling_area = models.ForeignKey("office.Region", models.PROTECT, verbose_name=_("统筹地区"), related_name="+")
    head_name = models.CharField(_("户主"), max_length=50, blank=True, default="")
    cause = models.CharField(_("致贫原因"), max_length=60, blank=True, default="")
    batch = models.ForeignKey(
        "core.ImportBatch", models.PROTECT, verbose_name=_("名单批次"), null=True, related_name="+"
    )
    recorded_at = models.DateTimeField(_("记录时间"), db_default=Now())

    class Meta(ScopedModel.Meta):
        verbose_name = _("台账家庭")
        verbose_name_plural = _("台账家庭")
        constraints = [
            models.UniqueConstraint("number", name="ledger_household_number_once"),
            models.UniqueConstraint(
                fields=["region", "book_number"],
                name="ledger_household_once",
                violation_error_message=_("本村已有同一户编号的台账家庭。"),
            ),
        ]
        indexes = [
            models.Index(fields=["book_number"], name="ledger_household_by_book"),
            models.Index(fields=["pooling_area"], name="ledger_household_by_area"),
        ]

    def __str__(self) -> str:
        return self.book_number


@history.tracked(exclude=["recorded_at", "gap", "gap_on"])
class LedgerMember(ScopedModel):
    """One human being whom lists name in one pooling area; `person` once the identity is verified against the register.

    The number as the list gives it: cipher, blind index, last four. A number that cannot be one (check digit) has no index.
    """

    scope = "region"

    id = models.BigAutoField(primary_key=True)
    household = models.ForeignKey(LedgerHousehold, models.PROTECT, verbose_name=_("台账家庭"), related_name="members")
    member_number = models.CharField(_("人编号"), max_length=40)
    name = models.CharField(_("姓名"), max_length=50)
    id_cipher = models.BinaryField(_("证件号码密文"), editable=False)
    id_index = models.BinaryField(_("证件号码检索值"), editable=False, max_length=32, null=True)
    id_last4 = models.CharField(_("证件号码末四位"), max_length=4, editable=False)
    birth_on = models.DateField(_("出生日期"), null=True)
    sex = models.CharField(_("性别"), max_length=1, blank=True, default="")
    relation = models.CharField(_("与户主关系"), max_length=12, choices=Relation)
    health = models.CharField(_("健康状况"), max_length=60, blank=True, default="")
    phone_cipher = models.BinaryField(_("联系电话密文"), editable=False, null=True)
    phone_last4 = models.CharField(_("联系电话末四位"), max_length=4, editable=False, blank=True, default="")
    region = models.ForeignKey("office.Region", models.PROTECT, verbose_name=_("村（社区）"), related_name="+")
    pooling_area = models.ForeignKey("office.Region", models.PROTECT, verbose_name=_("统筹地区"), related_name="+")
    person = models.ForeignKey(
        "enrollment.Person", models.PROTECT, verbose_name=_("登记人员"), null=True, related_name="ledger_members"
    )
    is_decided = models.BooleanField(_("由人工关联"), default=False)
    is_struck = models.BooleanField(_("已剔除"), default=False)
    gap = models.CharField(_("缺口原因"), max_length=16, choices=Gap, blank=True, default="")
    gap_on = models.DateField(_("统计日期"), null=True)
    batch = models.ForeignKey(
        "core.ImportBatch", models.PROTECT, verbose_name=_("名单批次"), null=True, related_name="+"
    )
    recorded_at = models.DateTimeField(_("记录时间"), db_default=Now())

    class Meta(ScopedModel.Meta):
        verbose_name = _("台账成员")
        verbose_name_plural = _("台账成员")
        constraints = [
            models.UniqueConstraint(
                fields=["pooling_area", "id_index"],
                name="ledger_member_identity_once",
                condition=Q(id_index__isnull=False),
                violation_error_message=_("该证件号码已在本统筹地区的台账中。"),
            ),
            models.CheckConstraint(
                name="ledger_member_struck_has_no_gap",
                condition=Q(is_struck=False) | Q(gap=""),
                violation_error_message=_("已剔除的成员不再统计缺口。"),
            ),
        ]
        indexes = [
            models.Index(fields=["pooling_area", "member_number"], name="ledger_member_by_number"),
            models.Index(fields=["region", "gap"], name="ledger_member_by_gap"),
            models.Index(fields=["name"], name="ledger_member_by_name"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def masked_number(self) -> str:
        """The number with all but the last four hidden."""
        return f"**************{self.id_last4}"

    @property
    def masked_phone(self) -> str:
        """The telephone reduced to its last four digits."""
        return f"*******{self.phone_last4}" if self.phone_last4 else ""

    def phone(self) -> str:
        """The telephone number in clear, or an empty string: for the recorded reveal only."""
        return secrets.decrypt(bytes(self.phone_cipher)) if self.phone_cipher else ""


class LedgerMark(ScopedModel):
    """One identity mark (身份标识): a member counted in a category from a day to a day, on the word of one list.

    Never edited: a list that says otherwise withdraws the row and writes another, so that what was known is kept.
    """

    scope = "region"

    id = models.BigAutoField(primary_key=True)
    member = models.ForeignKey(LedgerMember, models.PROTECT, verbose_name=_("台账成员"), related_name="marks")
    category = models.CharField(_("困难身份"), max_length=24, choices=HardshipCategory)
    source = models.CharField(_("名单来源"), max_length=24, choices=Source)
    starts_on = models.DateField(_("起始日期"))
    ends_on = models.DateField(_("终止日期"), null=True, blank=True)
    region = models.ForeignKey("office.Region", models.PROTECT, verbose_name=_("村（社区）"), related_name="+")
    batch = models.ForeignKey(
        "core.ImportBatch", models.PROTECT, verbose_name=_("名单批次"), null=True, related_name="+"
    )
    recorded_at = models.DateTimeField(_("记录时间"), db_default=Now())
    recorded_by = models.ForeignKey(
        "office.User", models.PROTECT, verbose_name=_("经办人"), null=True, related_name="+"
    )
    withdrawn_at = models.DateTimeField(_("撤销时间"), null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        "office.User", models.PROTECT, verbose_name=_("撤销人"), null=True, blank=True, related_name="+"
    )
    withdrawn_reason = models.CharField(_("撤销原因"), max_length=200, blank=True, default="")
    withdrawn_batch = models.ForeignKey(
        "core.ImportBatch", models.PROTECT, verbose_name=_("撤销批次"), null=True, blank=True, related_name="+"
    )

    class Meta(ScopedModel.Meta):
        verbose_name = _("身份标识")
        verbose_name_plural = _("身份标识")
        constraints = [
            models.CheckConstraint(
                name="ledger_mark_ends_after_start",
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                violation_error_message=_("身份终止日期不能早于起始日期。"),
            ),
            ExclusionConstraint(
                name="ledger_mark_once_at_a_time",
                expressions=[
                    ("member", RangeOperators.EQUAL),
                    ("category", RangeOperators.EQUAL),
                    ("source", RangeOperators.EQUAL),
                    (DateRange("starts_on", "ends_on"), RangeOperators.OVERLAPS),
                ],
                condition=Q(withdrawn_at__isnull=True),
                violation_error_message=_("同一来源的名单在同一时期已有该身份标识。"),
            ),
        ]
        indexes = [
            models.Index(fields=["member", "starts_on"], name="ledger_mark_by_member"),
            models.Index(fields=["region", "category"], name="ledger_mark_by_region"),
            models.Index(fields=["batch"], name="ledger_mark_by_batch", condition=Q(batch__isnull=False)),
        ]

    def __str__(self) -> str:
        return self.get_category_display()
