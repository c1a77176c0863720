"""What was done under which key."""

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from core.scope import ScopedModel
from core.triggers import append_only_but


class IdempotencyKey(ScopedModel):
    """One money command that was carried out, with what it was asked and what came of it. Kept for ever."""

    scope = "nobody"

    key = models.UUIDField(_("幂等键"), primary_key=True)
    content_hash = models.BinaryField(_("内容摘要"), max_length=32)
    result_type = models.CharField(_("结果类型"), max_length=80, blank=True)
    result_id = models.CharField(_("结果编号"), max_length=64, blank=True)
    at = models.DateTimeField(_("时间"), db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("幂等键")
        verbose_name_plural = _("幂等键")
        triggers = append_only_but("result_type", "result_id")

    def __str__(self) -> str:
        return str(self.key)
