"""The poverty app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PovertyConfig(AppConfig):
    """医保扶贫: the household ledger, its lists and matches, and coverage."""

    name = "poverty"
    verbose_name = _("医保扶贫")

    def ready(self) -> None:
        from core import verification
        from poverty import desk, menu, panels, search
        from poverty.imports import list as list_import
        from poverty.services import coverage, granting

        list_import.register()
        menu.register()
        desk.register()
        search.register()
        panels.register()
        verification.register(
            "poverty.statuses", lambda: granting.first_difference() or None, title=_("台账标识与困难身份一致")
        )
        verification.register(
            "poverty.coverage", lambda: coverage.first_difference() or None, title=_("覆盖汇总与台账一致")
        )
