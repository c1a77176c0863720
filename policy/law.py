"""The law as data: documents, and parameters with their values by date, each with the words that carry it.

Pure Python. `catalogue()` reads policy/documents and policy/parameters once per process; values that national
staff entered later are laid under it with `Catalogue.with_values` (a value of the shipped files wins for its date).
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from fractions import Fraction
from typing import Any

from core.refusal import Refused

BOUNDS = {"floor": "下限", "ceiling": "上限", "exact": "规定值", "average": "平均数", "principle": "原则"}
RENEWALS = {"yearly": "逐年规定", "standing": "持续有效"}
UNITS = {
    "fen": "元",
    "rate": "比例",
    "points": "百分点",
    "flag": "是否",
    "count": "个",
    "days": "天",
    "months": "个月",
    "years": "年",
    "year": "年度",
    "age": "周岁",
    "score": "分",
    "day": "日",
    "multiple": "倍",
    "date": "日期",
    "month_day": "月日",
    "list": "列举",
}


class LawFault(Exception):
    """A file of the law that cannot be read: names the file, the key and what is wrong."""


class ParameterMissing(Refused):
    """No text in force gives the value on that day; the message says what to enter where."""


@dataclass(frozen=True, slots=True)
class Document:
    """One document. Where the day of issue is not printed, `issued_between` bounds it and a parameter holds the input."""

    number: str
    title: str
    issuers: tuple[str, ...]
    clauses: Mapping[str, str]
    issued_on: date | None = None
    issued_between: tuple[date, date] | None = None
    issue_parameter: str = ""
    area: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Value:
    """One value from the day it takes effect.

    `starts_on` None: it takes effect on the day `document` was issued, which is an input.
    `value` by unit: fen, count, days … int · rate, points, multiple Fraction · flag bool · date date · list tuple.
    """

    value: Any
    starts_on: date | None
    bound: str
    document: str = ""
    clause: str = ""
    words: str = ""
    derived: str = ""
    local: str = ""
    reading: str = ""
    confirm: str = ""
    until: date | None = None
    is_entered: bool = False
    published: date | None = None

    @property
    def citation(self) -> str:
        return f"{self.document} {self.clause}".strip()


@dataclass(frozen=True, slots=True)
class Parameter:
    """One figure of the law with all its values, in order of their dates."""

    key: str
    name: str
    unit: str
    bound: str
    renewal: str
    values: tuple[Value, ...]
    area: str = ""
    input: str = ""
    reading: str = ""
    about: str = ""
    binds: tuple[str, ...] = ()
    gives: tuple[str, ...] = ()

    @property
    def topic(self) -> str:
        return self.key.split(".")[0]

    @property
    def is_to_confirm(self) -> bool:
        return any(value.confirm for value in self.values)


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Every document and parameter; answers what was in force on a day."""

    documents: Mapping[str, Document]
    parameters: Mapping[str, Parameter]
    _issued: dict[str, date | None] = field(default_factory=dict, init=False, repr=False, compare=False)

    def parameter(self, key: str) -> Parameter:
        try:
            return self.parameters[key]
        except KeyError:
            raise LawFault(f"没有名为“{key}”的参数。已有参数见 policy/parameters/。") from None

    def value(self, key: str, on: date) -> Any:
        """The plain value in force on a day; raises ParameterMissing saying what to enter where."""
        return self.entry(key, on).value

    def find(self, key: str, on: date, published_by: date | None = None) -> Value | None:
        """The value in force on a day, or None."""
        try:
            return self.entry(key, on, published_by)
        except ParameterMissing:
            return None

    def entry(self, key: str, on: date, published_by: date | None = None) -> Value:
        """The value in force on a day with its citation; `published_by` leaves out what was published after that day.

        A yearly standard is not carried into a year without a text. A value whose document's day of issue is not
        known is certain after the last day it can have been issued; between, it is refused unless it changes nothing.
        """
        parameter = self.parameter(key)
        best: tuple[date, Value] | None = None
        unsure: list[Value] = []
        for value in parameter.values:
            first, last = self.starts_between(value)
            if on < first or (published_by and (self.published_on(value) or first) > published_by):
                continue
            if on < last:
                unsure.append(value)
                continue
            if best is None or last >= best[0]:
                best = (last, value)
        if best and parameter.renewal == "yearly" and best[0].year != on.year:
            best = None
        if best and best[1].until and on > best[1].until:
            raise ParameterMissing(
                f"“{parameter.name}”（{key}）按 {best[1].citation} 执行到 {best[1].until} 止，{on} 没有新的规定。{self._enter(parameter)}"
            )
        for value in unsure:
            if best is None or (value.value, value.bound) != (best[1].value, best[1].bound):
                raise ParameterMissing(
                    f"“{parameter.name}”（{key}）在 {on} 是否已按 {value.citation} 执行取决于该文件的印发日期，文件中没有写明。"
                    "请国家级政策人员在“国家标准录入”中录入该文件的印发日期。"
                )
        if best is None:
            raise ParameterMissing(f"“{parameter.name}”（{key}）在 {on} 没有文件规定的数值。{self._enter(parameter)}")
        return best[1]

    def starts_between(self, value: Value) -> tuple[date, date]:
        """First and last day on which the value can have taken effect; equal when the day is known."""
        if value.starts_on:
            return value.starts_on, value.starts_on
        issued = self.issued_on(value.document)
        if issued:
            return issued, issued
        between = self.documents[value.document].issued_between
        assert between is not None  # held by the reader: a document has a day or bounds for it
        return between

    def issued_on(self, number: str) -> date | None:
        """The day a document was issued: printed, or entered by national staff; None while unknown."""
        if number not in self._issued:
            document = self.documents[number]
            entered = self.parameters[document.issue_parameter].values if document.issue_parameter else ()
            self._issued[number] = document.issued_on or (entered[-1].value if entered else None)
        return self._issued[number]

    def published_on(self, value: Value) -> date | None:
        """The day the value became known: its document's issue (the last possible day while that is unknown)."""
        document = self.documents.get(value.document)
        if value.published is not None or document is None:
            return value.published or value.starts_on
        return self.issued_on(value.document) or (document.issued_between or (None, None))[1]

    def with_values(self, extra: Mapping[str, Iterable[Value]]) -> Catalogue:
        """This catalogue with values entered later; for the same date the shipped value stays."""
        parameters = dict(self.parameters)
        for key, values in extra.items():
            parameter = self.parameter(key)
            taken = {value.starts_on for value in parameter.values}
            added = [value for value in values if value.starts_on not in taken]
            parameters[key] = replace(parameter, values=in_order((*parameter.values, *added)))
        return Catalogue(self.documents, parameters)

    def citing(self, number: str) -> dict[str, list[tuple[Parameter, Value]]]:
        """Clause → the parameters and values that cite it, for one document."""
        found: dict[str, list[tuple[Parameter, Value]]] = {}
        for parameter in self.parameters.values():
            for value in parameter.values:
                if value.document == number:
                    found.setdefault(value.clause, []).append((parameter, value))
        return found

    def _enter(self, parameter: Parameter) -> str:
        why = f"{parameter.input}。" if parameter.input else ""
        return f"{why}请国家级政策人员在“国家标准录入”中按文件录入，并由第二人批准。"


def in_order(values: Iterable[Value]) -> tuple[Value, ...]:
    """By date; a value that waits for its document's day of issue stands last."""
    return tuple(sorted(values, key=lambda value: (value.starts_on is None, value.starts_on or date.max)))


def as_text(value: Any, unit: str) -> str:
    """A value as people write it: 490.00 元, 70%, 5 个百分点, 2020-06-30."""
    if value is None:
        return "—"
    if unit == "fen":
        return f"{value // 100:,}.{value % 100:02d} 元"
    if unit in ("rate", "points") and isinstance(value, Fraction):
        number = decimal_text(value * 100)
        return f"{number}%" if unit == "rate" else f"{number} 个百分点"
    if unit == "multiple":
        return f"{decimal_text(value)} 倍"
    if unit == "flag":
        return "是" if value else "否"
    if unit == "list":
        return "、".join(value)
    if unit in ("date", "month_day"):
        return str(value)
    return f"{value} {UNITS.get(unit, '')}".strip()


def decimal_text(value: Fraction) -> str:
    """A fraction as a decimal where that is exact within four places, else as a/b."""
    scaled = value * 10000
    if scaled.denominator != 1:
        return str(value)
    whole, part = divmod(int(scaled), 10000)
    return f"{whole}.{part:04d}".rstrip("0").rstrip(".")


@functools.cache
def catalogue() -> Catalogue:
    """The shipped law, read once."""
    from policy import law_files  # the reader builds these types

    return law_files.read()


def value(key: str, on: date) -> Any:
    """A value of the shipped law in force on a day."""
    return catalogue().value(key, on)
