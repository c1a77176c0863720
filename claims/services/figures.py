"""The amounts of a settlement in one fixed order, and the statements that move them; shared by window and batch."""

from collections.abc import Iterable

COST = ("total_fen", "full_self_fen", "over_limit_fen", "first_self_fen", "in_scope_fen")
PAYERS = ("basic_fen", "critical_fen", "aid_fen", "other_fen", "personal_fen")
AMOUNTS = (*COST, "deductible_fen", *PAYERS)
"""Every amount of a settlement, all in fen: cost = its parts, and cost = its payers."""

RUNNING = ("total_fen", "in_scope_fen", "deductible_fen", *PAYERS)
"""The amounts that the year's running totals keep in columns of their own."""

DIMENSIONS = ("pooling_area_id", "region_id", "period", "visit_kind", "level", "status", "is_local")
"""By what monthly sums are kept."""

SETTLEMENT_COLUMNS = (
    "number",
    "kind",
    "bill_id",
    "attempt",
    "person_id",
    "provider_id",
    "year",
    "sequence",
    "settled_on",
    "period",
    "region_id",
    "pooling_area_id",
    "visit_kind",
    "level",
    "is_local",
    "status",
    "snapshot_id",
    *AMOUNTS,
    "steps",
    "facts",
    "contribution",
    "reverses_id",
    "adjusts_id",
    "cause_id",
    "reason",
    "settled_by_id",
    "recorded_at",
)
"""Columns of claims_settlement without its id."""


def array(numbers: Iterable[int]) -> str:
    """Whole numbers as the text of an array: the driver takes many times as long over a list of thousands."""
    return f"{{{','.join(map(str, numbers))}}}"
