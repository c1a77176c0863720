"""The enrollment app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EnrollmentConfig(AppConfig):
    """参保."""

    name = "enrollment"
    verbose_name = _("参保")
