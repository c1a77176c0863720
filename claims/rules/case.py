"""What a settlement starts from: the bill, the person on that day, and what the year has used up. Amounts in fen."""

from __future__ import annotations

from functools import partial
from typing import Any, NamedTuple, cast

NO_LIMIT = 10**15
"""Stands for 不设 (no cap, no limit) in calculations: above any amount of money that can occur."""


class Amounts(NamedTuple):
    """A bill's cost by what counts: total = fully self-paid + over limit + first self-pay + in-scope."""

    full_self_fen: int = 0
    over_limit_fen: int = 0
    first_self_fen: int = 0
    in_scope_fen: int = 0

    @property
    def total_fen(self) -> int:
        return self.full_self_fen + self.over_limit_fen + self.first_self_fen + self.in_scope_fen


class Line(NamedTuple):
    """One line of a bill.

    `item_class` 甲, 乙 or 丙. `limit_fen` is the most that counts of this line (price cap × quantity).
    `first_self` is (numerator, denominator) or None: then the area's catalogue.first_self_pay decides.
    """

    amount_fen: int
    item_class: str
    first_self: tuple[int, int] | None = None
    limit_fen: int = NO_LIMIT
    item: str = "drug"


class OtherPayer(NamedTuple):
    """Who else offers to pay (supplementary, commercial, charity), and at most how much."""

    name: str
    fen: int


class Year(NamedTuple):
    """What the person's benefit year has used up so far; all zero on 1 January. Differences of two add up."""

    admissions: int = 0
    deductible_fen: int = 0
    in_scope_fen: int = 0
    basic_fen: int = 0  # counted towards the yearly cap
    outpatient_deductible_fen: int = 0
    outpatient_fen: int = 0
    special_outpatient_deductible_fen: int = 0
    special_outpatient_fen: int = 0
    two_disease_deductible_fen: int = 0
    two_disease_fen: int = 0
    accident_fen: int = 0
    critical_base_fen: int = 0
    critical_fen: int = 0
    aid_inpatient_base_fen: int = 0
    aid_inpatient_fen: int = 0
    aid_outpatient_base_fen: int = 0
    aid_outpatient_fen: int = 0
    burden_fen: int = 0  # in-scope cost left to the person after aid, before the second tilt
    tilt_fen: int = 0

    def plus(self, other: Year) -> Year:
        return Year._make(map(int.__add__, self, other))

    def minus(self, other: Year) -> Year:
        return Year._make(map(int.__sub__, self, other))


year_of = cast(Any, partial(tuple.__new__, Year))
"""A Year from the tuple of its fields; faster than calling the class."""


class Case(NamedTuple):
    """One bill to settle. Codes are those of policy.term_keys; `statuses` are those held on the day that counts.

    Give `amounts`, or `lines` from which they follow. `carried_deductible_fen` is what an earlier stay of the same
    referral has already taken as deductible.
    """

    visit_kind: str
    level: str
    amounts: Amounts | None = None
    statuses: frozenset[str] = frozenset()
    category: str = "adult"
    filing: str = "local"
    year: Year = Year()
    carried_deductible_fen: int = 0
    delivery_mode: str = ""
    trait: str = "none"
    disease: str = ""
    lines: tuple[Line, ...] = ()
    other_payers: tuple[OtherPayer, ...] = ()
    hospital_fen: int = 0
    account_fen: int = 0
