"""The reports app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReportsConfig(AppConfig):
    """报表: built from summaries at the base, added up from level to level."""

    name = "reports"
    verbose_name = _("报表")

    def ready(self) -> None:
        from reports import menu, tasks  # noqa: F401 - the handlers of jobs register themselves
        from reports.services import proofs

        menu.register()
        proofs.register()
