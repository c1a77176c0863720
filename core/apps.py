"""The core app."""

from django.apps import AppConfig
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _


class CoreConfig(AppConfig):
    """核心: what every room stands on; knows no agency and no insurance."""

    name = "core"
    verbose_name = _("核心")

    def ready(self) -> None:
        from core import audit, jobs, refusal, verification
        from core.staging import services as staging

        refusal.translate_with(gettext)
        jobs.handles("core.import.check", title=_("导入校验"))(staging.check_job)
        jobs.handles("core.import.apply", title=_("导入"))(staging.apply_job)
        jobs.handles("core.import.undo", title=_("撤销导入"))(staging.undo_job)
        verification.register("core.audit", audit.verify, title=_("审计记录完整，封存可核对"))
