"""The funds app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FundsConfig(AppConfig):
    """基金."""

    name = "funds"
    verbose_name = _("基金")

    def ready(self) -> None:
        from funds import menu, tasks  # noqa: F401 - the handlers of jobs register themselves

        menu.register()
