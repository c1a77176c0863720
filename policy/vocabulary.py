"""The public format of a set of terms: check it, read it. One format in YAML files, in settle_case and as stored JSON.

`check(content)` lists every fault with its line or path; `parse(content)` gives the terms or refuses with that list.
The declared keys themselves stand in `policy/term_keys.py`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any

from policy.marked_yaml import Fault, FormatRefused, line_of, load
from policy.term_keys import AXES, AXIS_NAMES, KEYS, TermKey
from policy.terms import OTHERS, Citation, Origin, Row, Table, Term

__all__ = ["KEYS", "Fault", "FormatRefused", "TermSet", "check", "parse", "plain", "read", "read_file", "shipped"]

LOCAL_SETS = Path(__file__).parent / "local_sets"
"""The demonstration sets that come with the system."""

HEADER_KEYS = frozenset(
    [
        "area",
        "name",
        "document",
        "document_number",
        "issued_on",
        "effective_on",
        "ends_on",
        "is_illustrative",
        "origin",
        "note",
        "terms",
    ]
)
ENTRY_KEYS = frozenset(["value", "rows", "document", "clause", "words", "is_illustrative", "note"])
YUAN = re.compile(r"(\d{1,3}(,\d{3})+|\d{1,12})(\.\d{1,2})?")
PERCENT = re.compile(r"([+-]?)(\d{1,3})(?:\.(\d{1,4}))?%")
MONTH_DAY = re.compile(r"(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])")
UNIT_NAMES = {
    "fen": '加引号的元，如 "1200.00"',
    "rate": '百分比，如 "70%"（0%–100%）',
    "points": '百分点，如 "5%" 或 "-10%"',
    "days": "整数天数",
    "count": "整数",
    "flag": "yes 或 no",
    "date": "日期，如 2018-01-01",
    "month_day": '月日，如 "09-01"',
}


@dataclass(frozen=True, slots=True)
class TermSet:
    """One document's terms: of a pooling area, or national ones written in the same format."""

    area_code: str
    name: str
    document: str
    document_number: str
    issued_on: date | None
    effective_on: date | None
    ends_on: date | None
    is_illustrative: bool
    terms: Mapping[str, Term]

    def is_in_force(self, on: date) -> bool:
        """Inclusive at both ends; an open end is in force without limit."""
        return (self.effective_on is None or self.effective_on <= on) and (self.ends_on is None or on <= self.ends_on)


def read(text: str, source: str = "") -> TermSet:
    """Read a set from YAML text; FormatRefused lists every fault with its line."""
    return parse(load(text, source), source)


def read_file(path: Path) -> TermSet:
    return read(path.read_text(encoding="utf-8"), f"{path.name} ")


@cache
def shipped(name: str) -> TermSet:
    """A set that comes with the system, by its file's name without ending; FileNotFoundError when there is none."""
    return read_file(LOCAL_SETS / f"{name}.yaml")


def check(content: Mapping[str, Any], origin: Origin = "local") -> list[Fault]:
    """Every fault of a set, with line (when read from YAML) and path; empty when it can be used.

    `origin` is what the set is when it does not say so itself.
    """
    reader = _Reader(origin)
    reader.set(content)
    return reader.faults


def parse(content: Mapping[str, Any], source: str = "", origin: Origin = "local") -> TermSet:
    """The set as terms with citations; raises FormatRefused with every fault."""
    reader = _Reader(origin)
    found = reader.set(content)
    if reader.faults:
        raise FormatRefused(reader.faults, source)
    return found


def plain(content: Any) -> Any:
    """The same content as plain JSON types (dates as 2018-01-01), for storing; `check` and `parse` read it back."""
    if isinstance(content, Mapping):
        return {key: plain(value) for key, value in content.items()}
    if isinstance(content, list):
        return [plain(value) for value in content]
    return content.isoformat() if isinstance(content, date) else content


def yuan(value: Any) -> int | None:
    """ "1,200.00" as fen; None when it is not quoted yuan with at most two decimals."""
    if not isinstance(value, str) or not YUAN.fullmatch(value):
        return None
    whole, _, cents = value.replace(",", "").partition(".")
    return int(whole) * 100 + int((cents + "00")[:2])


def percent(value: Any) -> Fraction | None:
    """ "66.5%" as an exact fraction; None when it is not a percentage."""
    match = PERCENT.fullmatch(value) if isinstance(value, str) else None
    if not match:
        return None
    sign, whole, decimals = match[1], match[2], match[3] or ""
    rate = Fraction(int(whole + decimals), 100 * 10 ** len(decimals))
    return -rate if sign == "-" else rate


class _Reader:
    """Reads one set and collects what is wrong instead of stopping at the first fault."""

    def __init__(self, origin: Origin) -> None:
        self.faults: list[Fault] = []
        self.origin: Origin = origin

    def fault(self, path: str, line: int, message: str) -> None:
        self.faults.append(Fault(path, line, message))

    def set(self, content: Mapping[str, Any]) -> TermSet:
        for key in content:
            if key not in HEADER_KEYS:
                self.fault(key, line_of(content, key), f"不认识的键，可用：{'、'.join(sorted(HEADER_KEYS))}")
        self.origin = content.get("origin", self.origin)
        if self.origin not in ("local", "province", "national"):
            self.fault("origin", line_of(content, "origin"), "应为 local、province 或 national")
        words = {key: self._text(content, key) for key in ("area", "name", "document", "document_number", "note")}
        days = {key: self._date(content, key) for key in ("issued_on", "effective_on", "ends_on")}
        if days["effective_on"] and days["ends_on"] and days["ends_on"] < days["effective_on"]:
            self.fault("ends_on", line_of(content, "ends_on"), "终止日期早于生效日期")
        is_illustrative = self._flag(content, "is_illustrative", "is_illustrative", not words["document"])
        entries = content.get("terms", {})
        terms: dict[str, Term] = {}
        if not isinstance(entries, Mapping):
            self.fault("terms", line_of(content, "terms"), "应为“键: 值”")
            entries = {}
        whole = Citation(words["document"] or words["name"] or "示例", "", "", self.origin, is_illustrative)
        for name, entry in entries.items():
            term = self._term(name, entry, line_of(entries, name), whole)
            if term is not None:
                terms[name] = term
        return TermSet(
            words["area"],
            words["name"],
            words["document"],
            words["document_number"],
            days["issued_on"],
            days["effective_on"],
            days["ends_on"],
            is_illustrative,
            terms,
        )

    def _text(self, content: Mapping[str, Any], key: str) -> str:
        value = content.get(key, "")
        if not isinstance(value, str):
            self.fault(key, line_of(content, key), "应为文字，数字请加引号")
            return ""
        return value

    def _flag(self, content: Mapping[str, Any], key: str, path: str, default: bool) -> bool:
        value = content.get(key, default)
        if not isinstance(value, bool):
            self.fault(path, line_of(content, key), "应为 yes 或 no")
            return default
        return value

    def _date(self, content: Mapping[str, Any], key: str) -> date | None:
        value = content.get(key)
        if value is None or (isinstance(value, date) and type(value) is date):
            return value
        try:
            return date.fromisoformat(value)
        except (TypeError, ValueError):
            self.fault(key, line_of(content, key), "应为日期，如 2018-01-01")
            return None

    def _term(self, name: str, entry: Any, line: int, whole: Citation) -> Term | None:
        path = f"terms.{name}"
        key = KEYS.get(name)
        if key is None:
            near = [known for known in KEYS if known.rpartition(".")[2] == name.rpartition(".")[2]][:3]
            self.fault(path, line, "词汇表中没有这个键" + (f"，是否要写 {'、'.join(near)}？" if near else ""))
            return None
        if not key.is_supported:
            self.fault(path, line, f"“{key.label}”属于公开格式，但本系统暂不支持计算，请删去该项；不会被悄悄忽略")
            return None
        if key.origin == "national" and self.origin != "national":
            self.fault(path, line, f"“{key.label}”由国家文件规定，地方标准中不能设定")
            return None
        citation = whole
        value: Any = entry
        before = len(self.faults)
        if isinstance(entry, Mapping) and not (key.unit == "premium_aid" and "kind" in entry):
            citation = self._citation(entry, path, whole)
            if ("value" in entry) == ("rows" in entry):
                self.fault(path, line, "应有 value 或 rows 其中之一")
                return None
            if "rows" in entry:
                value = self._table(key, entry["rows"], f"{path}.rows", line_of(entry, "rows"))
                return Term(name, value, key.unit, (citation,)) if len(self.faults) == before else None
            value = entry["value"]
        value = self._value(key, value, path, line)
        return Term(name, value, key.unit, (citation,)) if len(self.faults) == before else None

    def _citation(self, entry: Mapping[str, Any], path: str, whole: Citation) -> Citation:
        for field in entry:
            if field not in ENTRY_KEYS:
                self.fault(
                    f"{path}.{field}", line_of(entry, field), f"不认识的键，可用：{'、'.join(sorted(ENTRY_KEYS))}"
                )
        texts = {}
        for field in ("document", "clause", "words", "note"):
            value = entry.get(field, "")
            if not isinstance(value, str):
                self.fault(f"{path}.{field}", line_of(entry, field), "应为文字，数字请加引号")
                value = ""
            texts[field] = value
        is_illustrative = self._flag(entry, "is_illustrative", f"{path}.is_illustrative", whole.is_illustrative)
        return Citation(
            texts["document"] or whole.document, texts["clause"], texts["words"], whole.origin, is_illustrative
        )

    def _table(self, key: TermKey, rows: Any, path: str, line: int) -> Table | None:
        if not isinstance(rows, Sequence) or isinstance(rows, str) or not rows:
            self.fault(path, line, "应为至少一行的列表")
            return None
        before = len(self.faults)
        read = [self._row(key, row, f"{path}[{n}]", line_of(rows, n) or line) for n, row in enumerate(rows)]
        if len(self.faults) > before:
            return None
        table = Table(tuple(row for row in read if row is not None))
        self._exactly_one(table, path, line)
        return table

    def _row(self, key: TermKey, row: Any, path: str, line: int) -> Row | None:
        if not isinstance(row, Mapping):
            self.fault(path, line, "应为“键: 值”，如 {level: two, value: …}")
            return None
        when: list[tuple[str, tuple[str, ...]]] = []
        edges: dict[str, int | None] = {"over": None, "up_to": None}
        for field, written in row.items():
            at = line_of(row, field) or line
            if field == "value":
                continue
            if field in edges and key.by_amount:
                edges[field] = yuan(written)
                if edges[field] is None:
                    self.fault(f"{path}.{field}", at, f"应为{UNIT_NAMES['fen']}")
            elif field in key.axes:
                when.append((field, self._axis_values(field, written, f"{path}.{field}", at)))
            else:
                allowed = [*key.axes, *(["over", "up_to"] if key.by_amount else []), "value"]
                self.fault(f"{path}.{field}", at, f"“{key.label}”不能按 {field} 规定，可用：{'、'.join(allowed)}")
        if "value" not in row:
            self.fault(path, line, "缺少 value")
            return None
        if edges["up_to"] is not None and edges["up_to"] <= (edges["over"] or 0):
            self.fault(path, line, "up_to 应大于 over")
        value = self._value(key, row["value"], f"{path}.value", line_of(row, "value") or line)
        return Row(tuple(when), value, edges["over"], edges["up_to"])

    def _axis_values(self, axis: str, written: Any, path: str, line: int) -> tuple[str, ...]:
        name, known = AXES[axis]
        listed = written if isinstance(written, list) else [written]
        values: list[str] = []
        for value in listed:
            text = str(value) if axis == "admission" and type(value) is int else value
            if not isinstance(text, str) or not text:
                self.fault(path, line, f"{name}应为文字，请加引号")
            elif axis == "admission" and text != OTHERS and not re.fullmatch(r"[1-9]\d?\+?", text):
                self.fault(path, line, f'{name}应为 1、2 … 或 "3+"')
            elif known is not None and text != OTHERS and text not in known:
                self.fault(path, line, f"{name}没有 {text}，可用：{'、'.join(known)}、{OTHERS}")
            else:
                values.append(text)
        return tuple(values)

    def _exactly_one(self, table: Table, path: str, line: int) -> None:
        """For every case exactly one row: no hole, no overlap; the first fault of each kind is told."""
        axes = table.axes
        told: set[str] = set()
        for combination in product(*(_domain(table, axis) for axis in axes)):
            case = dict(zip(axes, combination, strict=True))
            rows = [table.rows[number] for number in table.matching(case)]
            message = _slices_fault(rows)
            if message and message not in told:
                told.add(message)
                words = "、".join(f"{AXIS_NAMES[a]}={_value_name(a, v)}" for a, v in case.items()) or "所有情形"
                self.fault(path, line, f"{words}：{message}，每种情形应恰有一行适用")

    def _value(self, key: TermKey, value: Any, path: str, line: int) -> Any:
        """One value of the key's unit; records a fault and gives None when it is not."""
        if value == "none" and key.can_be_none:
            return None
        result: Any = None
        wanted = UNIT_NAMES.get(key.unit, "")
        if key.unit == "fen":
            result = yuan(value)
        elif key.unit in ("rate", "points"):
            result = percent(value)
            limit = (0 if key.unit == "rate" else -1, 1)
            if result is not None and not limit[0] <= result <= limit[1]:
                result = None
        elif key.unit in ("days", "count"):
            result = value if type(value) is int and value >= 0 else None
        elif key.unit == "flag":
            result = value if isinstance(value, bool) else None
        elif key.unit == "choice":
            wanted = f"其中之一：{'、'.join(key.choices)}" if key.choices else "文字"
            result = value if isinstance(value, str) and (not key.choices or value in key.choices) else None
        elif key.unit == "choices":
            wanted = f"列表，取自：{'、'.join(key.choices)}"
            listed = value if isinstance(value, list) else [value]
            if all(isinstance(v, str) and v in key.choices for v in listed) and len(set(listed)) == len(listed):
                result = tuple(listed)
        elif key.unit == "date":
            result = value if type(value) is date else None
        elif key.unit == "month_day":
            result = value if isinstance(value, str) and MONTH_DAY.fullmatch(value) else None
        elif key.unit == "premium_aid":
            wanted = '{kind: full} 或 {kind: amount, value: "180.00"}'
            result = _premium_aid(value)
        if result is None:
            extra = "，或 none（不设）" if key.can_be_none else ""
            self.fault(path, line, f"“{key.label}”写作 {value!r}，应为{wanted}{extra}")
        return result


def _premium_aid(value: Any) -> dict[str, Any] | None:
    if not isinstance(value, Mapping) or not set(value) <= {"kind", "value"}:
        return None
    if value.get("kind") == "full" and "value" not in value:
        return {"kind": "full", "value": None}
    amount = yuan(value.get("value"))
    return {"kind": "amount", "value": amount} if value.get("kind") == "amount" and amount is not None else None


def _domain(table: Table, axis: str) -> list[str]:
    """Values to try on an axis: every named one, and one that stands for all unnamed ones (they behave alike)."""
    named = table.named(axis)
    if axis == "admission":
        highest = max((int(value.rstrip("+")) for value in named), default=1)
        return [str(number) for number in range(1, highest + 2)]
    known = AXES[axis][1]
    if known is not None:
        unnamed = [value for value in known if value not in named]
        return sorted(named) + unnamed[:1]
    # Tiers are names of the area's own making: there are no others. Diseases are an open list.
    return sorted(named) + ([] if axis == "tier" else ["其他病种"])


def _value_name(axis: str, value: str) -> str:
    return (AXES[axis][1] or {}).get(value, value)


def _slices_fault(rows: list[Row]) -> str:
    """Do the rows that match one case cover every amount from 0 once?"""
    if not rows:
        return "没有一行适用"
    reached = 0
    for row in sorted(rows, key=lambda row: row.over_fen or 0):
        start = row.over_fen or 0
        if reached == -1 or start < reached:
            is_whole = row.over_fen is None and row.up_to_fen is None
            return "有两行同时适用" if is_whole else f"{_yuan(start)} 元处两行重叠"
        if start > reached:
            return f"{_yuan(reached)} 元到 {_yuan(start)} 元之间没有一行适用"
        reached = -1 if row.up_to_fen is None else row.up_to_fen
    return "" if reached == -1 else f"{_yuan(reached)} 元以上没有一行适用"


def _yuan(fen: int) -> str:
    return f"{fen // 100}.{fen % 100:02d}"
