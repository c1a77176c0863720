"""Terms made ready for calculation: one Route per kind of case, compiled once from the tables and kept by digest.

All choices (level × status × filing × …) and all fractions are settled here, so that a bill costs a few integer
operations. A term that is missing raises when a case first needs it.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from claims.rules.case import NO_LIMIT, Case
from claims.rules.scale import Scale
from claims.rules.settlement import Because, Step
from core.refusal import Refused
from policy.term_keys import AXES, AXIS_NAMES, KEYS
from policy.terms import Table, Terms

PLANS_KEPT = 256
_plans: dict[str, Plan] = {}


@dataclass(slots=True)
class BasicRoute:
    """How basic insurance pays this kind of case. `benefit`: inpatient, delivery or one of the outpatient kinds."""

    benefit: str
    deductible_fen: int = 0
    deductible_is_yearly: bool = False
    deductible_year_cap_fen: int = NO_LIMIT
    carries_deductible: bool = False
    scale: Scale | None = None
    slices_include_deductible: bool = True
    amount_fen: int = 0
    visit_cap_fen: int = NO_LIMIT
    benefit_cap_fen: int = NO_LIMIT  # of an outpatient kind, per year
    year_cap_fen: int = NO_LIMIT  # 年度封顶线, all benefits that count
    counts_to_cap: bool = False
    is_accident: bool = False
    accident_cap_fen: int = NO_LIMIT
    needs_split: bool = False  # a later base takes co-payment without over-cap cost, or the reverse
    because_deductible: tuple[Because, ...] = ()
    because: tuple[Because, ...] = ()


@dataclass(slots=True)
class CriticalRoute:
    """How critical illness insurance pays this kind of case."""

    base: frozenset[str]
    takes_all_left: bool  # deductible, co-payment and over-cap cost, no first self-pay: by far the commonest base
    deductible_fen: int
    scale: Scale
    slices_include_deductible: bool
    year_cap_fen: int
    because_base: tuple[Because, ...]
    because: tuple[Because, ...]


@dataclass(slots=True)
class AidRoute:
    """How medical aid pays this kind of case. `year_limits`, `visit_limits`: (over, up to, limit) by size of the base."""

    kind: str  # inpatient or outpatient
    base: frozenset[str]
    takes_all_left: bool
    deductible_fen: int
    is_yearly: bool
    scale: Scale
    year_limits: tuple[tuple[int, int, int], ...]
    visit_limits: tuple[tuple[int, int, int], ...]
    shared_limit_fen: int
    because_base: tuple[Because, ...]
    because: tuple[Because, ...]
    tilt_threshold_fen: int
    tilt_scale: Scale | None
    tilt_limit_fen: int
    because_tilt: tuple[Because, ...]


@dataclass(slots=True)
class Route:
    """Everything the terms say about one kind of case."""

    status: str
    outside_numerator: int
    outside_denominator: int
    because_outside: tuple[Because, ...]
    basic: BasicRoute
    critical: CriticalRoute | None
    no_critical: Step | None
    aid: AidRoute | None
    no_aid: Step | None
    ceiling_numerator: int
    ceiling_denominator: int
    because_ceiling: tuple[Because, ...]


@dataclass(slots=True)
class Plan:
    """The terms of one area and day with the routes compiled so far."""

    terms: Terms
    highest_admission: int
    routes: dict[tuple[Any, ...], Route]


def plan_for(terms: Terms) -> Plan:
    """The plan of these terms: compiled once per content, not per call."""
    plan = _plans.get(terms.digest)
    if plan is None:
        if len(_plans) >= PLANS_KEPT:
            del _plans[next(iter(_plans))]
        plan = _plans[terms.digest] = Plan(terms, _highest_admission(terms), {})
    return plan


def _highest_admission(terms: Terms) -> int:
    """Admissions of a higher order than any table names behave like the one after the highest named."""
    named = [v for term in terms if isinstance(term.value, Table) for v in term.value.named("admission")]
    return max((int(value.rstrip("+")) for value in named), default=0) + 1


class Lookup:
    """Reads terms for one kind of case: exactly one row of each table applies."""

    def __init__(self, terms: Terms, axes: dict[str, str]) -> None:
        self.terms = terms
        self.axes = axes

    def held(self, name: str, **changed: str) -> tuple[Any, tuple[Because, ...]]:
        """The value of a term for this case, and its ground."""
        value = self.terms[name].value
        if not isinstance(value, Table):
            return value, (Because(name, -1, written(name, value)),)
        rows = value.matching({**self.axes, **changed})
        if len(rows) != 1:
            raise Refused(
                f"“{KEYS[name].label}”（{name}）对{self._words(value)}有 {len(rows)} 行适用，应恰有一行。"
                "请在“政策标准”中改正该表后重试。"
            )
        found = value.rows[rows[0]].value
        return found, (Because(name, rows[0], written(name, found)),)

    def optional(self, name: str, default: Any) -> tuple[Any, tuple[Because, ...]]:
        """As `held`; where the set leaves the term out, what the vocabulary says that means."""
        return self.held(name) if self.terms.has(name) else (default, ())

    def limit(self, name: str, *, is_optional: bool = False) -> tuple[int, tuple[Because, ...]]:
        """An amount where `none` means without limit."""
        value, because = self.optional(name, None) if is_optional else self.held(name)
        return (NO_LIMIT if value is None else value), because

    def slices(self, name: str, **changed: str) -> tuple[list[tuple[int, int, Any]], tuple[Because, ...]]:
        """The slices of a table by amount for this case: (over, up to, value)."""
        value = self.terms[name].value
        if not isinstance(value, Table) or not value.is_by_amount:
            found, because = self.held(name, **changed)
            return [(0, NO_LIMIT, found)], because
        numbers = value.matching({**self.axes, **changed})
        rows = [value.rows[number] for number in numbers]
        found = [(row.over_fen or 0, NO_LIMIT if row.up_to_fen is None else row.up_to_fen, row.value) for row in rows]
        ordered = sorted(found, key=lambda part: part[0])
        edges = [0, *(up_to for _, up_to, _ in ordered)]
        if not ordered or [over for over, _, _ in ordered] != edges[:-1] or edges[-1] != NO_LIMIT:
            raise Refused(
                f"“{KEYS[name].label}”（{name}）对{self._words(value)}的各段有空缺或重叠。"
                "请在“政策标准”中改正该表后重试。"
            )
        because = tuple(
            Because(name, number, written_slice(name, row.over_fen, row.up_to_fen, row.value))
            for number, row in zip(numbers, rows, strict=True)
        )
        return ordered, because

    def _words(self, table: Table) -> str:
        parts = [f"{AXIS_NAMES[a]}={_axis_value(a, self.axes.get(a, ''))}" for a in table.axes]
        return "、".join(parts) or "本情形"


def written(name: str, value: Any) -> str:
    """A value as the public format writes it: 1200.00, 70%, none."""
    if value is None:
        return "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Fraction):
        return percent_text(value)
    if isinstance(value, int) and KEYS[name].unit == "fen":
        return yuan_text(value)
    return "、".join(value) if isinstance(value, tuple) else str(value)


def written_slice(name: str, over: int | None, up_to: int | None, value: Any) -> str:
    end = yuan_text(up_to) if up_to is not None else ""
    return f"{yuan_text(over or 0)}–{end} {written(name, value)}"


def percent_text(rate: Fraction) -> str:
    """7/10 as 70%, 131/200 as 65.5%; a rate that ends in no decimal keeps its fraction."""
    per = rate * 100
    for places in range(5):
        if (per * 10**places).denominator == 1:
            sign, digits = ("-" if per < 0 else ""), str(abs(int(per * 10**places))).rjust(places + 1, "0")
            return f"{sign}{digits[: len(digits) - places]}{'.' if places else ''}{digits[len(digits) - places :]}%"
    return str(rate)


def yuan_text(fen: int) -> str:
    sign = "-" if fen < 0 else ""
    return f"{sign}{abs(fen) // 100}.{abs(fen) % 100:02d}"


def _axis_value(axis: str, value: str) -> str:
    return (AXES[axis][1] or {}).get(value, value)


def route_key(case: Case, plan: Plan) -> tuple[Any, ...]:
    order = case.year.admissions + 1
    return (
        case.visit_kind,
        case.level,
        case.statuses,
        case.category,
        case.filing,
        order if order < plan.highest_admission else plan.highest_admission,
        case.delivery_mode,
        case.trait,
        case.disease,
    )
