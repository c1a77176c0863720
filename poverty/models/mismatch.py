"""A member of a list that the register does not bear out."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from core.scope import ScopedModel
from poverty.codes import Decision, MismatchKind, MismatchState
from poverty.models.ledger import LedgerMember


class Mismatch(ScopedModel):
    """One member failing to match in one way, open until a new match clears it or a person decides with a reason.

    `candidate` is the person of the register whom a wrong number may mean.
    """

    scope = "region"

    id = models.BigAutoField(primary_key=True)
    member = models.ForeignKey(LedgerMember, models.PROTECT, verbose_name=_("台账成员"), related_name="mismatches")
    kind = models.CharField(_("未匹配种类"), max_length=24, choices=MismatchKind)
    candidate = models.ForeignKey(
        "enrollment.Person", models.PROTECT, verbose_name=_("疑似同一人"), null=True, blank=True, related_name="+"
    )
    detail = models.CharField(_("说明"), max_length=200, blank=True, default="")
    region = models.ForeignKey("office.Region", models.PROTECT, verbose_name=_("村（社区）"), related_name="+")
    county = models.ForeignKey("office.Region", models.PROTECT, verbose_name=_("县（市、区）"), related_name="+")
    pooling_area = models.ForeignKey("office.Region", models.PROTECT, verbose_name=_("统筹地区"), related_name="+")
    state = models.CharField(_("状态"), max_length=8, choices=MismatchState, default=MismatchState.OPEN)
    decision = models.CharField(_("核实结论"), max_length=16, choices=Decision, blank=True, default="")
    reason = models.CharField(_("处理依据"), max_length=500, blank=True, default="")
    opened_on = models.DateField(_("发现日期"))
    recorded_at = models.DateTimeField(_("记录时间"), db_default=Now())
    closed_at = models.DateTimeField(_("处理时间"), null=True, blank=True)
    closed_by = models.ForeignKey(
        "office.User", models.PROTECT, verbose_name=_("处理人"), null=True, blank=True, related_name="+"
    )

    class Meta(ScopedModel.Meta):
        verbose_name = _("名单未匹配")
        verbose_name_plural = _("名单未匹配")
        constraints = [
            models.UniqueConstraint(
                fields=["member"],
                condition=Q(state="open"),
                name="mismatch_open_once",
                violation_error_message=_("该成员已有一条待处理的未匹配记录。"),
            ),
            models.CheckConstraint(
                name="mismatch_decided_with_reason",
                condition=~Q(state="closed") | (~Q(decision="") & ~Q(reason="")),
                violation_error_message=_("核实处理须有结论和依据。"),
            ),
        ]
        indexes = [
            models.Index(fields=["region", "state", "kind"], name="mismatch_by_region"),
            models.Index(fields=["county", "kind"], name="mismatch_open_by_county", condition=Q(state="open")),
            models.Index(fields=["member"], name="mismatch_by_member"),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()
