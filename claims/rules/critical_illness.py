"""大病保险: on the year's sum of what the person bears, so that many bills give what one would."""

from __future__ import annotations

from claims.rules.case import Year
from claims.rules.plan import CriticalRoute
from claims.rules.settlement import Step, step_of


def base(
    route: CriticalRoute,
    deductible_fen: int,
    copayment_fen: int,
    over_cap_fen: int,
    first_self_fen: int,
    outside_fen: int,
) -> Step:
    """大病合规费用: which parts of the person's share of this bill enter, as the area chooses.

    依据 2018 四. Example (Handan 2017): deductible 700.00 + co-payment 20,755.00 = 21,455.00; first self-pay stays out.
    """
    if route.takes_all_left:
        fen = deductible_fen + copayment_fen + over_cap_fen
    else:
        fen = chosen(route.base, deductible_fen, copayment_fen, over_cap_fen, first_self_fen, outside_fen)
    figures = (deductible_fen, copayment_fen, over_cap_fen, first_self_fen, outside_fen)
    return step_of(("critical.base", fen, figures, route.because_base))


def chosen(
    parts: frozenset[str],
    deductible_fen: int,
    copayment_fen: int,
    over_cap_fen: int,
    first_self_fen: int,
    outside_fen: int,
) -> int:
    """The sum of those parts of the person's share that a base takes."""
    fen = 0
    if "deductible" in parts:
        fen += deductible_fen
    if "copayment" in parts:
        fen += copayment_fen
    if "over_cap" in parts:
        fen += over_cap_fen
    if "first_self_pay" in parts:
        fen += first_self_fen
    if "out_of_area_first_self_pay" in parts:
        fen += outside_fen
    return fen


def payment(route: CriticalRoute, base_fen: int, year: Year) -> Step:
    """大病保险支付: f(sum after this bill) − f(sum before), within what the yearly cap leaves; f takes the deductible once.

    依据 2018 四、医保发〔2018〕18号 二（二）5、2020 二(五). Example: 21,455.00 over 10,000.00 at 50 %: 5,727.50.
    """
    before = year.critical_base_fen
    after = before + base_fen
    deductible_fen = route.deductible_fen
    if after <= deductible_fen:
        computed = 0
    elif route.slices_include_deductible:
        pay = route.scale.pay
        computed = pay(deductible_fen, after) - (pay(deductible_fen, before) if before > deductible_fen else 0)
    else:
        pay = route.scale.pay
        computed = pay(0, after - deductible_fen) - (pay(0, before - deductible_fen) if before > deductible_fen else 0)
    room = route.year_cap_fen - year.critical_fen
    if room < 0:
        room = 0
    fen = computed if computed < room else room
    return step_of(("critical.paid", fen, (before, after, deductible_fen, computed, room), route.because))
