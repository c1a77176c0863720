"""The enrollment app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EnrollmentConfig(AppConfig):
    """参保: who is insured, as what, and who paid."""

    name = "enrollment"
    verbose_name = _("参保")

    def ready(self) -> None:
        from core import verification
        from enrollment import desk, menu, search
        from enrollment.imports import payments, register
        from enrollment.services import counts

        register.register()
        payments.register()
        menu.register()
        desk.register()
        search.register()
        verification.register(
            "enrollment.counts", lambda: counts.first_difference() or None, title=_("参保汇总与登记一致")
        )
