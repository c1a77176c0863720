"""`manage.py terms --area CODE --on DATE`: every term in force for a pooling area, as JSON with citations."""

import json
from argparse import ArgumentParser
from datetime import date, datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from core.refusal import Refused
from office.selectors import regions
from policy.selectors import terms_for
from policy.term_keys import KEYS


class Command(BaseCommand):
    """Prints nothing but the JSON, so that a script can read it."""

    help = "以 JSON 输出某统筹地区某日执行的全部标准及出处"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--area", required=True, help="统筹地区（或其下地区）的行政区划代码")
        parser.add_argument("--on", required=True, type=_day, help="日期，如 2018-12-31")
        parser.add_argument("--known-at", type=_moment, help="按此时刻系统已知的政策，如 2018-12-31T12:00:00+08:00")

    def handle(self, *args: Any, area: str, on: date, known_at: datetime | None, **options: Any) -> None:
        try:
            region = regions.pooling_area(regions.by_code(area), on)
            found = terms_for(region, on, known_at)
        except Refused as refusal:
            raise CommandError(str(refusal)) from refusal
        content = found.to_json()
        for name, term in content["terms"].items():
            term["label"] = KEYS[name].label
        content["digest"] = found.digest
        self.stdout.write(json.dumps(content, ensure_ascii=False, indent=2, sort_keys=True))


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise CommandError(f"“{text}”不是日期。请写成 2018-12-31 的形式。") from None


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise CommandError(f"“{text}”不是带时区的时刻。请写成 2018-12-31T12:00:00+08:00 的形式。")
    return moment
