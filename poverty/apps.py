"""The poverty app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PovertyConfig(AppConfig):
    """医保扶贫."""

    name = "poverty"
    verbose_name = _("医保扶贫")
