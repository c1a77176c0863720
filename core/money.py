"""Money is integer fen; rates are fractions. One function rounds. Pure."""

import re
from fractions import Fraction

from core.refusal import Refused, gettext_noop
from core.width import half_width

FEN_PER_YUAN = 100
# Ten million million yuan: ten times the resident fund of the whole nation, and far inside a bigint when summed.
LARGEST_FEN = 10**13 * FEN_PER_YUAN

_PLAIN = re.compile(r"(?P<sign>-?)(?P<yuan>[0-9]+|[0-9]{1,3}(?:,[0-9]{3})+)(?:\.(?P<fen>[0-9]{1,2}))?", re.ASCII)
_PERCENT = re.compile(r"(?P<whole>[0-9]{1,5})(?:\.(?P<part>[0-9]{1,6}))?%", re.ASCII)
_RATIO = re.compile(r"([0-9]{1,9})/([0-9]{1,9})", re.ASCII)
_DECIMAL = re.compile(r"[0-9]{1,5}(?:\.[0-9]{1,8})?", re.ASCII)


def share(fen: int, rate: Fraction) -> int:
    """`rate` of `fen`, rounded half up to the fen; a negative amount rounds as its positive twin, so a reversal cancels.

    share(1_001, Fraction(1, 2)) == 501 and share(-1_001, Fraction(1, 2)) == -501.
    """
    product = abs(fen) * rate
    if product < 0:
        return -share(fen, -rate)
    rounded = (2 * product.numerator + product.denominator) // (2 * product.denominator)
    return rounded if fen >= 0 else -rounded


def yuan(fen: int) -> str:
    """For people: 123450 becomes '1,234.50'."""
    whole, rest = divmod(abs(fen), FEN_PER_YUAN)
    return f"{'-' if fen < 0 else ''}{whole:,}.{rest:02d}"


def plain_yuan(fen: int) -> str:
    """For forms and files: 123450 becomes '1234.50'."""
    whole, rest = divmod(abs(fen), FEN_PER_YUAN)
    return f"{'-' if fen < 0 else ''}{whole}.{rest:02d}"


def parse_yuan(text: object) -> int:
    """Fen from what a person typed: '1,234.5', '￥1234.50', full-width digits. Refuses all else.

    Numbers of a machine's own making (1e5, NaN) and three decimals are refused, never rounded.
    """
    given = str(text)
    plain = half_width(given).strip()
    plain = plain.removeprefix("¥").removesuffix("元").strip()
    # A dash copied from a report is a minus.
    plain = plain.replace("−", "-")
    found = _PLAIN.fullmatch(plain)
    if found is None:
        raise Refused(
            gettext_noop("金额“%(text)s”不能识别。请填写以元为单位、最多两位小数的数字，例如 1234.50。"),
            code="bad_amount",
            params={"text": given[:40]},
        )
    fen = int(found["yuan"].replace(",", "")[:30]) * FEN_PER_YUAN + int((found["fen"] or "0").ljust(2, "0"))
    if fen > LARGEST_FEN:
        raise Refused(
            gettext_noop("金额“%(text)s”超过系统允许的最大值。请检查是否多输了数字或单位不是元。"),
            code="amount_too_large",
            params={"text": given[:40]},
        )
    return -fen if found["sign"] else fen


def parse_rate(text: object) -> Fraction:
    """A rate as written by people: '70%', '62.5%', '11/20' or '0.7' (as text) become a Fraction."""
    if isinstance(text, Fraction):
        return text
    if isinstance(text, int) and not isinstance(text, bool):
        return Fraction(text)
    given = str(text)
    plain = half_width(given).strip() if not isinstance(text, float) else ""
    if found := _PERCENT.fullmatch(plain):
        return Fraction(f"{found['whole']}.{found['part'] or 0}") / 100
    if found := _RATIO.fullmatch(plain):
        if int(found[2]):
            return Fraction(int(found[1]), int(found[2]))
    elif _DECIMAL.fullmatch(plain):
        return Fraction(plain)
    raise Refused(
        gettext_noop("比例“%(text)s”不能识别。请写成 70%% 或 11/20 的形式。"),
        code="bad_rate",
        params={"text": given[:40]},
    )


def percent(rate: Fraction) -> str:
    """For people: Fraction(5, 8) becomes '62.5%'; a rate that has no short decimal stays a fraction."""
    scaled = rate * 100
    for digits in range(5):
        if (scaled * 10**digits).denominator == 1:
            number = int(scaled * 10**digits)
            if digits == 0:
                return f"{number}%"
            whole, rest = divmod(abs(number), 10**digits)
            return f"{'-' if number < 0 else ''}{whole}.{rest:0{digits}d}%"
    return f"{rate.numerator}/{rate.denominator}"
