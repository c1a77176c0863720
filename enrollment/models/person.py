"""The person: one row for each human being the agency knows, insured or not."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Cast, Concat, LPad, Now
from django.utils.translation import gettext_lazy as _

from core import history, secrets
from core.identity import mask, mask_name
from core.scope import ScopedModel
from enrollment.codes import IdKind, Sex


@history.tracked(exclude=["number", "pinyin", "recorded_at"])
class Person(ScopedModel):
    """One human being, found by the blind index of the document number; exists without an enrolment.

    The document number is stored as cipher, keyed blind index, birth date and last four digits only.
    """

    scope = "region"

    id = models.BigAutoField(primary_key=True)
    number = models.GeneratedField(
        expression=Concat(models.Value("P"), LPad(Cast(F("id"), models.TextField()), 10, models.Value("0"))),
        output_field=models.CharField(max_length=20),
        db_persist=True,
        verbose_name=_("人员编号"),
    )
    name = models.CharField(_("姓名"), max_length=50)
    pinyin = models.CharField(_("姓名拼音"), max_length=200, editable=False)
    sex = models.CharField(_("性别"), max_length=1, choices=Sex)
    birth_on = models.DateField(_("出生日期"))
    id_kind = models.CharField(_("证件类型"), max_length=6, choices=IdKind, default=IdKind.RESIDENT)
    id_cipher = models.BinaryField(_("证件号码密文"), editable=False)
    id_index = models.BinaryField(_("证件号码检索值"), editable=False, max_length=32)
    id_last4 = models.CharField(_("证件号码末四位"), max_length=4, editable=False)
    phone_cipher = models.BinaryField(_("联系电话密文"), editable=False, null=True)
    phone_last4 = models.CharField(_("联系电话末四位"), max_length=4, editable=False, blank=True, default="")
    ethnicity = models.CharField(_("民族"), max_length=2, default="01")
    region = models.ForeignKey("office.Region", models.PROTECT, verbose_name=_("行政区划"), related_name="+")
    died_on = models.DateField(_("死亡日期"), null=True, blank=True)
    employee_insured_from_on = models.DateField(_("职工医保起始日期"), null=True, blank=True)
    is_temporary = models.BooleanField(_("临时编号"), default=False)
    guardian = models.ForeignKey(
        "self", models.PROTECT, verbose_name=_("监护人"), null=True, blank=True, related_name="wards"
    )
    merged_into = models.ForeignKey(
        "self", models.PROTECT, verbose_name=_("并入"), null=True, blank=True, related_name="merged_from"
    )
    credential_number = models.CharField(_("电子凭证号"), max_length=40, null=True, blank=True)
    batch = models.ForeignKey(
        "core.ImportBatch", models.PROTECT, verbose_name=_("导入批次"), null=True, blank=True, related_name="+"
    )
    version = models.PositiveIntegerField(_("版本"), default=1)
    recorded_at = models.DateTimeField(_("记录时间"), db_default=Now())

    class Meta(ScopedModel.Meta):
        verbose_name = _("人员")
        verbose_name_plural = _("人员")
        constraints = [
            models.UniqueConstraint("number", name="person_number_once"),
            models.UniqueConstraint(
                fields=["id_index"],
                condition=Q(merged_into__isnull=True),
                name="person_identity_once",
                violation_error_message=_("该证件号码已登记，请按证件号码查找此人，不要重复建档。"),
            ),
            models.UniqueConstraint(
                fields=["credential_number"],
                name="person_credential_once",
                violation_error_message=_("该电子凭证号已属于另一人，请核对。"),
            ),
            models.CheckConstraint(
                name="person_died_after_birth",
                condition=Q(died_on__isnull=True) | Q(died_on__gte=F("birth_on")),
                violation_error_message=_("死亡日期不能早于出生日期。"),
            ),
            models.CheckConstraint(
                name="person_named",
                condition=~Q(name=""),
                violation_error_message=_("姓名不能为空。"),
            ),
            models.CheckConstraint(
                name="person_temporary_is_newborn",
                condition=Q(is_temporary=False) | Q(id_kind=IdKind.BIRTH),
                violation_error_message=_("临时编号只用于凭出生医学证明登记的新生儿。"),
            ),
            models.CheckConstraint(
                name="person_not_merged_into_self",
                condition=Q(merged_into__isnull=True) | ~Q(merged_into=F("id")),
                violation_error_message=_("不能并入自己。"),
            ),
        ]
        indexes = [
            models.Index(fields=["pinyin", "id"], name="person_by_pinyin"),
            models.Index(fields=["region", "pinyin", "id"], name="person_by_region"),
            models.Index(fields=["name"], name="person_by_name", opclasses=["varchar_pattern_ops"]),
            models.Index(fields=["batch"], name="person_by_batch", condition=Q(batch__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.name}（{self.number}）"

    @property
    def masked_name(self) -> str:
        """The name with all but the family name hidden."""
        return mask_name(self.name)

    @property
    def masked_number(self) -> str:
        """The document number with only region, or first characters, and the last four shown."""
        return mask(self.identity())

    @property
    def masked_phone(self) -> str:
        """The telephone number reduced to its last four digits."""
        return f"*******{self.phone_last4}" if self.phone_last4 else ""

    def identity(self) -> str:
        """The document number in clear: for masking, matching and the audited reveal only."""
        return secrets.decrypt(bytes(self.id_cipher))

    def phone(self) -> str:
        """The telephone number in clear, or an empty string."""
        return secrets.decrypt(bytes(self.phone_cipher)) if self.phone_cipher else ""
