"""The enrollment app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EnrollmentConfig(AppConfig):
    """参保: who is insured, as what, and who paid."""

    name = "enrollment"
    verbose_name = _("参保")

    def ready(self) -> None:
        from enrollment.imports import payments, register

        register.register()
        payments.register()
