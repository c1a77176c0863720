"""What counts of a bill: out-of-catalogue, over the price limit, first self-pay, in-scope cost."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from claims.rules.case import Amounts, Line
from claims.rules.plan import Lookup, Route
from claims.rules.scale import share
from claims.rules.settlement import Step, step_of
from core.refusal import Refused
from policy.terms import Terms


def price_limit(cap_fen: int, quantity: Fraction) -> int:
    """限价: the most that counts of a line; price cap × quantity, half up. Example: 12.50 × 3 = 37.50."""
    return share(cap_fen, quantity.numerator, quantity.denominator)


def line_amounts(line: Line, terms: Terms | None = None, level: str = "") -> Amounts:
    """目录内外: limit first, then first self-pay on the rest, half up per line; in-scope cost is the difference.

    依据 2020 二(四) 四(十二). Example: class 乙, 4.52 at 5 %: first self-pay 0.23, in-scope 4.29.
    """
    amount = line.amount_fen
    if amount < 0:
        raise Refused("明细金额不能为负数。退费请冲正原结算单后重新结算。")
    if line.item_class == "丙":
        return Amounts(full_self_fen=amount)
    counted = min(amount, line.limit_fen)
    numerator, denominator = line.first_self or _first_self(line, terms, level)
    first_self = share(counted, numerator, denominator)
    return Amounts(0, amount - counted, first_self, counted - first_self)


def _first_self(line: Line, terms: Terms | None, level: str) -> tuple[int, int]:
    if line.item_class not in ("甲", "乙"):
        raise Refused(f"目录类别“{line.item_class}”不在代码表中，不能结算。请改为甲、乙或丙。")
    if terms is None:
        raise Refused("明细没有先行自付比例。请在明细中填写，或在“政策标准”中录入 catalogue.first_self_pay。")
    axes = {"item_class": line.item_class, "item": line.item, "level": level}
    rate, _ = Lookup(terms, axes).held("catalogue.first_self_pay")
    return rate.numerator, rate.denominator


def bill_amounts(lines: Iterable[Line], terms: Terms | None = None, level: str = "") -> Amounts:
    """The sums of a bill's lines; the order of the lines does not matter."""
    full_self = over_limit = first_self = in_scope = 0
    for line in lines:
        split = line_amounts(line, terms, level)
        full_self += split.full_self_fen
        over_limit += split.over_limit_fen
        first_self += split.first_self_fen
        in_scope += split.in_scope_fen
    return Amounts(full_self, over_limit, first_self, in_scope)


def in_scope(amounts: Amounts) -> Step:
    """政策范围内费用: total − fully self-paid − over limit − first self-pay."""
    full_self, over_limit, first_self, rest = amounts
    if full_self < 0 or over_limit < 0 or first_self < 0 or rest < 0:
        raise Refused("费用合计不能为负数。请核对费用明细。")
    return step_of(
        ("in_scope", rest, (full_self + over_limit + first_self + rest, full_self, over_limit, first_self), ())
    )


def outside_first_self(route: Route, in_scope_fen: int) -> Step:
    """异地先行自付: the share of in-scope cost that the person bears first out of area.

    Half up per bill. Example: 10,000.00 at 10 %: 1,000.00 first, 9,000.00 stays in scope.
    """
    fen = share(in_scope_fen, route.outside_numerator, route.outside_denominator)
    return step_of(("out_of_area.first_self", fen, (in_scope_fen,), route.because_outside))
