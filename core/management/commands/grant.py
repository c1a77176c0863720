"""`manage grant`: give the app and read roles their rights, after a migration."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from core import grants


class Command(BaseCommand):
    """Runs on the owner's connection; running it again changes nothing."""

    help = "Give the app and read roles their rights on all tables."

    def handle(self, *args: Any, **options: Any) -> None:
        read_role = settings.DATABASE_READ_ROLE if "read" in settings.DATABASES else None
        grants.apply(app_role=str(settings.DATABASES["default"]["USER"]), read_role=read_role)
