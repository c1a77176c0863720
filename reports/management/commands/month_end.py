"""month_end --month 2018-07: the month's end, from coverage and warnings to the reports of all levels."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from core.periods import Month
from core.refusal import Refused
from reports.services import monthly


class Command(BaseCommand):
    help = "Runs a month's end: counts coverage, assesses warnings, builds the reports that can be built. Twice changes nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--month", required=True, help="the month, as 2018-07; it must have ended")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            found = monthly.month_end(Month.parse(options["month"]))
        except Refused as refusal:
            raise CommandError(str(refusal)) from None
        self.stdout.write(
            f"built {found.built}, unchanged {found.unchanged}, waiting for lower reports {len(found.missing)}"
        )
        for line in found.missing:
            self.stdout.write(f"  {line}")
        for path in found.files:
            self.stdout.write(str(path))
