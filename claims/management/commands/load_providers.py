"""`manage.py load_providers --demonstration | FILE`: providers with their agreements."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from claims.services import providers
from core.refusal import Refused


class Command(BaseCommand):
    """A second run changes nothing."""

    help = "载入定点医药机构及协议"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", nargs="?", type=Path, help="YAML 文件")
        parser.add_argument("--demonstration", action="store_true", help="载入随系统提供的示例机构")

    def handle(self, *args: Any, file: Path | None, demonstration: bool, **options: Any) -> None:
        if file is None and not demonstration:
            raise CommandError("请写明文件，或用 --demonstration 载入示例机构。")
        try:
            loaded = providers.load(file or providers.ILLUSTRATIVE, actor=None)
        except (Refused, OSError) as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(f"定点机构新增 {loaded.providers} 家，不变 {loaded.unchanged} 家。")
