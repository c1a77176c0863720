"""`manage.py settle_bills --as USERNAME [--at-discharge]`: settle all waiting bills of the user's area."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from claims.services import batch
from office.models import User


class Command(BaseCommand):
    """Bills that cannot be settled are listed with the reason and stay waiting."""

    help = "批量结算待结算单据"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--as", dest="username", required=True, help="经办人用户名")
        parser.add_argument("--at-discharge", action="store_true", help="按出院日入账（联网直接结算）")

    def handle(self, *args: Any, username: str, at_discharge: bool, **options: Any) -> None:
        actor = User.everywhere.filter(username=username, is_active=True).first()
        if actor is None:
            raise CommandError(f"没有用户 {username}。请核对用户名。")
        outcome = batch.settle_all(actor=actor, at_discharge=at_discharge)
        for number, reason in outcome.refusals:
            self.stdout.write(f"{number}\t{reason}")
        self.stdout.write(f"结算 {outcome.settled} 张，退回 {outcome.refused} 张，此前已结算 {outcome.already} 张。")
