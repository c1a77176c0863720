"""Terms as a policy officer writes them in a form, line by line in Chinese, and as the public YAML format.

A table is one line per row: 「医疗机构级别=乡镇（社区）、一级；困难身份=特困人员：90%」; a single value is just that: 「90%」.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import yaml

from core.refusal import Refused
from policy.term_keys import AXES, AXIS_NAMES, KEYS, VALUE_NAMES, TermKey

AMOUNTS = {"over": "超过", "up_to": "不超过"}
OTHERS = {"others": "其他"}
NONE = "不设"
FULL, AMOUNT = "全额", "定额"
HEADER = (
    "area",
    "name",
    "document",
    "document_number",
    "issued_on",
    "effective_on",
    "ends_on",
    "is_illustrative",
    "note",
)
EXTRAS = ("document", "clause", "words", "is_illustrative", "note")


@dataclass(frozen=True, slots=True)
class Entry:
    """One term of a form; `is_illustrative` None follows the whole set."""

    value: str
    clause: str = ""
    words: str = ""
    document: str = ""
    note: str = ""
    is_illustrative: bool | None = None


def entry_of(name: str, raw: Any) -> Entry:
    """A term of the stored content as a form shows it."""
    key = KEYS[name]
    if not isinstance(raw, Mapping) or (key.unit == "premium_aid" and "kind" in raw):
        return Entry(value_text(key, raw))
    if "rows" in raw:
        text = "\n".join(row_text(key, row) for row in raw["rows"])
    else:
        text = value_text(key, raw.get("value"))
    more = {field: raw[field] for field in EXTRAS if field in raw}
    return Entry(text, **more)


def raw_of(name: str, entry: Entry) -> dict[str, Any]:
    """A term of a form as the format writes it; refuses a line that cannot be read, with its text."""
    key = KEYS[name]
    lines = [line.strip() for line in entry.value.replace("\r", "").split("\n") if line.strip()]
    raw: dict[str, Any] = {}
    if len(lines) == 1 and "：" not in lines[0] and ":" not in lines[0]:
        raw["value"] = raw_value(key, lines[0])
    else:
        raw["rows"] = [row_of(key, line) for line in lines]
    for field in ("document", "clause", "words", "note"):
        if getattr(entry, field).strip():
            raw[field] = getattr(entry, field).strip()
    if entry.is_illustrative is not None:
        raw["is_illustrative"] = entry.is_illustrative
    return raw


def value_text(key: TermKey, raw: Any) -> str:
    """One raw value in Chinese."""
    if raw == "none" and key.can_be_none:
        return NONE
    if isinstance(raw, bool):
        return "是" if raw else "否"
    if isinstance(raw, Mapping):
        return FULL if raw.get("kind") == "full" else f"{AMOUNT} {raw.get('value')}"
    if isinstance(raw, list | tuple):
        return "、".join(VALUE_NAMES.get(item, str(item)) for item in raw)
    if key.unit in ("choice", "choices"):
        return VALUE_NAMES.get(str(raw), str(raw))
    return str(raw)


def raw_value(key: TermKey, text: str) -> Any:
    """A value in Chinese as the format writes it; what it means is checked by the vocabulary afterwards."""
    text = text.strip()
    if text == NONE:
        return "none"
    if key.unit == "flag":
        return {"是": True, "否": False}.get(text, text)
    if key.unit in ("days", "count"):
        return int(text) if text.isascii() and text.isdigit() else text
    if key.unit == "premium_aid":
        if text == FULL:
            return {"kind": "full"}
        return {"kind": "amount", "value": text.removeprefix(AMOUNT).strip()}
    if key.unit == "choice":
        return _code(key, text)
    if key.unit == "choices":
        return [
            _code(key, part.strip()) for part in text.replace("，", "、").replace(",", "、").split("、") if part.strip()
        ]
    if key.unit == "date":
        try:
            return date.fromisoformat(text)
        except ValueError:
            return text
    return text


def row_text(key: TermKey, row: Mapping[str, Any]) -> str:
    """One row of a table as a line."""
    parts = []
    for field, written in row.items():
        if field == "value":
            continue
        if field in AMOUNTS:
            parts.append(f"{AMOUNTS[field]}={written}")
            continue
        names = (AXES[field][1] or {}) | OTHERS
        listed = written if isinstance(written, list | tuple) else [written]
        parts.append(f"{AXIS_NAMES[field]}={'、'.join(names.get(str(value), str(value)) for value in listed)}")
    return f"{'；'.join(parts) or '全部'}：{value_text(key, row.get('value'))}"


def row_of(key: TermKey, line: str) -> dict[str, Any]:
    """A line as a row of a table."""
    head, mark, value = line.replace(":", "：").rpartition("：")
    if not mark:
        raise Refused(
            f"“{key.label}”的这一行读不懂：“{line}”。请写成“条件=取值；条件=取值：数值”的形式，每种情形一行。"
        )
    row: dict[str, Any] = {}
    for part in head.replace(";", "；").split("；"):
        part = part.strip()
        if not part or part == "全部":
            continue
        field, mark, written = part.replace("＝", "=").partition("=")
        axis = _axis(field.strip())
        if not mark or axis is None:
            raise Refused(
                f"“{key.label}”的条件读不懂：“{part}”。可用的条件：{'、'.join(AXIS_NAMES[a] for a in key.axes)}、超过、不超过。"
            )
        if axis in AMOUNTS:
            row[axis] = written.strip()
            continue
        codes = {label: code for code, label in ((AXES[axis][1] or {}) | OTHERS).items()}
        listed = [
            codes.get(v.strip(), v.strip())
            for v in written.replace("，", "、").replace(",", "、").split("、")
            if v.strip()
        ]
        row[axis] = listed[0] if len(listed) == 1 else listed
    row["value"] = raw_value(key, value)
    return row


def yaml_of(header: Mapping[str, Any], terms: Mapping[str, Any]) -> str:
    """The whole set in the public format."""
    content = {field: header[field] for field in HEADER if header.get(field) not in (None, "")}
    content["terms"] = dict(terms)
    return yaml.safe_dump(content, allow_unicode=True, sort_keys=False, width=120, default_flow_style=None)


def _axis(label: str) -> str | None:
    for code, name in (AXIS_NAMES | AMOUNTS).items():
        if label in (code, name):
            return code
    return None


def _code(key: TermKey, label: str) -> str:
    for code in key.choices:
        if label in (code, VALUE_NAMES.get(code)):
            return code
    return label
