"""Loads the published yearly figures of the nation's resident fund."""

from typing import Any

from django.core.management.base import BaseCommand

from funds.services import annual_books


class Command(BaseCommand):
    help = "装入公布的年度基金数字。"

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"公布的年度账 +{annual_books.load()} 年")
