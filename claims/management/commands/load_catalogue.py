"""`manage.py load_catalogue [FILE]`: the 示例 catalogue, or a file of the same form."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from claims.services import catalogue
from core.refusal import Refused


class Command(BaseCommand):
    """A second run changes nothing."""

    help = "载入医保目录（不写文件则载入示例目录）"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", nargs="?", type=Path, default=catalogue.ILLUSTRATIVE, help="YAML 文件")

    def handle(self, *args: Any, file: Path, **options: Any) -> None:
        try:
            loaded = catalogue.load(file, actor=None)
        except Refused as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(
            f"目录项目新增 {loaded.items} 个，版本新增 {loaded.versions} 个，不变 {loaded.unchanged} 个。"
        )
