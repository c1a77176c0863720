"""Prove that the office is whole: one line for each proof; exit status 1 and the first row at fault when one fails."""

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from core import verification


class Command(BaseCommand):
    help = "核对全系统：账平、累计等于重算、审计完整、报表相符；有问题时退出码为 1，并指出第一处"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("names", nargs="*", help="only these proofs")
        parser.add_argument("--list", action="store_true", help="print the names of the proofs")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["list"]:
            for proof in verification.proofs():
                self.stdout.write(f"{proof.name}\t{proof.title}")
            return
        known = {proof.name for proof in verification.proofs()}
        unknown = sorted(set(options["names"]) - known)
        if unknown:
            raise CommandError(f"没有这项核对：{'、'.join(unknown)}。可用：{'、'.join(sorted(known))}。")
        outcomes = verification.run(options["names"] or None)
        for outcome in outcomes:
            if outcome.is_well:
                self.stdout.write(f"通过  {outcome.proof.name}  {outcome.proof.title}")
            else:
                self.stdout.write(f"不符  {outcome.proof.name}  {outcome.proof.title}：{outcome.fault}")
        if not all(outcome.is_well for outcome in outcomes):
            sys.exit(1)
