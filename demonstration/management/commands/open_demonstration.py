"""Runs the main job of the demonstration and prints its result as a table."""

import unicodedata
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from core.refusal import Refused
from demonstration import main_job


def width(text: str) -> int:
    """Columns of a terminal that the text takes: two for a Chinese character."""
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)


def padded(text: str, columns: int) -> str:
    return text + " " * max(0, columns - width(text))


class Command(BaseCommand):
    help = "运行示例年度主流程，已运行过的不重复。"

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMONSTRATION:
            raise CommandError("这里不是演示环境，不能装入示例数据。正式机构请用 open_office。")
        try:
            result, ran = main_job.run()
        except Refused as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write("主流程已运行：" if ran else "主流程此前已运行，结果如下：")
        for line in result["lines"]:
            if not line["count"] and line["seconds"] != "0.0":
                self.stdout.write(f"{padded(line['what'], 56)}{line['seconds']:>8} 秒")
            else:
                self.stdout.write(f"    {padded(line['what'], 52)}{line['count']}")
        self.stdout.write("写出的文件：")
        for path in result["files"]:
            self.stdout.write(f"    {path}")
