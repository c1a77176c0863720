"""Loading the shipped code tables and holidays; run again it changes nothing."""

import json
from datetime import date, timedelta
from pathlib import Path

import yaml
from django.db import transaction

from office.models import CodeTable, CodeValue, Holiday

ROOM = Path(__file__).resolve().parent.parent


@transaction.atomic
def load_codes() -> tuple[int, int]:
    """Add code tables and values that are missing; returns how many tables and values were added."""
    tables = values = 0
    for path in sorted((ROOM / "code_tables").glob("*.json")):
        content = json.loads(path.read_text(encoding="utf-8"))
        table, is_new = CodeTable.everywhere.get_or_create(
            code=content["code"], defaults={"name": content["name"], "source": content["source"]}
        )
        tables += is_new
        known = set(CodeValue.everywhere.filter(table=table).values_list("code", flat=True))
        missing = [
            CodeValue(
                table=table,
                code=code,
                label=label,
                position=position,
                starts_on=date.fromisoformat(content["starts_on"]),
            )
            for position, (code, label) in enumerate(content["values"])
            if code not in known
        ]
        CodeValue.everywhere.bulk_create(missing)
        values += len(missing)
    return tables, values


@transaction.atomic
def load_holidays() -> int:
    """Add the holidays that are missing; returns how many days were added."""
    added = 0
    for year in yaml.safe_load((ROOM / "holidays.yaml").read_text(encoding="utf-8")):
        for holiday in year["days"]:
            days = [(day, False) for first, last in holiday["free"] for day in _days(first, last)]
            days += [(day, True) for day in holiday["worked"]]
            for day, is_working in days:
                _row, is_new = Holiday.everywhere.get_or_create(
                    day=day,
                    defaults={
                        "name": holiday["name"],
                        "is_working": is_working,
                        "document": year["document"],
                        "is_unconfirmed": True,
                    },
                )
                added += is_new
    return added


def _days(first: date, last: date) -> list[date]:
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]
