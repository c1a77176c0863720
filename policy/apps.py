"""The policy app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PolicyConfig(AppConfig):
    """政策."""

    name = "policy"
    verbose_name = _("政策")

    def ready(self) -> None:
        from policy import acts, desk_cards, menu, searching, tasks  # noqa: F401 - registering is importing
        from policy.services import local_sets, national_values

        local_sets.register()
        national_values.register()
