"""`manage.py load_law`: reads every file of the law, says what it holds, and works the findings out anew."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from policy import law_files
from policy.law import LawFault
from policy.services import findings


class Command(BaseCommand):
    """The law stays in its files; nothing is copied, so that files and pages cannot differ."""

    help = "检查政策文件和参数文件，并重新核对地方标准"

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            law = law_files.read()
        except LawFault as fault:
            raise CommandError(str(fault)) from fault
        values = sum(len(parameter.values) for parameter in law.parameters.values())
        counts = findings.recompute_today()
        self.stdout.write(
            f"政策文件 {len(law.documents)} 份，国家标准 {len(law.parameters)} 项，数值 {values} 个；"
            f"标准差距新增 {counts['opened']} 项、消除 {counts['closed']} 项、尚存 {counts['open']} 项。"
        )
