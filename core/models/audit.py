"""The audit trail and its seals."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from core.scope import ScopedModel
from core.triggers import append_only


class AuditEntry(ScopedModel):
    """One act of one person (or of the system): written in the same transaction, never changed."""

    scope = "code:region_code"
    append_only = True

    act = models.CharField(_("行为"), max_length=80)
    actor_id = models.BigIntegerField(_("操作人编号"), null=True)
    actor_name = models.CharField(_("操作人"), max_length=80)
    region_code = models.CharField(_("区划代码"), max_length=12, blank=True)
    object_type = models.CharField(_("对象类型"), max_length=80, blank=True)
    object_id = models.CharField(_("对象编号"), max_length=64, blank=True)
    object_label = models.CharField(_("对象"), max_length=200, blank=True)
    reason = models.TextField(_("原因"), blank=True)
    changes = models.JSONField(_("变更"), default=dict, blank=True)
    request_id = models.CharField(_("请求编号"), max_length=32, blank=True)
    at = models.DateTimeField(_("时间"), db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("审计记录")
        verbose_name_plural = _("审计记录")
        indexes = [
            models.Index(fields=["object_type", "object_id", "id"], name="audit_object"),
            models.Index(fields=["actor_id", "id"], name="audit_actor"),
            models.Index(fields=["region_code", "id"], name="audit_region"),
            models.Index(fields=["act", "id"], name="audit_act"),
        ]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.act} {self.object_label}"


class AuditSeal(ScopedModel):
    """One batch of audit entries made unchangeable in secret: their hashes, chained to the seal before and keyed.

    `ranges` names the entries exactly ([first, last] pairs): an entry whose transaction was still open comes under a later
    seal. `leaves` is 16 bytes of each entry's hash, in order, so that a check can name the entry at fault.
    """

    scope = "nobody"
    append_only = True

    number = models.PositiveBigIntegerField(_("封存号"), unique=True)
    first_id = models.BigIntegerField(_("首条"))
    last_id = models.BigIntegerField(_("末条"))
    count = models.PositiveIntegerField(_("条数"))
    ranges = ArrayField(ArrayField(models.BigIntegerField(), size=2), verbose_name=_("范围"))
    leaves = models.BinaryField(_("各条摘要"))
    previous = models.BinaryField(_("前一封存摘要"))
    digest = models.BinaryField(_("摘要"))
    sealed_at = models.DateTimeField(_("封存时间"), db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("审计封存")
        verbose_name_plural = _("审计封存")
        triggers = append_only()

    def __str__(self) -> str:
        return f"#{self.number}"
