"""Seal the audit entries that are not sealed yet."""

from typing import Any

from django.core.management.base import BaseCommand

from core import audit


class Command(BaseCommand):
    help = "封存尚未封存的审计记录，并把封存摘要写到数据库之外"

    def handle(self, *args: Any, **options: Any) -> None:
        made = audit.seal_all()
        self.stdout.write(f"新封存 {made} 批。封存摘要在 {audit.head_file()}，请每日另存他处。")
