"""Reads the YAML file of settlement cases and finds every fault in it, with its line; settles nothing."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from fractions import Fraction
from typing import Any, NamedTuple

from claims.rules.case import NO_LIMIT, Amounts, Case, Line, OtherPayer, Year
from claims.rules.eligible import price_limit
from claims.rules.explanation import WORDS
from claims.rules.settlement import Settlement
from policy import vocabulary
from policy.marked_yaml import Fault, FormatRefused, line_of
from policy.term_keys import AXES, CATEGORIES, FILINGS, LEVELS, STATUSES, VISIT_KINDS
from policy.terms import Origin
from policy.vocabulary import TermSet

TOP_KEYS = ("title", "note", "local_set", "local", "national", "person", "year_so_far", "bills")
PERSON_KEYS = ("name", "category", "statuses")
STATUS_KEYS = ("status", "starts_on", "ends_on")
BILL_KEYS = [
    "id",
    "date",
    "visit",
    "level",
    "filing",
    "statuses",
    "in_scope",
    "amounts",
    "lines",
    "carried_deductible",
    "delivery_mode",
    "trait",
    "disease",
    "other_payers",
    "hospital_share",
    "account",
    "reverses",
    "expect",
    "note",
]
LINE_KEYS = ("name", "class", "item", "amount", "first_self_pay", "limit", "price_cap", "quantity")
YEAR_KEYS = {name.removesuffix("_fen"): name for name in Year._fields}
EXPECTED = {name.removesuffix("_fen"): name for name in Settlement._fields if name.endswith("_fen")} | {
    "fund": "fund_fen",
    "personal_in_scope": "personal_in_scope_fen",
}
QUANTITY = re.compile(r"\d{1,9}(\.\d{1,4})?")


class Bill(NamedTuple):
    """One bill of a file: the case without the year, or the reversal of an earlier bill."""

    name: str
    on: date
    case: Case
    reverses: str
    expect: dict[str, Any]
    line: int


class CaseFile(NamedTuple):
    """A file that has been read and found whole."""

    sets: list[TermSet]
    national: list[TermSet] | None
    year: Year
    bills: list[Bill]


def read(content: Mapping[str, Any], source: str = "") -> CaseFile:
    """A file's content, checked; raises FormatRefused with every fault."""
    reader = Reader()
    found = reader.file(content)
    if reader.faults:
        raise FormatRefused(reader.faults, source)
    return found


class Reader:
    """Reads one file and collects every fault."""

    def __init__(self) -> None:
        self.faults: list[Fault] = []

    def fault(self, path: str, line: int, message: str) -> None:
        self.faults.append(Fault(path, line, message))

    def _only(self, content: Any, keys: Any, path: str, line: int) -> bool:
        """Is it a mapping with no other keys than these?"""
        if not isinstance(content, Mapping):
            self.fault(path, line, f"应为“键: 值”，可用：{'、'.join(keys)}")
            return False
        for key in content:
            if key not in keys:
                self.fault(f"{path}.{key}".lstrip("."), line_of(content, key), f"不认识的键，可用：{'、'.join(keys)}")
        return True

    def _list(self, content: Mapping[str, Any], key: str, path: str) -> list[tuple[Any, str, int]]:
        """The items under a key with path and line."""
        items = content.get(key, [])
        if not isinstance(items, list):
            self.fault(path, line_of(content, key), "应为列表（每项以 - 开头）")
            return []
        return [(item, f"{path}[{n}]", line_of(items, n)) for n, item in enumerate(items)]

    def _get(
        self, content: Mapping[str, Any], key: str, path: str, convert: Callable[[Any], Any], wanted: str, default: Any
    ) -> Any:
        """One converted value, its default when left out, a fault when it cannot be converted."""
        if key not in content:
            return default
        value = convert(content[key])
        if value is None:
            self.fault(f"{path}.{key}".lstrip("."), line_of(content, key), f"写作 {content[key]!r}，应为{wanted}")
            return default
        return value

    def _yuan(self, content: Mapping[str, Any], key: str, path: str, default: Any = 0) -> Any:
        return self._get(content, key, path, vocabulary.yuan, '加引号的元，如 "1200.00"', default)

    def _code(self, content: Mapping[str, Any], key: str, path: str, known: Mapping[str, str], default: str) -> str:
        def convert(value: Any) -> str | None:
            return value if isinstance(value, str) and value in known else None

        return str(self._get(content, key, path, convert, f"其中之一：{'、'.join(known)}", default))

    def _text(self, content: Mapping[str, Any], key: str, path: str) -> str:
        return str(self._get(content, key, path, lambda v: v if isinstance(v, str) else None, "文字，请加引号", ""))

    def file(self, content: Mapping[str, Any]) -> CaseFile:
        self._only(content, TOP_KEYS, "", 1)
        sets = self._named_sets(content) + self._sets(content, "local", "local")
        if not sets and not self.faults:
            self.fault("local", 1, "缺少地方标准：写 local_set（随系统的标准名）或 local")
        given = self._sets(content, "national", "national") if "national" in content else None
        person = content.get("person", {})
        category, held = "adult", []
        if self._only(person, PERSON_KEYS, "person", line_of(content, "person")):
            category = self._code(person, "category", "person", CATEGORIES, "adult")
            held = self._statuses(person)
        year = self._year(content)
        bills: list[Bill] = []
        for item, path, line in self._list(content, "bills", "bills"):
            bill = self._bill(item, path, line, category, held, len(bills) + 1)
            if bill is not None:
                if any(bill.name == earlier.name for earlier in bills):
                    self.fault(f"{path}.id", line, f"单据 {bill.name} 重复")
                bills.append(bill)
        if not bills and not self.faults:
            self.fault("bills", line_of(content, "bills"), "没有单据")
        return CaseFile(sets, given, year, bills)

    def _named_sets(self, content: Mapping[str, Any]) -> list[TermSet]:
        names = content.get("local_set", [])
        sets = []
        for name in names if isinstance(names, list) else [names]:
            path = vocabulary.LOCAL_SETS / f"{name}.yaml"
            if not isinstance(name, str) or not re.fullmatch(r"[\w-]+", name) or not path.is_file():
                there = "、".join(sorted(found.stem for found in vocabulary.LOCAL_SETS.glob("*.yaml")))
                self.fault("local_set", line_of(content, "local_set"), f"没有随系统的标准 {name}，可用：{there}")
                continue
            sets.append(vocabulary.shipped(name))
        return sets

    def _sets(self, content: Mapping[str, Any], key: str, origin: Origin) -> list[TermSet]:
        written = content.get(key, [])
        sets = []
        for number, one in enumerate(written if isinstance(written, list) else [written]):
            path = f"{key}[{number}]" if isinstance(written, list) else key
            if not isinstance(one, Mapping):
                self.fault(path, line_of(content, key), "应为一份标准（terms: …）")
                continue
            faults = vocabulary.check(one, origin)
            if one.get("origin", origin) != origin:
                faults.append(Fault("origin", line_of(one, "origin"), f"此处只能是 {origin}"))
            self.faults.extend(Fault(f"{path}.{f.path}".rstrip("."), f.line, f.message) for f in faults)
            if not faults:
                sets.append(vocabulary.parse(one, origin=origin))
        return sets

    def _statuses(self, person: Mapping[str, Any]) -> list[tuple[str, date, date]]:
        """Statuses with the days they hold, inclusive; a bare word holds always."""
        held = []
        for item, path, line in self._list(person, "statuses", "person.statuses"):
            one = {"status": item} if isinstance(item, str) else item
            if not self._only(one, STATUS_KEYS, path, line):
                continue
            status = one.get("status")
            if status not in STATUSES or status == "none":
                self.fault(path, line, f"困难身份没有 {status}，可用：{'、'.join(s for s in STATUSES if s != 'none')}")
                continue
            starts_on = self._date(one, "starts_on", path, date.min)
            held.append((status, starts_on, self._date(one, "ends_on", path, date.max)))
        return held

    def _date(self, content: Mapping[str, Any], key: str, path: str, default: Any = None) -> Any:
        return self._get(content, key, path, lambda v: v if type(v) is date else None, "日期，如 2018-12-01", default)

    def _year(self, content: Mapping[str, Any]) -> Year:
        written = content.get("year_so_far", {})
        if not self._only(written, YEAR_KEYS, "year_so_far", line_of(content, "year_so_far")):
            return Year()
        fields = {}
        for key in written:
            if key == "admissions":
                fields[key] = self._get(
                    written, key, "year_so_far", lambda v: v if type(v) is int and v >= 0 else None, "整数", 0
                )
            elif key in YEAR_KEYS:
                fields[YEAR_KEYS[key]] = self._yuan(written, key, "year_so_far")
        return Year(**fields)

    def _bill(
        self, bill: Any, path: str, line: int, category: str, held: list[tuple[str, date, date]], number: int
    ) -> Bill | None:
        if not self._only(bill, BILL_KEYS, path, line):
            return None
        on = self._date(bill, "date", path)
        if on is None:
            if "date" not in bill:
                self.fault(path, line, "缺少 date（出院或就诊日期）")
            return None
        name = self._text(bill, "id", path) or str(number)
        expect = self._expect(bill, path)
        reverses = self._text(bill, "reverses", path)
        if reverses:
            others = [key for key in bill if key not in ("id", "date", "reverses", "expect", "note")]
            for key in others:
                self.fault(f"{path}.{key}", line_of(bill, key), "冲正单据只写 id、date、reverses")
            return Bill(name, on, Case("", ""), reverses, expect, line)
        statuses = frozenset(status for status, starts_on, ends_on in held if starts_on <= on <= ends_on)
        case = Case(
            self._code(bill, "visit", path, VISIT_KINDS, "inpatient"),
            self._level(bill, path, line),
            None,
            self._own_statuses(bill, path) if "statuses" in bill else statuses,
            category,
            self._code(bill, "filing", path, FILINGS, "local"),
            Year(),
            self._yuan(bill, "carried_deductible", path),
            self._code(bill, "delivery_mode", path, AXES["delivery_mode"][1] or {}, ""),
            self._code(bill, "trait", path, AXES["trait"][1] or {}, "none"),
            self._text(bill, "disease", path),
            hospital_fen=self._yuan(bill, "hospital_share", path),
            account_fen=self._yuan(bill, "account", path),
            other_payers=self._other_payers(bill, path),
        )
        return Bill(name, on, self._cost(case, bill, path, line), "", expect, line)

    def _level(self, bill: Mapping[str, Any], path: str, line: int) -> str:
        if "level" not in bill:
            self.fault(path, line, f"缺少 level（{'、'.join(LEVELS)}）")
        return self._code(bill, "level", path, LEVELS, "two")

    def _own_statuses(self, bill: Mapping[str, Any], path: str) -> frozenset[str]:
        own = [item for item, _, _ in self._list(bill, "statuses", f"{path}.statuses")]
        for status in own:
            if status not in STATUSES or status == "none":
                self.fault(f"{path}.statuses", line_of(bill, "statuses"), f"困难身份没有 {status}")
        return frozenset(status for status in own if isinstance(status, str))

    def _other_payers(self, bill: Mapping[str, Any], path: str) -> tuple[OtherPayer, ...]:
        payers = []
        for item, at, line in self._list(bill, "other_payers", f"{path}.other_payers"):
            if self._only(item, ("name", "amount"), at, line):
                payers.append(OtherPayer(self._text(item, "name", at), self._yuan(item, "amount", at)))
        return tuple(payers)

    def _cost(self, case: Case, bill: Mapping[str, Any], path: str, line: int) -> Case:
        """Exactly one of in_scope, amounts, lines says what the bill costs."""
        given = [key for key in ("in_scope", "amounts", "lines") if key in bill]
        if len(given) != 1:
            self.fault(path, line, "应写 in_scope、amounts、lines 其中之一")
            return case
        if given == ["in_scope"]:
            return case._replace(amounts=Amounts(in_scope_fen=self._yuan(bill, "in_scope", path)))
        if given == ["amounts"]:
            amounts = bill["amounts"]
            names = ("full_self", "over_limit", "first_self", "in_scope")
            if not self._only(amounts, names, f"{path}.amounts", line_of(bill, "amounts")):
                return case
            return case._replace(amounts=Amounts(*(self._yuan(amounts, name, f"{path}.amounts") for name in names)))
        lines = [self._line(item, at, on) for item, at, on in self._list(bill, "lines", f"{path}.lines")]
        return case._replace(lines=tuple(found for found in lines if found is not None))

    def _line(self, item: Any, path: str, line: int) -> Line | None:
        if not self._only(item, LINE_KEYS, path, line):
            return None
        for needed in ("class", "amount"):
            if needed not in item:
                self.fault(path, line, f"缺少 {needed}")
        if "limit" in item and "price_cap" in item:
            self.fault(path, line, "limit 与 price_cap 只能写一个")
        item_class = self._code(item, "class", path, {"甲": "", "乙": "", "丙": ""}, "甲")
        rate = self._get(item, "first_self_pay", path, _share_of_line, '百分比，如 "10%"', None)
        limit = self._yuan(item, "limit", path, NO_LIMIT)
        if "price_cap" in item:
            if "quantity" not in item:
                self.fault(path, line, "写了 price_cap 须同时写 quantity")
            quantity = self._get(item, "quantity", path, _quantity, '数量，如 3 或 "1.5"', Fraction(1))
            limit = price_limit(self._yuan(item, "price_cap", path), quantity)
        first_self = None if rate is None else (rate.numerator, rate.denominator)
        kind = self._code(item, "item", path, AXES["item"][1] or {}, "drug")
        return Line(self._yuan(item, "amount", path), item_class, first_self, limit, kind)

    def _expect(self, bill: Mapping[str, Any], path: str) -> dict[str, Any]:
        written = bill.get("expect", {})
        path = f"{path}.expect"
        if not self._only(written, (*EXPECTED, "status", "steps", "year"), path, line_of(bill, "expect")):
            return {}
        expect: dict[str, Any] = {}
        for key in written:
            if key == "status":
                expect[key] = self._code(written, key, path, STATUSES, "none")
            elif key in ("steps", "year"):
                known = WORDS if key == "steps" else YEAR_KEYS
                if self._only(written[key], known, f"{path}.{key}", line_of(written, key)):
                    parts = written[key]
                    expect[key] = {
                        name: parts[name] if name == "admissions" else self._signed(parts, name, f"{path}.{key}")
                        for name in parts
                    }
            elif key in EXPECTED:
                expect[key] = self._signed(written, key, path)
        return expect

    def _signed(self, content: Mapping[str, Any], key: str, path: str) -> Any:
        """An amount that may be negative (reversals, the ceiling's cut)."""
        return self._get(content, key, path, signed_yuan, '加引号的元，如 "-1200.00"', 0)


def signed_yuan(value: Any) -> int | None:
    if isinstance(value, str) and value.startswith("-"):
        fen = vocabulary.yuan(value[1:])
        return None if fen is None else -fen
    return vocabulary.yuan(value)


def _share_of_line(value: Any) -> Fraction | None:
    rate = vocabulary.percent(value)
    return rate if rate is not None and 0 <= rate <= 1 else None


def _quantity(value: Any) -> Fraction | None:
    text = str(value) if type(value) is int else value
    return Fraction(text) if isinstance(text, str) and QUANTITY.fullmatch(text) else None
