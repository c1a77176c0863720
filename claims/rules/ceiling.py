"""三重保障总支付上限: all layers together pay at most a share of the in-scope cost; the last layer is cut first."""

from __future__ import annotations

from claims.rules.plan import Route
from claims.rules.scale import share
from claims.rules.settlement import Step, step_of


def cut(route: Route, in_scope_fen: int, basic_fen: int, critical_fen: int, aid_fen: int, tilt_fen: int) -> Step:
    """总支付上限调减: what exceeds the ceiling, taken from the tilt, then aid, critical illness, basic.

    Example: in-scope 10,000.00, ceiling 90 %; layers pay 7,500.00 + 0 + 2,000.00: aid is cut by 500.00.
    Figures: in-scope, ceiling, cut of tilt, aid, critical, basic. The step's amount is negative.
    """
    limit = share(in_scope_fen, route.ceiling_numerator, route.ceiling_denominator)
    excess = basic_fen + critical_fen + aid_fen + tilt_fen - limit
    left = excess if excess > 0 else 0
    cuts = []
    for paid in (tilt_fen, aid_fen, critical_fen, basic_fen):
        taken = min(left, paid)
        cuts.append(taken)
        left -= taken
    return step_of(("ceiling", -sum(cuts), (in_scope_fen, limit, *cuts), route.because_ceiling))
