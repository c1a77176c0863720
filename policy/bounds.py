"""Holds an area's own values against the bounds of the law: what falls short, by which clause, and by how much.

Pure Python. A floor, ceiling or exact value that is broken cannot be approved; an average or a principle
("原则上") may be departed from with a reason.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from policy.law import Catalogue, Parameter, Value, as_text
from policy.term_keys import STATUSES
from policy.terms import Row, Table, Term

STRICT = frozenset({"floor", "ceiling", "exact"})
ORDINARY = "none"


@dataclass(frozen=True, slots=True)
class Shortfall:
    """One value of an area that does not reach what a clause asks."""

    parameter: str
    name: str
    term: str
    bound: str
    document: str
    clause: str
    words: str
    local_value: str
    bound_value: str
    difference: str

    @property
    def is_strict(self) -> bool:
        return self.bound in STRICT

    def __str__(self) -> str:
        return f"{self.name}：本地 {self.local_value}，{self.document} {self.clause}要求 {self.bound_value}，相差 {self.difference}"


@dataclass(frozen=True, slots=True)
class Case:
    """What a check looks at."""

    law: Catalogue
    terms: Mapping[str, Term]
    parameter: Parameter
    value: Value
    on: date
    published_by: date
    income_fen: int | None

    def short(self, term: str, local: str, bound: str, difference: str) -> Shortfall:
        value = self.value
        return Shortfall(
            self.parameter.key, self.parameter.name, term, value.bound, value.document, value.clause, value.words,
            local, bound, difference,
        )  # fmt: skip

    def list_of(self, key: str) -> tuple[str, ...]:
        found = self.law.find(key, self.on, self.published_by)
        return found.value if found else ()


def shortfalls(
    law: Catalogue,
    terms: Mapping[str, Term],
    on: date,
    published_by: date,
    province_code: str = "",
    income_fen: int | None = None,
) -> list[Shortfall]:
    """Every bound in force on a day, and published by a day, that these terms break; in order of the parameters."""
    found = []
    for parameter in law.parameters.values():
        check = CHECKS.get(parameter.key)
        if check is None or parameter.area not in ("", province_code):
            continue
        value = law.find(parameter.key, on, published_by)
        if value is None:
            continue
        short = check(Case(law, terms, parameter, value, on, published_by, income_fen))
        if short:
            found.append(short)
    return found


def at_least(case: Case) -> Shortfall | None:
    """The lowest of the area's values (of all tiers, levels and bands) reaches the bound."""
    for name in case.parameter.binds:
        term = case.terms.get(name)
        if term is None:
            continue
        lowest = min(values_of(term.value))
        if lowest < case.value.value:
            return case.short(
                name,
                as_text(lowest, term.unit),
                as_text(case.value.value, term.unit),
                gap(case.value.value - lowest, term.unit),
            )
    return None


def relief_points(case: Case) -> Shortfall | None:
    """困难群众 are paid the ordinary rate plus the points, in every band."""
    term = case.terms.get("critical_illness.rate")
    if term is None:
        return None
    worst: tuple[Fraction, Fraction, Fraction] | None = None
    for status in case.list_of("critical_illness.relief_categories"):
        for ordinary in rows_of(term.value, ORDINARY):
            wanted = min(ordinary.value + case.value.value, Fraction(1))
            for poor in rows_of(term.value, status):
                if (
                    is_same_slice(ordinary, poor)
                    and poor.value < wanted
                    and (worst is None or wanted - poor.value > worst[0])
                ):
                    worst = (wanted - poor.value, poor.value, wanted)
    if worst is None:
        return None
    return case.short(term.name, as_text(worst[1], "rate"), as_text(worst[2], "rate"), as_text(worst[0], "points"))


def relief_deductible(case: Case) -> Shortfall | None:
    """困难群众 bear at most the ordinary deductible less the cut."""
    term = case.terms.get("critical_illness.deductible")
    if term is None:
        return None
    wanted = max(values_of(term.value, ORDINARY)) * (1 - case.value.value)
    poor = max(max(values_of(term.value, s)) for s in case.list_of("critical_illness.relief_categories") or (ORDINARY,))
    if poor <= wanted:
        return None
    return case.short(term.name, as_text(poor, "fen"), as_text(int(wanted), "fen"), as_text(int(poor - wanted), "fen"))


def deductible_by_income(case: Case) -> Shortfall | None:
    """The deductible is at most the share of local per-capita disposable income; silent where that is not entered."""
    term = case.terms.get("critical_illness.deductible")
    if term is None or case.income_fen is None:
        return None
    wanted = int(case.income_fen * case.value.value)
    ordinary = max(values_of(term.value, ORDINARY))
    if ordinary <= wanted:
        return None
    return case.short(term.name, as_text(ordinary, "fen"), as_text(wanted, "fen"), as_text(ordinary - wanted, "fen"))


def no_ceiling(case: Case) -> Shortfall | None:
    """No yearly ceiling for those for whom it is lifted."""
    term = case.terms.get("critical_illness.year_cap")
    if term is None or case.value.value is None:
        return None
    for status in case.value.value:
        caps = [cap for cap in values_of(term.value, status) if cap is not None]
        if caps:
            return case.short(term.name, as_text(min(caps), "fen"), "不设封顶线", STATUSES[status])
    return None


def aid_rate(case: Case) -> Shortfall | None:
    """农村贫困人口 are aided at the rate or more, in every band and at every level."""
    term = case.terms.get("medical_aid.inpatient.rate")
    poor = case.list_of("poverty.rural_poor")
    if term is None or not poor:
        return None
    lowest = min(min(values_of(term.value, status)) for status in poor)
    if lowest >= case.value.value:
        return None
    return case.short(
        term.name,
        as_text(lowest, "rate"),
        as_text(case.value.value, "rate"),
        as_text(case.value.value - lowest, "points"),
    )


def in_full(case: Case) -> Shortfall | None:
    """The contribution of this group is paid in full."""
    name = case.parameter.binds[0]
    term = case.terms.get(name)
    if term is not None and term.value["kind"] == "full":
        return None
    local = as_text(term.value["value"], "fen") if term else "不资助"
    return case.short(name, local, "全额资助", "未全额")


def some_aid(case: Case) -> Shortfall | None:
    """The contribution of this group is aided, at a set amount or in full."""
    name = case.parameter.binds[0]
    if name in case.terms:
        return None
    return case.short(name, "不资助", "定额或全额资助", "未资助")


def primary_higher(case: Case) -> Shortfall | None:
    """Township and community providers are paid at a higher rate than hospitals of level two."""
    term = case.terms.get("basic.inpatient.rate")
    if term is None:
        return None
    primary = min(values_of(term.value, ORDINARY, level="township"))
    hospital = max(values_of(term.value, ORDINARY, level="two"))
    if primary > hospital:
        return None
    return case.short(
        term.name, as_text(primary, "rate"), f"高于 {as_text(hospital, 'rate')}", as_text(hospital - primary, "points")
    )


def delivery_paid(case: Case) -> Shortfall | None:
    """住院分娩 is paid, at a set amount or as an ordinary stay."""
    if "basic.delivery.amount" in case.terms or "basic.delivery.treated_as" in case.terms:
        return None
    return case.short("basic.delivery.amount", "未规定", "纳入支付范围", "未纳入")


Check = Callable[[Case], Shortfall | None]

CHECKS: dict[str, Check] = {
    "financing.fiscal_subsidy": at_least,
    "financing.individual": at_least,
    "financing.critical_illness_from_increment": at_least,
    "critical_illness.rate": at_least,
    "critical_illness.relief_rate_points": relief_points,
    "critical_illness.relief_rate_points_hebei": relief_points,
    "critical_illness.relief_deductible_cut": relief_deductible,
    "critical_illness.deductible_income_share": deductible_by_income,
    "critical_illness.uncapped_categories": no_ceiling,
    "medical_aid.inpatient_rate": aid_rate,
    "premium_aid.destitute_in_full": in_full,
    "premium_aid.registered_poor_in_full_hebei": in_full,
    "premium_aid.registered_poor_fixed": some_aid,
    "inpatient.primary_care_higher_rate": primary_higher,
    "inpatient.delivery_covered": delivery_paid,
}


def rows_of(value: Any, status: str | None = None, **axes: str) -> list[Row]:
    """The rows a term can meet: all of them, or those for a status (and other axes)."""
    if not isinstance(value, Table):
        return [Row((), value)]
    if status is None:
        return list(value.rows)
    wanted = {"status": status, **axes}
    found = []
    for number, row in enumerate(value.rows):
        # An axis not asked about takes what the row itself names, so that every row of the status is looked at.
        trial = {axis: named[0] for axis, named in row.when} | wanted
        if number in value.matching(trial):
            found.append(row)
    return found


def values_of(value: Any, status: str | None = None, **axes: str) -> list[Any]:
    """The values of `rows_of`."""
    return [row.value for row in rows_of(value, status, **axes)]


def is_same_slice(row: Row, other: Row) -> bool:
    """Whether two rows of tables by amount share some amount."""
    lower = max(row.over_fen or 0, other.over_fen or 0)
    tops = [top for top in (row.up_to_fen, other.up_to_fen) if top is not None]
    return not tops or lower < min(tops)


def gap(difference: Any, unit: str) -> str:
    """A difference in words: rates differ by points."""
    return as_text(difference, "points" if unit == "rate" else unit)
