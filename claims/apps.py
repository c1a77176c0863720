"""The claims app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ClaimsConfig(AppConfig):
    """待遇."""

    name = "claims"
    verbose_name = _("待遇")

    def ready(self) -> None:
        from claims import menu, tasks  # noqa: F401 - the handlers of jobs register themselves

        menu.register()
