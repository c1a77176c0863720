"""Command load_holidays: the days on which the working-day calendar differs from the week."""

from typing import Any

from django.core.management.base import BaseCommand

from office.services import reference_files


class Command(BaseCommand):
    """Loads the shipped holidays; run again it changes nothing."""

    help = "载入节假日；再次运行不作改动"

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"节假日 +{reference_files.load_holidays()}")
