"""Posts the facts of every area with books and assesses a month."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from core import clock
from core.periods import Month
from core.refusal import Refused
from funds.services import posting, warnings


class Command(BaseCommand):
    help = "记账并评估各统筹地区某月的基金风险。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--month", default="", help="2018-07；默认本月")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            self.assess(Month.parse(options["month"]) if options["month"] else Month.of(clock.today()))
        except Refused as refusal:
            raise CommandError(str(refusal)) from refusal

    def assess(self, month: Month) -> None:
        for area in warnings.areas():
            posted = posting.post(area)
            found = warnings.assess(area, month)
            serious = sum(warning.grade in warnings.SERIOUS for warning in found)
            self.stdout.write(f"{area.name} {month} 凭证 +{posted.entries} 指标 {len(found)} 橙红 {serious}")
