"""医疗救助: by category on what the first two layers left, inpatient and outpatient apart, then the second tilt."""

from __future__ import annotations

from claims.rules.case import Year
from claims.rules.critical_illness import chosen
from claims.rules.plan import AidRoute
from claims.rules.settlement import Step, step_of


def base(
    route: AidRoute,
    deductible_fen: int,
    copayment_fen: int,
    over_cap_fen: int,
    first_self_fen: int,
    outside_fen: int,
    critical_fen: int,
) -> Step:
    """救助基数: the chosen parts of the person's share less what critical illness insurance paid; never below zero.

    依据 医保发〔2018〕18号 二（二）6: 政策范围内个人自付. Example: in-scope 60,000.00 − basic 41,510.00 − critical
    7,419.50 = 11,070.50. Out-of-catalogue cost never enters.
    """
    if route.takes_all_left:
        fen = deductible_fen + copayment_fen + over_cap_fen - critical_fen
    else:
        fen = (
            chosen(route.base, deductible_fen, copayment_fen, over_cap_fen, first_self_fen, outside_fen) - critical_fen
        )
    figures = (deductible_fen, copayment_fen, over_cap_fen, first_self_fen, outside_fen, critical_fen)
    return step_of(("aid.base", fen if fen > 0 else 0, figures, route.because_base))


def payment(route: AidRoute, base_fen: int, year: Year) -> Step:
    """救助支付: (base − deductible) × rate, within the limits per visit, year and size of the bill.

    依据 医保发〔2018〕18号 二（二）6、2020 二(六). Example: 11,070.50 × 70 % = 7,749.35; yearly limit 20,000.00.
    """
    if route.kind == "inpatient":
        paid_before, base_before = year.aid_inpatient_fen, year.aid_inpatient_base_fen
    else:
        paid_before, base_before = year.aid_outpatient_fen, year.aid_outpatient_base_fen
    if not route.is_yearly:
        base_before = 0
    computed = above(route.scale.pay, route.deductible_fen, base_before, base_before + base_fen)
    room = by_size(route.year_limits, base_fen) - paid_before
    visit_room = by_size(route.visit_limits, base_fen)
    if visit_room < room:
        room = visit_room
    shared_room = route.shared_limit_fen - year.aid_inpatient_fen - year.aid_outpatient_fen
    if shared_room < room:
        room = shared_room
    if room < 0:
        room = 0
    fen = computed if computed < room else room
    return step_of(("aid.paid", fen, (base_before, base_fen, route.deductible_fen, computed, room), route.because))


def tilt(route: AidRoute, burden_fen: int, year: Year) -> Step:
    """再次救助: on the year's in-scope cost left after aid, above a threshold, within its own limit.

    依据 医保发〔2018〕18号 二（二）6: 自付医疗费用负担仍然较重的. Example: 18,000.00 over 10,000.00 at 50 %: 4,000.00.
    """
    scale = route.tilt_scale
    assert scale is not None, "called for routes with a tilt only"
    before = year.burden_fen
    computed = above(scale.pay, route.tilt_threshold_fen, before, before + burden_fen)
    room = route.tilt_limit_fen - year.tilt_fen
    if room < 0:
        room = 0
    figures = (before, before + burden_fen, route.tilt_threshold_fen, computed, room)
    return step_of(("aid.tilt", computed if computed < room else room, figures, route.because_tilt))


def above(pay, threshold_fen: int, before_fen: int, after_fen: int) -> int:  # type: ignore[no-untyped-def]
    """f(after) − f(before), where f pays on what lies above the threshold."""
    if after_fen <= threshold_fen:
        return 0
    if before_fen <= threshold_fen:
        return pay(0, after_fen - threshold_fen)
    return pay(0, after_fen - threshold_fen) - pay(0, before_fen - threshold_fen)


def by_size(limits: tuple[tuple[int, int, int], ...], base_fen: int) -> int:
    """The limit that the size of the base chooses; a size on an edge belongs to the lower row."""
    for _, up_to, limit in limits:
        if base_fen <= up_to:
            return limit
    return limits[-1][2]
