"""The summary behind the counts: changes appended by triggers, folded by a job, equal to a rebuild."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.fields import FenField
from core.scope import ScopedModel
from enrollment.codes import PersonCategory


class RegisterFigures(ScopedModel):
    """The columns that a count and a change of it share: people and money by village, year and category."""

    scope = "region"

    region = models.ForeignKey("office.Region", models.PROTECT, verbose_name=_("行政区划"), related_name="+")
    pooling_area = models.ForeignKey("office.Region", models.PROTECT, verbose_name=_("统筹地区"), related_name="+")
    year = models.PositiveSmallIntegerField(_("待遇年度"))
    category = models.CharField(_("人员类别"), max_length=20, choices=PersonCategory)
    enrolled_count = models.IntegerField(_("参保人数"), default=0)
    due_count = models.IntegerField(_("应缴人数"), default=0)
    paid_count = models.IntegerField(_("已缴人数"), default=0)
    aided_count = models.IntegerField(_("资助人数"), default=0)
    personal_fen = FenField(_("个人应缴"), default=0)
    aid_fen = FenField(_("资助金额"), default=0)
    paid_fen = FenField(_("个人实缴"), default=0)
    aid_paid_fen = FenField(_("资助到账"), default=0)

    class Meta(ScopedModel.Meta):
        abstract = True


class RegisterCount(RegisterFigures):
    """The register of one village, benefit year and category, counted up to the last fold."""

    scope = "region"

    class Meta(RegisterFigures.Meta):
        abstract = False
        verbose_name = _("参保汇总")
        verbose_name_plural = _("参保汇总")
        constraints = [
            models.UniqueConstraint(fields=["region", "pooling_area", "year", "category"], name="register_count_once")
        ]

    def __str__(self) -> str:
        return f"{self.region_id} {self.year} {self.category}"


class RegisterDelta(RegisterFigures):
    """One change of a count, appended by the database with the rows it comes from, until it is folded."""

    scope = "region"

    id = models.BigAutoField(primary_key=True)

    class Meta(RegisterFigures.Meta):
        abstract = False
        verbose_name = _("参保汇总变动")
        verbose_name_plural = _("参保汇总变动")

    def __str__(self) -> str:
        return f"{self.region_id} {self.year} {self.category}"
