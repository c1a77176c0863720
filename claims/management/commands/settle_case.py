"""settle_case FILE: settle the bills of a YAML file and print them as JSON; no database is touched."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext_lazy as _

from claims.rules import case_file
from core.refusal import Refused


class Command(BaseCommand):
    """Prints one JSON object per file with every step and its clause; exit 1 when an `expect` is not met."""

    help = str(_("按 YAML 文件结算，不访问数据库，以 JSON 打印每一步及其依据"))
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", help="docs/settlement_cases.md 所述格式的文件；- 为标准输入")

    def handle(self, *args: Any, **options: Any) -> None:
        name = options["file"]
        try:
            text = sys.stdin.read() if name == "-" else Path(name).read_text(encoding="utf-8-sig")
        except (OSError, UnicodeDecodeError) as error:
            raise CommandError(f"不能读取 {name}：{error}。请核对路径和编码（UTF-8）。") from error
        try:
            settled = case_file.settle_text(text, f"{Path(name).name} ")
        except Refused as refusal:
            raise CommandError(str(refusal)) from refusal
        bills = [case_file.as_json(one) for one in settled]
        self.stdout.write(json.dumps({"bills": bills}, ensure_ascii=False, indent=2))
        missed = [f"单据 {bill['bill']}：{difference}" for bill in bills for difference in bill["differences"]]
        if missed:
            raise CommandError("与 expect 不符：" + "；".join(missed))
