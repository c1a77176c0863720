"""The chart of accounts: loaded from its file; the database holds what entries point to."""

from pathlib import Path

import yaml
from django.db import transaction

from funds.models import Account

CHART = Path(__file__).resolve().parent.parent / "chart" / "resident.yaml"


@transaction.atomic
def load(path: Path = CHART) -> int:
    """Adds or renames the accounts of the file; an account is never removed, since entries may point to it.

    Returns how many accounts the file holds.
    """
    chart = yaml.safe_load(path.read_text(encoding="utf-8"))
    for line in chart["accounts"]:
        Account.everywhere.update_or_create(
            code=line["code"],
            defaults={
                "name": line["name"],
                "kind": line["kind"],
                "source": chart["source"],
                "is_confirmed": chart["is_confirmed"],
            },
        )
    return len(chart["accounts"])
