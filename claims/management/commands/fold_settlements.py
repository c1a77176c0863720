"""`manage.py fold_settlements [--rebuild]`: bring the monthly sums up to date."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from claims.services import summaries


class Command(BaseCommand):
    """Folding twice changes nothing; a rebuild gives the same sums."""

    help = "汇总结算到月"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--rebuild", action="store_true", help="从结算单重新汇总")

    def handle(self, *args: Any, rebuild: bool, **options: Any) -> None:
        rows = summaries.rebuild() if rebuild else summaries.fold()
        self.stdout.write(f"月度汇总 {rows} 行。")
