"""Notices to staff, their saved filters, and the tickets that keep searches out of addresses."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core import clock
from core.scope import ScopedModel, Staff
from office.models.regions import Region
from office.models.staff import User


class Notice(ScopedModel):
    """One message to one account."""

    scope = "owner"

    user = models.ForeignKey(User, models.CASCADE, related_name="notices", verbose_name=_("收件人"))
    text = models.CharField(_("内容"), max_length=300)
    url = models.CharField(_("页面"), max_length=200, blank=True)
    region = models.ForeignKey(Region, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("地区"))
    created_at = models.DateTimeField(_("时间"), default=clock.now)
    read_at = models.DateTimeField(_("阅读时间"), null=True, blank=True)

    class Meta(ScopedModel.Meta):
        verbose_name = verbose_name_plural = _("通知")
        ordering = ["-pk"]
        indexes = [models.Index(fields=["user", "read_at"], name="notice_unread")]

    def __str__(self) -> str:
        return self.text

    @classmethod
    def scope_filter(cls, staff: Staff) -> Q:
        return Q(user_id=staff.pk)


class SavedFilter(ScopedModel):
    """One named query string of one list, kept by one account."""

    scope = "owner"

    owner = models.ForeignKey(User, models.CASCADE, related_name="saved_filters", verbose_name=_("所有者"))
    view_name = models.CharField(_("列表"), max_length=80)
    name = models.CharField(_("名称"), max_length=40)
    query = models.CharField(_("条件"), max_length=1000)

    class Meta(ScopedModel.Meta):
        verbose_name = verbose_name_plural = _("常用筛选")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "view_name", "name"],
                name="saved_filter_once",
                violation_error_message=_("已有同名的常用筛选。"),
            )
        ]

    def __str__(self) -> str:
        return self.name


class SearchTicket(ScopedModel):
    """One search of one account: the words are kept as cipher here, the address carries only the ticket."""

    scope = "owner"

    token = models.CharField(_("查询号"), max_length=32, unique=True)
    owner = models.ForeignKey(User, models.CASCADE, related_name="+", verbose_name=_("查询人"))
    cipher = models.BinaryField(_("查询内容"))
    created_at = models.DateTimeField(_("时间"), default=clock.now)

    class Meta(ScopedModel.Meta):
        verbose_name = verbose_name_plural = _("查询")
