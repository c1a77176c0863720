"""Command load_demo_staff: one log-in for each role and level of the demonstration."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from core.refusal import Refused
from office import demonstration


class Command(BaseCommand):
    """Makes the demonstration's offices and log-ins; refused in a working office."""

    help = "建立演示机构和演示账户（仅演示环境）"

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            added = demonstration.load_staff()
        except Refused as refusal:
            raise CommandError(str(refusal)) from None
        self.stdout.write(f"演示账户 +{added}")
