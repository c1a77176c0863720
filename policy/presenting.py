"""Terms and values of the law in words, for screens: one line per row of a table, with its document and clause."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from policy.law import as_text
from policy.term_keys import AXES, AXIS_NAMES, KEYS, STATUSES, VALUE_NAMES
from policy.terms import OTHERS, Citation, Row, Table, Term

LAYERS = {
    "financing": "筹资与资助参保",
    "enrollment": "参保",
    "status": "困难身份",
    "catalogue": "目录",
    "basic": "基本医保",
    "out_of_area": "异地就医",
    "critical": "大病保险",
    "aid": "医疗救助",
    "ceiling": "总上限",
}
ORIGINS = {"national": "国家", "province": "省", "local": "统筹地区"}


@dataclass(frozen=True, slots=True)
class Shown:
    """One term as a screen shows it."""

    name: str
    label: str
    lines: tuple[tuple[str, str], ...]
    citations: tuple[Citation, ...]
    origin: str
    is_illustrative: bool
    description: str


@dataclass(frozen=True, slots=True)
class Group:
    """The terms of one layer."""

    code: str
    title: str
    terms: tuple[Shown, ...]


def groups(terms: Iterable[Term]) -> list[Group]:
    """Terms by layer, in the order a settlement goes through them."""
    found: dict[str, list[Shown]] = {code: [] for code in LAYERS}
    for term in terms:
        found[KEYS[term.name].layer].append(shown(term))
    return [Group(code, LAYERS[code], tuple(rows)) for code, rows in found.items() if rows]


def shown(term: Term) -> Shown:
    key = KEYS[term.name]
    origin = term.citations[0].origin if term.citations else "local"
    return Shown(
        term.name, key.label, tuple(lines(term)), term.citations, ORIGINS[origin], term.is_illustrative, key.description
    )


def lines(term: Term) -> list[tuple[str, str]]:
    """(condition, value) for each row; a single value has an empty condition."""
    if not isinstance(term.value, Table):
        return [("", value_words(term.value, term.unit))]
    return [(condition(row), value_words(row.value, term.unit)) for row in term.value.rows]


def condition(row: Row) -> str:
    """When a row applies, in words."""
    parts = []
    for axis, values in row.when:
        names = AXES[axis][1] or {}
        parts.append("、".join("其他" if v == OTHERS else names.get(v, f"{AXIS_NAMES[axis]}{v}") for v in values))
    if row.over_fen:
        parts.append(f"超过 {as_text(row.over_fen, 'fen')}")
    if row.up_to_fen is not None:
        parts.append(f"不超过 {as_text(row.up_to_fen, 'fen')}")
    return " · ".join(parts) or "全部"


def value_words(value: Any, unit: str) -> str:
    """One value in words."""
    if value is None:
        return "不设"
    if isinstance(value, bool):
        return "是" if value else "否"
    if unit == "premium_aid":
        return "全额" if value["kind"] == "full" else f"定额 {as_text(value['value'], 'fen')}"
    if unit == "points" and isinstance(value, Fraction):
        return f"{'−' if value < 0 else '＋'}{as_text(abs(value), 'points')}" if value else "0"
    if unit == "choices":
        return "、".join(VALUE_NAMES.get(item, item) for item in value)
    if unit == "choice":
        return VALUE_NAMES.get(value, str(value))
    if isinstance(value, date):
        return value.isoformat()
    return as_text(value, unit)


def law_words(value: Any, unit: str) -> str:
    """A value of the law in words; codes of people are named."""
    if unit == "list":
        return "、".join(LIST_NAMES.get(item, item) for item in value)
    return as_text(value, unit)


LIST_NAMES = {
    **STATUSES,
    **(AXES["category"][1] or {}),
    "household_register": "户籍",
    "residence_permit": "居住证",
    "school_roll": "学籍",
    "by_disease": "按病种",
    "global_budget": "总额",
    "capitation": "按人头",
    "drg": "DRG",
    "before": "事前提醒",
    "during": "事中监控",
    "after": "事后审核",
}
