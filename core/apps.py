"""The core app."""

from django.apps import AppConfig
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _


class CoreConfig(AppConfig):
    """核心: what every room stands on; knows no agency and no insurance."""

    name = "core"
    verbose_name = _("核心")

    def ready(self) -> None:
        from core import audit, refusal, verification

        refusal.translate_with(gettext)
        verification.register("core.audit", audit.verify, title=_("审计记录完整，封存可核对"))
