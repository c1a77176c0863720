"""The sums that hold for every settlement and every reversal, whatever the terms."""

from __future__ import annotations

from claims.rules.plan import yuan_text
from claims.rules.settlement import Settlement


def cost_fault(total: int, full_self: int, over_limit: int, first_self: int, in_scope: int) -> str:
    """total = fully self-paid + over limit + first self-pay + in-scope."""
    parts = full_self + over_limit + first_self + in_scope
    if total == parts:
        return ""
    return f"总费用 {yuan_text(total)} 不等于全自费、超限价、先行自付与政策范围内费用之和 {yuan_text(parts)}"


def payment_fault(total: int, funds: int, other: int, hospital: int, account: int, cash: int) -> str:
    """total = funds + other payers + hospital + person, and person = account + cash."""
    parts = funds + other + hospital + account + cash
    if total == parts:
        return ""
    return f"总费用 {yuan_text(total)} 不等于各方支付之和 {yuan_text(parts)}"


def faults(settlement: Settlement) -> list[str]:
    """What does not hold, in words; empty when all is well."""
    s = settlement
    found = [
        cost_fault(s.total_fen, s.full_self_fen, s.over_limit_fen, s.first_self_fen, s.in_scope_fen),
        payment_fault(s.total_fen, s.fund_fen, s.other_fen, s.hospital_fen, s.account_fen, s.cash_fen),
    ]
    if s.personal_fen != s.account_fen + s.cash_fen:
        found.append(f"个人负担 {yuan_text(s.personal_fen)} 不等于账户与现金之和")
    paid = sum(step.fen for step in s.steps if step.name in PAYING)
    if paid != s.fund_fen + s.other_fen:
        found.append(f"各步骤支付之和 {yuan_text(paid)} 不等于支付合计 {yuan_text(s.fund_fen + s.other_fen)}")
    return [fault for fault in found if fault]


PAYING = frozenset({"basic.paid", "basic.delivery", "critical.paid", "aid.paid", "aid.tilt", "ceiling", "other"})
"""The steps whose amounts add up to what the layers and other payers pay (the ceiling's is negative)."""
