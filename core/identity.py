"""Identity numbers by GB 11643: check digit, birth date, sex; masks for screens. Pure."""

import re
from dataclasses import dataclass
from datetime import date
from operator import mul

from core.refusal import Refused, gettext_noop
from core.width import half_width

MALE, FEMALE = "1", "2"
OLDEST_YEARS = 130

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK_DIGITS = "10X98765432"
_FULL = re.compile(r"[0-9]{17}[0-9X]", re.ASCII)
_OLD = re.compile(r"[0-9]{15}", re.ASCII)
_SPACES = re.compile(r"[\s\u200b-\u200d\u2060\ufeff]+")
# First two digits of GB/T 2260; 81, 82 and 83 open residence permits of Hong Kong, Macao and Taiwan, 9 permits of foreigners.
_PROVINCES = frozenset(
    {*range(11, 16), *range(21, 24), *range(31, 38), *range(41, 47), *range(50, 55), *range(61, 66), 71, 81, 82, 83, 91}
)


def check_digit(first_seventeen: str) -> str:
    """The 18th character of an identity number: check_digit('11010519491231002') == 'X'."""
    return _CHECK_DIGITS[sum(map(mul, map(int, first_seventeen), _WEIGHTS)) % 11]


@dataclass(frozen=True)
class IdentityNumber:
    """A valid 18-character identity number."""

    number: str
    birth_on: date
    was_upgraded: bool = False

    @property
    def sex(self) -> str:
        """'1' male, '2' female: the 17th digit, odd for men."""
        return MALE if int(self.number[16]) % 2 else FEMALE

    @property
    def last4(self) -> str:
        return self.number[-4:]

    def __str__(self) -> str:
        return mask(self.number)

    @classmethod
    def parse(cls, text: object, *, on: date | None = None) -> "IdentityNumber":
        """The number in normal form, from what was typed: full width, spaces, lower-case x, 15 digits of the old kind.

        Refuses with the reason, never repeating the number. With `on` also refuses births after that day or too long before.
        """
        plain = _SPACES.sub("", half_width(str(text))).removeprefix("'").upper()
        upgraded = False
        if _OLD.fullmatch(plain):
            plain = plain[:6] + "19" + plain[6:]
            plain += check_digit(plain)
            upgraded = True
        if not _FULL.fullmatch(plain):
            raise _refusal(_why_not_digits(plain))
        if int(plain[:2]) not in _PROVINCES:
            raise _refusal(gettext_noop("身份证号开头两位不是任何省份的代码。请核对证件。"))
        try:
            birth_on = date(int(plain[6:10]), int(plain[10:12]), int(plain[12:14]))
        except ValueError:
            raise _refusal(gettext_noop("身份证号中的出生日期不存在。请核对证件。")) from None
        if plain[17] != check_digit(plain[:17]):
            raise _refusal(gettext_noop("身份证号的校验位不对，多半是抄错了一位。请核对证件。"))
        if on is not None and birth_on > on:
            raise _refusal(gettext_noop("身份证号中的出生日期晚于今天。请核对证件。"))
        if birth_on.year < (on.year - OLDEST_YEARS if on else 1850):
            raise _refusal(gettext_noop("身份证号中的出生年份过早。请核对证件。"))
        return cls(plain, birth_on, upgraded)


def _why_not_digits(plain: str) -> str:
    if re.fullmatch(r"[0-9](\.[0-9]+)?E\+?[0-9]+", plain, re.ASCII):
        return gettext_noop("身份证号被表格软件改成了科学计数，后几位已经丢失。请把该列设为文本后重新填写。")
    if not plain:
        return gettext_noop("没有填写身份证号。")
    if len(plain) not in (15, 18):
        return gettext_noop("身份证号应为18位（老证15位），长度不对。请核对证件。")
    return gettext_noop("身份证号含有不应出现的字符（只有末位可以是 X）。请核对证件。")


def _refusal(message: str) -> Refused:
    return Refused(message, code="bad_identity_number", field="identity_number")


def mask(number: str) -> str:
    """For screens: '110101199003070123' becomes '110101********0123'; short ones keep the last two."""
    if len(number) >= 15:
        return number[:6] + "*" * (len(number) - 10) + number[-4:]
    return "*" * max(len(number) - 2, 0) + number[-2:] if len(number) > 2 else "*" * len(number)


def mask_name(name: str) -> str:
    """For screens: '张三' becomes '张*', '欧阳修文' becomes '欧***'."""
    return name[:1] + "*" * max(len(name) - 1, 0)


def mask_phone(phone: str) -> str:
    """For screens: '13812348000' becomes '138****8000'."""
    return phone[:3] + "*" * (len(phone) - 7) + phone[-4:] if len(phone) >= 8 else "*" * len(phone)
