"""`manage.py load_bills --bills FILE --lines FILE --as USERNAME`: bills as hospitals send them."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from claims.services import loading
from core.refusal import Refused
from office.models import User


class Command(BaseCommand):
    """The same files twice change nothing."""

    help = "载入医院费用单据和明细（CSV）"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--bills", type=Path, required=True, help="结算单据 CSV")
        parser.add_argument("--lines", type=Path, required=True, help="费用明细 CSV")
        parser.add_argument("--as", dest="username", required=True, help="经办人用户名")

    def handle(self, *args: Any, bills: Path, lines: Path, username: str, **options: Any) -> None:
        actor = User.everywhere.filter(username=username, is_active=True).first()
        if actor is None:
            raise CommandError(f"没有用户 {username}。请核对用户名。")
        try:
            loaded = loading.load_bills(bills, lines, actor=actor)
        except Refused as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(
            f"读取 {loaded.read} 张，载入 {loaded.accepted} 张，退回 {loaded.refused} 张，不变 {loaded.unchanged} 张。"
        )
        if loaded.errors_path:
            self.stdout.write(f"退回的单据见 {loaded.errors_path}")
