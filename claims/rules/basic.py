"""基本医保: hospital stays and fixed amounts for delivery."""

from __future__ import annotations

from claims.rules.case import Year
from claims.rules.plan import BasicRoute
from claims.rules.settlement import Step, step_of


def deductible(route: BasicRoute, in_scope_fen: int, carried_fen: int, year: Year) -> Step:
    """住院起付线: what the person bears first of this stay, less what a referral carries on; never above the cost.

    依据 2007 二(六)、医保发〔2018〕18号 二（三）8. Example: level two 400.00, cost 10,000.00: 400.00.
    """
    fen = route.deductible_fen
    carried = 0
    if carried_fen and route.carries_deductible:
        carried = min(carried_fen, fen)
        fen -= carried
    left = route.deductible_year_cap_fen - year.deductible_fen
    if left < fen:
        fen = left if left > 0 else 0
    if in_scope_fen < fen:
        fen = in_scope_fen
    return step_of(("basic.deductible", fen, (in_scope_fen, route.deductible_fen, carried), route.because_deductible))


def hospital(route: BasicRoute, in_scope_fen: int, deductible_fen: int, year: Year) -> Step:
    """住院统筹支付: (in-scope − deductible) × rate by slices, within the caps per stay and year.

    依据 2007 二(六)、2020 二(四). Example: (10,000.00 − 400.00) × 75 % = 7,200.00.
    """
    computed = computed_for(route, in_scope_fen, deductible_fen)
    room = room_left(route, year, 0)
    return step_of(
        (
            "basic.paid",
            computed if computed < room else room,
            (in_scope_fen, deductible_fen, computed, room),
            route.because,
        )
    )


def delivery(route: BasicRoute, in_scope_fen: int, year: Year) -> Step:
    """住院分娩定额: the fixed amount, not above the in-scope cost.

    依据 2017 二(三). Example: natural delivery 1,100.00, cost 2,600.00: 1,100.00.
    """
    room = room_left(route, year, 0)
    return step_of(
        (
            "basic.delivery",
            min(route.amount_fen, in_scope_fen, room),
            (in_scope_fen, route.amount_fen, room),
            route.because,
        )
    )


def computed_for(route: BasicRoute, in_scope_fen: int, deductible_fen: int) -> int:
    """What the rate gives before any cap."""
    scale = route.scale
    assert scale is not None, "a route with slices has a scale"
    if route.slices_include_deductible:
        return scale.pay(deductible_fen, in_scope_fen)
    return scale.pay(0, in_scope_fen - deductible_fen)


def room_left(route: BasicRoute, year: Year, benefit_paid_fen: int) -> int:
    """What every cap that applies still allows, never below zero."""
    room = route.visit_cap_fen
    left = route.benefit_cap_fen - benefit_paid_fen
    if left < room:
        room = left
    if route.counts_to_cap:
        left = route.year_cap_fen - year.basic_fen
        if left < room:
            room = left
    if route.is_accident:
        room = min(room, route.accident_cap_fen - year.accident_fen)
    return room if room > 0 else 0


def over_cap(route: BasicRoute, in_scope_fen: int, deductible_fen: int, paid: Step) -> int:
    """基本医保封顶线以上费用: in-scope cost beyond the point at which the cap is reached.

    The point is the least cost for which the rate gives what was paid. Example: cap 80,000.00 at 65 % over 700.00
    is reached at 123,776.92; of 150,000.00 the 26,223.08 above it is over the cap.
    """
    if paid.name != "basic.paid" or paid.fen == paid.figures[2]:
        return 0
    low, high = deductible_fen, in_scope_fen
    while low < high:
        middle = (low + high) // 2
        if computed_for(route, middle, deductible_fen) >= paid.fen:
            high = middle
        else:
            low = middle + 1
    return in_scope_fen - low
