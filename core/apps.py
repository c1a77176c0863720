"""The core app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CoreConfig(AppConfig):
    """核心."""

    name = "core"
    verbose_name = _("核心")
