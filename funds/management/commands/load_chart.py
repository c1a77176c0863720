"""Loads the chart of accounts."""

from typing import Any

from django.core.management.base import BaseCommand

from funds.services import chart


class Command(BaseCommand):
    help = "装入会计科目表。"

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"会计科目 {chart.load()} 个")
