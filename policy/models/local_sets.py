"""Local policy sets: what one area has set, from draft to being in force, and where the law asks for more."""

from datetime import date

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core import clock
from core.ranges import ends_after_start
from core.scope import ScopedModel, Staff
from core.triggers import ERROR_CODE, append_only, no_truncate
from core.versions import VersionedModel
from office.models import Region, User
from policy.law import BOUNDS
from policy.models.scopes import governed

# The terms and days of an approved set stay as they were approved, whatever code asks.
_KEPT = ("region_id", "kind", "document", "document_number", "issued_on", "effective_on", "ends_on", "content", "text")
_CHANGED = " OR ".join(f'NEW."{column}" IS DISTINCT FROM OLD."{column}"' for column in _KEPT)
APPROVED_STAYS = f"""
IF OLD.state IN ('approved', 'withdrawn') AND (TG_OP = 'DELETE' OR {_CHANGED} OR NEW.state NOT IN ('approved', 'withdrawn')) THEN
  RAISE EXCEPTION USING ERRCODE = '{ERROR_CODE}', MESSAGE = '已批准的政策标准不能修改或删除，请撤销后重新起草';
END IF;
IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
RETURN NEW;
"""


class LocalPolicySet(VersionedModel):
    """One document of a pooling area (or a province) with all its terms.

    A full set stands for itself; a supplement (补充文件) overrides single terms of the full set it adds to.
    An approved set never changes; it ends on its day, is followed by a later full set, or is withdrawn.
    """

    scope = "region"

    class State(models.TextChoices):
        """Where the set stands on its way."""

        DRAFT = "draft", _("起草")
        SUBMITTED = "submitted", _("待审批")
        RETURNED = "returned", _("已退回")
        APPROVED = "approved", _("已批准")
        WITHDRAWN = "withdrawn", _("已撤销")

    class Kind(models.TextChoices):
        """Whole or part."""

        FULL = "full", _("全套标准")
        SUPPLEMENT = "supplement", _("补充文件")

    region = models.ForeignKey(Region, models.PROTECT, related_name="policy_sets", verbose_name=_("统筹地区"))
    kind = models.CharField(_("种类"), max_length=10, choices=Kind.choices, default=Kind.FULL)
    name = models.CharField(_("名称"), max_length=200)
    document = models.CharField(_("文件名称"), max_length=200, blank=True)
    document_number = models.CharField(_("文号"), max_length=100, blank=True)
    issued_on = models.DateField(_("印发日期"), null=True, blank=True)
    effective_on = models.DateField(_("生效日期"))
    ends_on = models.DateField(_("终止日期"), null=True, blank=True)
    content = models.JSONField(_("标准内容"), default=dict)
    text = models.TextField(_("标准原稿"), blank=True)
    is_illustrative = models.BooleanField(_("示例"), default=False)
    is_partly_illustrative = models.BooleanField(_("部分示例"), default=False)
    departure_reason = models.CharField(_("低于原则性标准的理由"), max_length=500, blank=True)
    state = models.CharField(_("状态"), max_length=10, choices=State.choices, default=State.DRAFT)
    made_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("起草人"))
    made_at = models.DateTimeField(_("起草时间"), default=clock.now)
    approved_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("批准人")
    )
    approved_on = models.DateField(_("批准日期"), null=True, blank=True)
    approved_at = models.DateTimeField(_("批准时间"), null=True, blank=True)
    return_reason = models.CharField(_("退回意见"), max_length=500, blank=True)
    withdrawn_at = models.DateTimeField(_("撤销时间"), null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("撤销人")
    )
    withdrawn_reason = models.CharField(_("撤销理由"), max_length=500, blank=True)

    class Meta(VersionedModel.Meta):
        verbose_name = verbose_name_plural = _("地方政策标准")
        ordering = ["region__code", "-effective_on", "-pk"]
        constraints = [
            ends_after_start(
                "policy_set_ends_after_start", message=_("终止日期不能早于生效日期。"), starts_on="effective_on"
            ),
            models.CheckConstraint(
                name="policy_set_maker_is_not_approver",
                condition=Q(approved_by__isnull=True) | Q(made_by__isnull=True) | ~Q(approved_by=F("made_by")),
                violation_error_message=_("起草人不能批准自己起草的标准。请由上级机构的另一人批准。"),
            ),
            models.CheckConstraint(
                name="policy_set_approved_is_dated",
                condition=~Q(state="approved") | Q(approved_on__isnull=False, approved_at__isnull=False),
                violation_error_message=_("已批准的标准须有批准日期。"),
            ),
            models.CheckConstraint(
                name="policy_set_withdrawn_has_reason",
                condition=~Q(state="withdrawn") | (Q(withdrawn_at__isnull=False) & ~Q(withdrawn_reason="")),
                violation_error_message=_("撤销标准须写明理由。"),
            ),
            models.UniqueConstraint(
                name="policy_set_one_full_a_day",
                fields=["region", "effective_on"],
                condition=Q(state="approved", kind="full"),
                violation_error_message=_("该地区自这一天起已有一套批准的标准。请撤销原标准，或起草补充文件。"),
            ),
        ]
        indexes = [
            models.Index(fields=["region", "effective_on"], condition=Q(state="approved"), name="policy_set_in_force")
        ]
        triggers = [
            pgtrigger.Trigger(
                name="approved_content_stays",
                when=pgtrigger.Before,
                operation=pgtrigger.Update | pgtrigger.Delete,
                func=APPROVED_STAYS,
            ),
            no_truncate(),
        ]

    def __str__(self) -> str:
        return self.name

    @classmethod
    def scope_filter(cls, staff: Staff) -> Q:
        return governed(staff, "region")

    @property
    def citation(self) -> str:
        """The document as people name it."""
        return self.document_number or self.document or self.name

    @property
    def is_editable(self) -> bool:
        return self.state in (self.State.DRAFT, self.State.RETURNED)

    def is_in_force(self, on: date) -> bool:
        """Approved and covering a day (a later full set may still have followed it)."""
        return (
            self.state == self.State.APPROVED
            and self.effective_on <= on
            and (self.ends_on is None or on <= self.ends_on)
        )


class PolicyFinding(ScopedModel):
    """One value of a set in force that a bound, published later or earlier, asks to be raised: 待补充文件提高."""

    scope = "policy_set__region"

    class State(models.TextChoices):
        """Whether it still stands."""

        OPEN = "open", _("待补充文件提高")
        CLOSED = "closed", _("已消除")

    policy_set = models.ForeignKey(
        LocalPolicySet, models.PROTECT, related_name="findings", verbose_name=_("地方政策标准")
    )
    parameter = models.CharField(_("国家标准"), max_length=80)
    name = models.CharField(_("标准名称"), max_length=100)
    term = models.CharField(_("地方标准项"), max_length=80)
    bound = models.CharField(_("约束方式"), max_length=10, choices=[(code, label) for code, label in BOUNDS.items()])
    document = models.CharField(_("文件"), max_length=60)
    clause = models.CharField(_("条款"), max_length=40, blank=True)
    words = models.CharField(_("原文"), max_length=300)
    local_value = models.CharField(_("本地数值"), max_length=80)
    bound_value = models.CharField(_("应达到"), max_length=80)
    difference = models.CharField(_("差额"), max_length=80)
    state = models.CharField(_("状态"), max_length=10, choices=State.choices, default=State.OPEN)
    found_on = models.DateField(_("发现日期"))
    recorded_at = models.DateTimeField(_("登记时间"), default=clock.now)
    closed_on = models.DateField(_("消除日期"), null=True, blank=True)
    outcome = models.CharField(_("消除情形"), max_length=200, blank=True)

    class Meta(ScopedModel.Meta):
        verbose_name = verbose_name_plural = _("标准差距")
        ordering = ["policy_set__region__code", "pk"]
        constraints = [
            models.UniqueConstraint(
                name="policy_finding_once",
                fields=["policy_set", "parameter", "document", "clause"],
                condition=Q(state="open"),
                violation_error_message=_("这项差距已登记。"),
            ),
            models.CheckConstraint(
                name="policy_finding_closed_is_dated",
                condition=Q(state="open", closed_on__isnull=True) | Q(state="closed", closed_on__isnull=False),
                violation_error_message=_("已消除的差距须有消除日期。"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.policy_set} · {self.name}"

    @classmethod
    def scope_filter(cls, staff: Staff) -> Q:
        return governed(staff, "policy_set__region")


class TermsSnapshot(ScopedModel):
    """One set of resolved terms that a settlement or a due points to; the same terms are stored once."""

    scope = "code:area_code"
    append_only = True

    digest = models.CharField(_("内容摘要"), max_length=64, unique=True)
    area_code = models.CharField(_("统筹地区代码"), max_length=12)
    on = models.DateField(_("首次使用的标准日期"))
    content = models.JSONField(_("标准内容"))
    recorded_at = models.DateTimeField(_("登记时间"), default=clock.now)

    class Meta(ScopedModel.Meta):
        verbose_name = verbose_name_plural = _("标准快照")
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.area_code} {self.on} {self.digest[:12]}"

    @classmethod
    def scope_filter(cls, staff: Staff) -> Q:
        codes = Region.everywhere.filter(governed(staff, "pk")).values("code")
        return Q(area_code__in=codes)
