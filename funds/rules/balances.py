"""Balances that roll from year to year, and the months they last."""

from fractions import Fraction


def months_payable(balance_fen: int, expenditure_fen: int, months: int = 12) -> Fraction | None:
    """累计结余可支付月数: the balance over a month's mean expenditure; None where nothing was spent.

    Example (2023, resident fund of the nation): 7663.70 ÷ (10457.65 ÷ 12) = 8.79 months.
    """
    if expenditure_fen <= 0 or months <= 0:
        return None
    return Fraction(balance_fen * months, expenditure_fen)


def adjustment_fen(opening_fen: int, income_fen: int, expenditure_fen: int, closing_fen: int) -> int:
    """What the published balance differs by from opening + income − expenditure.

    Example (2024): 8183.02 − (7663.70 + 11180.91 − 10661.49) = −0.10 (hundred million yuan).
    """
    return closing_fen - (opening_fen + income_fen - expenditure_fen)
