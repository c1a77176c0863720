"""Command open_office: an empty production office with one administrator and no demonstration data."""

from argparse import ArgumentParser
from typing import Any

from django.core.management import CommandError, call_command, get_commands
from django.core.management.base import BaseCommand

from core.refusal import Refused
from office.services import offices

# Commands of upper rooms that bring what every office needs; run when the room is there.
REFERENCE_COMMANDS = ("load_law", "load_chart")


class Command(BaseCommand):
    """Opens a production office; the administrator's password is printed once and must be changed."""

    help = "开办一个空的正式机构：地区、代码、政策标准和一名系统管理员，不含演示数据"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--province", required=True, help="省级地区名称，如 黑龙江省")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            opened = offices.open_production(options["province"])
        except Refused as refusal:
            raise CommandError(str(refusal)) from None
        known = get_commands()
        for name in REFERENCE_COMMANDS:
            if name in known:
                call_command(name, stdout=self.stdout)
        self.stdout.write(f"已开办：{opened.office.name}")
        self.stdout.write(f"系统管理员 {opened.username}，一次性密码 {opened.password}（首次登录须修改，只显示这一次）")
        self.stdout.write("安全管理员 security、审计管理员 auditing 已建立：请系统管理员登录后为他们重置密码。")
