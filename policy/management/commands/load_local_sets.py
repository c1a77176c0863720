"""`manage.py load_local_sets [FILE …]`: takes in the published sets that were in force before the office opened."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from core.refusal import Refused
from policy import vocabulary
from policy.services import findings, local_sets


class Command(BaseCommand):
    """Each file becomes one approved set with its document; a second run changes nothing."""

    help = "装入地方政策标准（随系统提供的，或指定的文件）"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", nargs="*", type=Path, help="YAML 文件；不写则装入随系统提供的全部")

    def handle(self, *args: Any, files: list[Path], **options: Any) -> None:
        loaded = same = 0
        for file in files or sorted(vocabulary.LOCAL_SETS.glob("*.yaml")):
            try:
                _policy_set, is_new = local_sets.load_approved(file.read_text(encoding="utf-8"), source=f"{file.name} ")
            except OSError as fault:
                raise CommandError(f"{file} 读不出来：{fault.strerror}。请核对路径。") from fault
            except Refused as refusal:
                raise CommandError(str(refusal)) from refusal
            loaded, same = loaded + is_new, same + (not is_new)
        counts = findings.recompute_today()
        self.stdout.write(f"装入地方标准 {loaded} 套，已有 {same} 套；待补充文件提高 {counts['open']} 项。")
