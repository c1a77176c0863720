"""The office app."""

from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig
from django.utils.translation import gettext_lazy as _


class OfficeConfig(AppConfig):
    """经办机构."""

    name = "office"
    verbose_name = _("经办机构")

    def ready(self) -> None:
        from office import lookups, registrations

        registrations.register()
        lookups.register()


class OfficeAdminConfig(AdminConfig):
    """Django's admin behind the office's own log-in."""

    default_site = "office.admin_site.OfficeAdminSite"
