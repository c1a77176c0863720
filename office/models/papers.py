"""Papers: scanned or uploaded attachments of business records."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from core import clock
from core.scope import ScopedModel
from office.models.regions import Region
from office.models.staff import User


class Paper(ScopedModel):
    """One file that belongs to one record; it lies outside the web root and is read through a scoped page."""

    scope = "region"

    number = models.CharField(_("编号"), max_length=30, unique=True)
    object_type = models.CharField(_("对象类型"), max_length=60)
    object_id = models.CharField(_("对象编号"), max_length=40)
    region = models.ForeignKey(Region, models.PROTECT, related_name="+", verbose_name=_("地区"))
    title = models.CharField(_("材料名称"), max_length=100)
    file_name = models.CharField(_("原文件名"), max_length=120)
    stored_name = models.CharField(_("存放位置"), max_length=120, unique=True, editable=False)
    media_type = models.CharField(_("类型"), max_length=60)
    size_bytes = models.PositiveIntegerField(_("字节数"))
    sha256 = models.CharField(_("摘要"), max_length=64)
    permission = models.CharField(_("查看权限"), max_length=60)
    uploaded_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("上传人"))
    uploaded_at = models.DateTimeField(_("上传时间"), default=clock.now)
    withdrawn_at = models.DateTimeField(_("撤销时间"), null=True, blank=True)

    class Meta(ScopedModel.Meta):
        verbose_name = verbose_name_plural = _("材料")
        ordering = ["-pk"]
        indexes = [models.Index(fields=["object_type", "object_id"], name="paper_by_object")]

    def __str__(self) -> str:
        return self.title
