"""What a cell means: each kind of cell turns what was typed into a value, or says in Chinese why it cannot."""

import contextlib
import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils.translation import gettext as _

from core import identity, money, periods, secrets
from core.refusal import Refused
from core.staging.kinds import Column
from core.width import half_width

Values = dict[str, Any]
# Turns a cell into values (written to the dict); gives the row's identity as (index, cipher) where it holds the first one.
Reader = Callable[[Any, Values], tuple[bytes, bytes] | None]

EPOCH_1900, EPOCH_1904 = date(1899, 12, 30), date(1904, 1, 1)
FIRST_DAY, LAST_DAY = date(1880, 1, 1), date(2999, 12, 31)

_SPACES = re.compile(r"\s+")
_HIDDEN = re.compile(r"[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]")
_DOTS = re.compile("[•・‧∙･⋅.．]")
_NAME = re.compile(r"[^\W\d_](?:[^\W\d_]|[·' -])*", re.UNICODE)
_DAY = re.compile(
    r"([0-9]{4})(?:-|/|\.|年)([0-9]{1,2})(?:-|/|\.|月)([0-9]{1,2})日?(?:[ T]0{1,2}:00(?::00)?(?:\.0+)?)?", re.ASCII
)
_DAY_DIGITS = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})", re.ASCII)
_WHOLE = re.compile(r"-?[0-9]{1,15}(?:\.0+)?", re.ASCII)
_REGION = re.compile(r"[0-9]{6}(?:[0-9]{3}(?:[0-9]{3})?)?", re.ASCII)
_YES = {"是", "Y", "YES", "TRUE", "1", "√", "有"}
_NO = {"否", "N", "NO", "FALSE", "0", "×", "无"}


def text_of(cell: Any) -> str:
    """The cell as the clerk sees it, in half width, without invisible characters."""
    if type(cell) is str:
        if cell.isascii() and cell.isprintable():
            return cell.strip().removeprefix("'")
        return _HIDDEN.sub("", half_width(cell)).strip().removeprefix("'")
    return shown(cell)


def shown(cell: Any) -> str:
    """The cell as text for the list of original cells."""
    if cell is None:
        return ""
    if isinstance(cell, str):
        return cell.replace("\0", "")
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float):
        # Fifteen digits are what a spreadsheet itself shows: 0.1 + 0.2 is 0.3 there.
        return str(int(cell)) if cell.is_integer() and abs(cell) < 10**15 else format(cell, ".15g")
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time(0) else cell.isoformat(sep=" ", timespec="seconds")
    if isinstance(cell, (date, time)):
        return cell.isoformat()
    if isinstance(cell, timedelta):
        return str(cell)
    return str(cell)


def reader(
    column: Column, *, today: date, is_first_identity: bool, choices: Mapping[str, str] | None, is_1904: bool
) -> Reader:
    """The function that reads cells of this column."""
    field = column.field

    def read_text(cell: Any, values: Values) -> None:
        text = _SPACES.sub(" ", unicodedata.normalize("NFKC", text_of(cell)))
        if len(text) > column.max_length:
            raise Refused(_("不能超过 %(count)s 个字") % {"count": column.max_length})
        values[field] = text

    def read_name(cell: Any, values: Values) -> None:
        text = _DOTS.sub("·", _SPACES.sub(" ", unicodedata.normalize("NFKC", text_of(cell))))
        if not text.isascii():
            text = text.replace(" ", "")
        if len(text) > column.max_length:
            raise Refused(_("不能超过 %(count)s 个字") % {"count": column.max_length})
        if not _NAME.fullmatch(text):
            raise Refused(_("含有姓名中不应出现的字符"))
        values[field] = text

    def read_identity(cell: Any, values: Values) -> tuple[bytes, bytes] | None:
        found = identity.IdentityNumber.parse(text_of(cell), on=today)
        values[field] = str(found)
        values[field + "_last4"] = found.last4
        values[field + "_birth_on"] = found.birth_on.isoformat()
        values[field + "_sex"] = found.sex
        index, cipher = secrets.blind_index(found.number), secrets.encrypt(found.number)
        if is_first_identity:
            return index, cipher
        values[field + "_index"], values[field + "_cipher"] = index.hex(), cipher.hex()
        return None

    def read_document(cell: Any, values: Values) -> tuple[bytes, bytes] | None:
        text = re.sub(r"[\s()（）-]", "", text_of(cell)).upper()
        if len(text) in (15, 18) and text[:-1].isdigit():
            return read_identity(text, values)
        if not re.fullmatch(r"[A-Z0-9]{6,30}", text, re.ASCII):
            raise Refused(_("证件号码含有不应出现的字符，或长度不对。请核对证件。"))
        values[field], values[field + "_last4"] = identity.mask(text), text[-4:]
        values[field + "_form"] = re.sub(r"[0-9]", "9", re.sub(r"[A-Z]", "A", text))
        index, cipher = secrets.blind_index(text), secrets.encrypt(text)
        if is_first_identity:
            return index, cipher
        values[field + "_index"], values[field + "_cipher"] = index.hex(), cipher.hex()
        return None

    def read_phone(cell: Any, values: Values) -> None:
        text = re.sub(r"[\s()-]", "", text_of(cell)).removeprefix("+86")
        if not re.fullmatch(r"1[0-9]{10}|0?[0-9]{7,11}", text, re.ASCII):
            raise Refused(_("应为手机或固定电话号码"))
        values[field] = identity.mask_phone(text)
        values[field + "_cipher"] = secrets.encrypt(text).hex()

    def read_date(cell: Any, values: Values) -> None:
        values[field] = day_of(cell, is_1904=is_1904).isoformat()

    def read_month(cell: Any, values: Values) -> None:
        month = periods.Month.of(cell) if isinstance(cell, date) else periods.Month.parse(text_of(cell))
        values[field] = month.period

    def read_yuan(cell: Any, values: Values) -> None:
        fen = money.parse_yuan(text_of(cell))
        if column.least is not None and fen < column.least:
            raise Refused(_("不能小于 %(least)s 元") % {"least": money.yuan(column.least)})
        if column.most is not None and fen > column.most:
            raise Refused(_("不能大于 %(most)s 元") % {"most": money.yuan(column.most)})
        values[field] = fen

    def read_integer(cell: Any, values: Values) -> None:
        text = text_of(cell)
        if not _WHOLE.fullmatch(text):
            raise Refused(_("应为整数"))
        number = int(text.split(".")[0])
        if column.least is not None and number < column.least:
            raise Refused(_("不能小于 %(least)s") % {"least": column.least})
        if column.most is not None and number > column.most:
            raise Refused(_("不能大于 %(most)s") % {"most": column.most})
        values[field] = number

    def read_code(cell: Any, values: Values) -> None:
        text = _SPACES.sub("", text_of(cell))
        assert choices is not None
        code = choices.get(text)
        if code is None:
            some = "、".join(list(choices)[:8])
            raise Refused(_("“%(text)s”不在可选值之内（%(some)s 等）") % {"text": text[:30], "some": some})
        values[field] = code

    def read_region(cell: Any, values: Values) -> None:
        text = _SPACES.sub("", text_of(cell))
        if choices is not None:
            code = choices.get(text)
            if code is None:
                raise Refused(_("“%(text)s”不是本辖区内的地区名称或代码") % {"text": text[:30]})
            values[field] = code
        elif _REGION.fullmatch(text):
            values[field] = text
        else:
            raise Refused(_("应为6、9或12位区划代码"))

    def read_yes_no(cell: Any, values: Values) -> None:
        text = text_of(cell).upper()
        if text not in _YES and text not in _NO:
            raise Refused(_("应填“是”或“否”"))
        values[field] = text in _YES

    readers: dict[str, Reader] = {
        "text": read_text,
        "name": read_name,
        "identity": read_identity,
        "document": read_document,
        "phone": read_phone,
        "date": read_date,
        "month": read_month,
        "yuan": read_yuan,
        "integer": read_integer,
        "code": read_code if choices is not None else read_text,
        "region": read_region,
        "yes_no": read_yes_no,
    }
    return readers[column.kind]


def day_of(cell: Any, *, is_1904: bool = False) -> date:
    """The day in a date cell: a date, a text such as 2018-07-11, 2018/7/11, 20180711 or 2018年7月11日, or a serial number."""
    if type(cell) is str and len(cell) == 10 and cell[4] == cell[7] == "-" and cell.isascii():
        # Nearly every cell of a file that a machine wrote; all other forms are looked at below.
        with contextlib.suppress(ValueError):
            day = date.fromisoformat(cell)
            if FIRST_DAY <= day <= LAST_DAY:
                return day
    if isinstance(cell, datetime):
        day = cell.date()
    elif isinstance(cell, date):
        day = cell
    elif isinstance(cell, bool):
        raise _no_date()
    else:
        day = _day_of_text(text_of(cell), is_1904=is_1904)
    if not FIRST_DAY <= day <= LAST_DAY:
        raise _no_date()
    return day


def _day_of_text(text: str, *, is_1904: bool) -> date:
    found = _DAY.fullmatch(text) or _DAY_DIGITS.fullmatch(text)
    if found:
        try:
            return date(int(found[1]), int(found[2]), int(found[3]))
        except ValueError:
            raise Refused(_("没有 %(text)s 这一天") % {"text": text}) from None
    if re.fullmatch(r"[0-9]{4,6}(\.0+)?", text, re.ASCII):
        # The number behind a date cell that lost its format.
        return (EPOCH_1904 if is_1904 else EPOCH_1900) + timedelta(days=int(text.split(".")[0]))
    raise _no_date()


def _no_date() -> Refused:
    return Refused(_("日期不能识别，应写成 2018-07-11"))
