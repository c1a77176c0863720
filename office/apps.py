"""The office app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OfficeConfig(AppConfig):
    """经办机构."""

    name = "office"
    verbose_name = _("经办机构")
