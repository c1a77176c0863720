"""The office app."""

from django.apps import AppConfig
from django.contrib.admin.apps import SimpleAdminConfig
from django.utils.translation import gettext_lazy as _


class OfficeConfig(AppConfig):
    """经办机构."""

    name = "office"
    default = True
    verbose_name = _("经办机构")

    def ready(self) -> None:
        from office import lookups, registrations

        registrations.register()
        lookups.register()


class OfficeAdminConfig(SimpleAdminConfig):
    """Django's admin behind the office's own log-in."""

    default = False
    default_site = "office.admin_site.OfficeAdminSite"

    def ready(self) -> None:
        from django.contrib.admin import autodiscover

        super().ready()
        autodiscover()
