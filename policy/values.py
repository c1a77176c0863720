"""Reads a value as a person types it into a form (490.00, 70%, 2020-06-10) into the exact type of its unit."""

from datetime import date
from fractions import Fraction
from typing import Any

from core import money
from core.refusal import Refused
from policy.law import UNITS, LawFault
from policy.law_files import WHOLE, parse

EXAMPLES = {
    "fen": "490.00",
    "rate": "70%",
    "points": "5%",
    "multiple": "2.5",
    "flag": "是 / 否",
    "date": "2020-06-10",
    "month_day": "09-01",
    "list": "destitute、registered_poor",
}


def read_value(text: str, unit: str) -> Any:
    """The typed value as int, Fraction, bool, date, text or tuple; refuses what is not of the unit."""
    raw: object = text.strip()
    written = str(raw)
    if unit == "fen":
        fen = money.parse_yuan(written)
        if fen < 0:
            raise Refused(f"“{text}”是负数，标准不能为负。请核对后重填。", field="value")
        return fen
    if unit in WHOLE and written.isascii() and written.isdigit():
        raw = int(written)
    elif unit == "flag":
        raw = {"是": True, "否": False}.get(written, written)
    elif unit == "list":
        raw = [part.strip() for part in written.replace("，", "、").replace(",", "、").split("、") if part.strip()]
    elif unit == "date":
        try:
            raw = date.fromisoformat(written)
        except ValueError:
            raw = written
    try:
        value = parse(raw, unit, "")
    except (LawFault, ZeroDivisionError):
        example = EXAMPLES.get(unit, "30")
        raise Refused(f"“{text}”不是{UNITS[unit]}的写法，没有保存。请写成 {example} 的形式。", field="value") from None
    if unit in ("rate", "points") and isinstance(value, Fraction) and value > 1:
        raise Refused(f"“{text}”超过 100%，没有保存。请核对后重填。", field="value")
    return value
