"""门诊: pooling, special diseases and two-disease drugs; one calculation, each kind with its own terms and sums."""

from __future__ import annotations

from claims.rules.basic import computed_for, room_left
from claims.rules.case import Year
from claims.rules.plan import BasicRoute
from claims.rules.settlement import Step, step_of


def used(benefit: str, year: Year) -> tuple[int, int]:
    """(deductible paid, fund paid) this year under one outpatient kind."""
    if benefit == "outpatient":
        return year.outpatient_deductible_fen, year.outpatient_fen
    if benefit == "special_outpatient":
        return year.special_outpatient_deductible_fen, year.special_outpatient_fen
    return year.two_disease_deductible_fen, year.two_disease_fen


def deductible(route: BasicRoute, in_scope_fen: int, paid_before_fen: int) -> Step:
    """门诊起付线: once a year, or for each visit, as the area sets it.

    依据 2018 三. Example: 300.00 a year, 120.00 borne before, visit of 500.00: 180.00.
    """
    left = route.deductible_fen - paid_before_fen if route.deductible_is_yearly else route.deductible_fen
    fen = min(left if left > 0 else 0, in_scope_fen)
    before = paid_before_fen if route.deductible_is_yearly else 0
    return step_of(
        ("outpatient.deductible", fen, (in_scope_fen, route.deductible_fen, before), route.because_deductible)
    )


def payment(route: BasicRoute, in_scope_fen: int, deductible_fen: int, paid_before_fen: int, year: Year) -> Step:
    """门诊统筹支付: (in-scope − deductible) × rate, within the kind's yearly limit.

    依据 2007 二(六)、2018 三、2020 二(四). Example: 180.00 × 50 % = 90.00; the year allows 100.00.
    """
    computed = computed_for(route, in_scope_fen, deductible_fen)
    room = room_left(route, year, paid_before_fen)
    return step_of(("basic.paid", min(computed, room), (in_scope_fen, deductible_fen, computed, room), route.because))
