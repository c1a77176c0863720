"""其他支付方: supplementary, commercial and charitable payers, after the three layers."""

from __future__ import annotations

from claims.rules.case import OtherPayer
from claims.rules.settlement import Step, step_of
from core.refusal import Refused


def payments(payers: tuple[OtherPayer, ...], left_fen: int) -> Step:
    """其他支付: each pays what it offers, in the order given, never more than is left.

    依据 2007 二(六). Example: left 2,800.00, charity offers 500.00: 500.00. Figures: left, then each payment.
    """
    paid = []
    rest = left_fen
    for payer in payers:
        if payer.fen < 0:
            raise Refused(f"其他支付方“{payer.name}”的金额为负数。请核对后重新录入。")
        taken = min(payer.fen, rest)
        paid.append(taken)
        rest -= taken
    return step_of(("other", left_fen - rest, (left_fen, *paid), ()))
