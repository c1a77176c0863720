"""Document numbers of people without a resident number: their form, read from the document alone."""

from __future__ import annotations

import re

FORMS = {
    "04": (re.compile(r"[HM][0-9]{8}([0-9]{2})?"), "港澳居民来往内地通行证为 H 或 M 加 8 位（或 10 位）数字"),
    "06": (re.compile(r"[0-9]{8}"), "台湾居民来往大陆通行证为 8 位数字"),
    "07": (
        re.compile(r"([A-Z]{3}[0-9]{12})|(9[0-9]{16}[0-9X])"),
        "外国人永久居留证为 3 位字母加 12 位数字，或以 9 开头的 18 位号码",
    ),
    "17": (re.compile(r"8[123]0000[0-9]{11}[0-9X]"), "港澳台居民居住证为 81、82 或 83 开头的 18 位号码"),
    "990201": (re.compile(r"[A-Z][0-9]{9}"), "出生医学证明为 1 位字母加 9 位数字"),
}
"""Kind of document (psn_cert_type): the form of its number, and that form in words."""


def normalised(id_kind: str, number: str) -> str:
    """The number without blanks, in half width and capital letters: ` ｐ230123456` becomes `P230123456`."""
    half = "".join(chr(ord(c) - 0xFEE0) if 0xFF01 <= ord(c) <= 0xFF5E else c for c in number)
    return re.sub(r"\s+", "", half).upper()


def reason_to_refuse_document(id_kind: str, number: str) -> str:
    """证件号码: why a number is not one of its kind; empty when it is. Resident numbers have their own check."""
    if id_kind not in FORMS:
        return "证件类型不在参保登记可用的证件之内。请选择证件类型。"
    form, words = FORMS[id_kind]
    return "" if form.fullmatch(normalised(id_kind, number)) else f"证件号码格式不符：{words}。请按证件核对。"
