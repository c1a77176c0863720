"""month_end --month 2018-07: the month's end, from coverage and warnings to the reports of all levels."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from core.periods import Month
from core.refusal import Refused
from reports.services import monthly


class Command(BaseCommand):
    help = "月末：统计覆盖、评估预警、生成能生成的报表；重复运行不改变任何内容。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--month", required=True, help="月份，如 2018-07；须已结束")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            found = monthly.month_end(Month.parse(options["month"]))
        except Refused as refusal:
            raise CommandError(str(refusal)) from None
        self.stdout.write(f"生成 {found.built} 份，未变 {found.unchanged} 份，等待下级 {len(found.missing)} 份")
        for line in found.missing:
            self.stdout.write(f"  {line}")
        for path in found.files:
            self.stdout.write(str(path))
