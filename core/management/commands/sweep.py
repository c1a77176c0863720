"""Ring again for jobs that are late, and end those whose worker died too often."""

from typing import Any

from django.core.management.base import BaseCommand

from core import jobs


class Command(BaseCommand):
    help = "重新通知迟迟没有开始或中断的后台任务"

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--run", action="store_true", help="run them here, one after the other, without a worker")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["run"]:
            self.stdout.write(f"已在本进程执行 {jobs.run_waiting()} 项任务。")
        else:
            self.stdout.write(f"已重新通知 {jobs.sweep()} 项任务。")
