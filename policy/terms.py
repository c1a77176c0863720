"""Terms: every value in force for one pooling area on one day, each with the words it rests on.

Pure Python: the settlement rules, the database and the YAML files all speak in these few types.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Any, Literal

from core.refusal import Refused
from policy.term_keys import KEYS

Origin = Literal["national", "province", "local"]

OTHERS = "others"
"""In a row: every value of that axis which no other row of the same table names."""


class TermMissing(Refused):
    """A value that is needed stands in no text in force: silence in the law is not a number."""


@dataclass(frozen=True, slots=True)
class Citation:
    """The few words of a text that carry a value."""

    document: str
    clause: str = ""
    words: str = ""
    origin: Origin = "local"
    is_illustrative: bool = False

    def __str__(self) -> str:
        text = f"{self.document} {self.clause}".strip()
        return f"{text}（示例）" if self.is_illustrative and "示例" not in text else text

    def to_json(self) -> dict[str, Any]:
        return {
            "document": self.document,
            "clause": self.clause,
            "words": self.words,
            "origin": self.origin,
            "is_illustrative": self.is_illustrative,
        }


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a table: for these axis values, and between these amounts, this value.

    `when` names only the axes the row restricts. `over_fen` (exclusive) and `up_to_fen` (inclusive,
    None = without end) are set in tables by amount only.
    """

    when: tuple[tuple[str, tuple[str, ...]], ...]
    value: Any
    over_fen: int | None = None
    up_to_fen: int | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of which exactly one matches a case (for each slice of the amount, where rows are by amount)."""

    rows: tuple[Row, ...]

    @property
    def axes(self) -> tuple[str, ...]:
        """The axes that at least one row restricts, in order of first use."""
        return tuple(dict.fromkeys(axis for row in self.rows for axis, _ in row.when))

    @property
    def is_by_amount(self) -> bool:
        return any(row.over_fen is not None or row.up_to_fen is not None for row in self.rows)

    def named(self, axis: str) -> frozenset[str]:
        """Every value that some row names on this axis (`3+` stays as written)."""
        return frozenset(v for row in self.rows for a, values in row.when if a == axis for v in values if v != OTHERS)

    def matching(self, axes: Mapping[str, str]) -> list[int]:
        """Numbers (from 0) of the rows that match; an axis missing from `axes` matches no restriction on it."""
        return [number for number, row in enumerate(self.rows) if self._matches(row, axes)]

    def _matches(self, row: Row, axes: Mapping[str, str]) -> bool:
        for axis, values in row.when:
            actual = axes.get(axis, "")
            if any(_meets(actual, wanted) for wanted in values if wanted != OTHERS):
                continue
            if OTHERS in values and not any(_meets(actual, wanted) for wanted in self.named(axis)):
                continue
            return False
        return True


def _meets(actual: str, wanted: str) -> bool:
    """Does a value meet what a row names? `3+` (admission order) is met by 3 and everything above it."""
    if wanted.endswith("+") and wanted[:-1].isdigit():
        return actual.isdigit() and int(actual) >= int(wanted[:-1])
    return actual == wanted


@dataclass(frozen=True, slots=True)
class Term:
    """One value in force.

    `value` by unit: fen int · rate and points Fraction · days and count int · flag bool · choice str ·
    choices tuple of str · date date · or a `Table` of these. None means 不设 (said, not left out).
    """

    name: str
    value: Any
    unit: str
    citations: tuple[Citation, ...] = ()

    @property
    def is_illustrative(self) -> bool:
        return any(citation.is_illustrative for citation in self.citations)

    def to_json(self) -> dict[str, Any]:
        return {"value": _plain(self.value), "unit": self.unit, "citations": [c.to_json() for c in self.citations]}

    @classmethod
    def from_json(cls, name: str, stored: Mapping[str, Any]) -> Term:
        citations = tuple(Citation(**citation) for citation in stored["citations"])
        return cls(name, _revived(stored["value"], stored["unit"]), stored["unit"], citations)


@dataclass(frozen=True, slots=True)
class Terms:
    """All terms of one pooling area on one day; immutable, known by its digest.

    `terms["critical_illness.rate"]` gives the Term or raises TermMissing, which says what to enter where.
    """

    area_code: str
    on: date
    terms: Mapping[str, Term] = field(hash=False)
    _digest: list[str] = field(default_factory=list, init=False, repr=False, compare=False, hash=False)

    def __getitem__(self, name: str) -> Term:
        try:
            return self.terms[name]
        except KeyError:
            raise missing(name, self.area_code, self.on) from None

    def has(self, name: str) -> bool:
        return name in self.terms

    def get(self, name: str) -> Term | None:
        return self.terms.get(name)

    def __iter__(self) -> Iterator[Term]:
        return iter(self.terms.values())

    def __len__(self) -> int:
        return len(self.terms)

    @property
    def digest(self) -> str:
        """SHA-256 of the area and the terms, hex. The day is left out: the same values on two days are one snapshot."""
        if not self._digest:
            content = {"area": self.area_code, "terms": {n: t.to_json() for n, t in sorted(self.terms.items())}}
            text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
            self._digest.append(hashlib.sha256(text.encode()).hexdigest())
        return self._digest[0]

    def on_day(self, on: date) -> Terms:
        """The same terms on another day on which they are in force too; the digest is worked out once for both."""
        if on == self.on:
            return self
        same = Terms(self.area_code, on, self.terms)
        object.__setattr__(same, "_digest", self._digest)
        return same

    def to_json(self) -> dict[str, Any]:
        return {
            "area_code": self.area_code,
            "on": self.on.isoformat(),
            "terms": {name: term.to_json() for name, term in sorted(self.terms.items())},
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Terms:
        terms = {name: Term.from_json(name, term) for name, term in stored["terms"].items()}
        return cls(stored["area_code"], date.fromisoformat(stored["on"]), terms)

    @classmethod
    def resolve(cls, area_code: str, on: date, *layers: Iterable[Term]) -> Terms:
        """Lay terms over each other, nation first, pooling area last; a later layer's term of the same name wins."""
        terms: dict[str, Term] = {}
        for layer in layers:
            terms.update((term.name, term) for term in layer)
        return cls(area_code, on, dict(sorted(terms.items())))


def missing(name: str, area_code: str, on: date) -> TermMissing:
    key = KEYS.get(name)
    label = f"{key.label}（{name}）" if key else name
    return TermMissing(
        f"统筹地区 {area_code} 在 {on.isoformat()} 没有“{label}”的标准，不能按默认值计算。"
        f"请在“政策标准”中按当地文件录入该项（{name}）后重试。"
    )


def _plain(value: Any) -> Any:
    if isinstance(value, Table):
        return {"rows": [_plain_row(row) for row in value.rows]}
    if isinstance(value, Fraction):
        return f"{value.numerator}/{value.denominator}"
    if isinstance(value, tuple):
        return list(value)
    return value.isoformat() if isinstance(value, date) else value


def _plain_row(row: Row) -> dict[str, Any]:
    plain: dict[str, Any] = {"when": {axis: list(values) for axis, values in row.when}, "value": _plain(row.value)}
    if row.over_fen is not None or row.up_to_fen is not None:
        plain["over_fen"], plain["up_to_fen"] = row.over_fen, row.up_to_fen
    return plain


def _revived(value: Any, unit: str) -> Any:
    if isinstance(value, Mapping) and "rows" in value:
        return Table(
            tuple(
                Row(
                    tuple((axis, tuple(values)) for axis, values in row["when"].items()),
                    _revived(row["value"], unit),
                    row.get("over_fen"),
                    row.get("up_to_fen"),
                )
                for row in value["rows"]
            )
        )
    if value is None:
        return None
    if unit in ("rate", "points"):
        return Fraction(value)
    if unit == "choices":
        return tuple(value)
    return date.fromisoformat(value) if unit == "date" else value
