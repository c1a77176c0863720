"""The two fonts of every sheet, and which of them has a given character.

ReportLab drops a character its font lacks without a word. A name with a hole in it is a wrong document, so every text
is split into runs by the fonts' own character maps first, and a character in neither font is refused.
"""

import unicodedata
from functools import cache
from pathlib import Path
from xml.sax.saxutils import escape

from django.conf import settings
from django.utils.translation import gettext as _
from reportlab.pdfbase import pdfmetrics, ttfonts

from core.refusal import Refused

MAIN = "OfficeMain"
RARE = "OfficeRare"

# Zero-width marks, bidi controls and variation selectors ask for no ink.
_INKLESS_CATEGORIES = frozenset({"Cf"})
_VARIATION_SELECTORS = (range(0xFE00, 0xFE10), range(0xE0100, 0xE01F0))


class MissingGlyph(Refused):
    """A text holds characters that no font of the sheets has; the browser's own print can still show them."""

    def __init__(self, characters: list[str]) -> None:
        self.characters = characters
        shown = "、".join(f"{character}（U+{ord(character):04X}）" for character in characters)
        super().__init__(
            _("文字“%(characters)s”超出打印字库，不能生成 PDF。请改用浏览器打印。") % {"characters": shown},
            code="missing_glyph",
        )


def _folder() -> Path:
    return Path(settings.BASE_DIR) / "static" / "fonts"


@cache
def _coverage() -> tuple[tuple[str, frozenset[int]], ...]:
    """Both fonts registered with ReportLab, in order of preference, each with the code points it has a glyph for."""
    found = []
    for name in (MAIN, RARE):
        font = ttfonts.TTFont(name, str(_folder() / f"{name}.ttf"))
        pdfmetrics.registerFont(font)
        found.append((name, frozenset(font.face.charToGlyph)))
    return tuple(found)


def register() -> None:
    """Make both fonts known to ReportLab; reading them takes a moment, so it happens once a process."""
    _coverage()


def _is_inkless(character: str) -> bool:
    point = ord(character)
    return unicodedata.category(character) in _INKLESS_CATEGORIES or any(
        point in marks for marks in _VARIATION_SELECTORS
    )


def runs(text: str) -> list[tuple[str, str]]:
    """``text`` as (font, piece) runs in order; raises MissingGlyph naming every character neither font has."""
    pieces: list[tuple[str, list[str]]] = []
    missing: list[str] = []
    for character in unicodedata.normalize("NFC", text).replace("\t", " ").replace("\r\n", "\n"):
        if _is_inkless(character):
            continue
        font = next((name for name, points in _coverage() if ord(character) in points), None)
        if character == "\n":
            font = MAIN
        if font is None:
            if character not in missing:
                missing.append(character)
        elif pieces and pieces[-1][0] == font:
            pieces[-1][1].append(character)
        else:
            pieces.append((font, [character]))
    if missing:
        raise MissingGlyph(missing)
    return [(font, "".join(characters)) for font, characters in pieces]


def markup(text: str) -> str:
    """``text`` as the inside of a ReportLab paragraph: escaped, rare characters in their own font."""
    parts = []
    for font, piece in runs(text):
        safe = escape(piece).replace("\n", "<br/>")
        parts.append(safe if font == MAIN else f'<font name="{font}">{safe}</font>')
    return "".join(parts)


def width(text: str, size: float) -> float:
    """Width in points of the widest line of ``text`` at ``size``."""
    return max(
        (sum(pdfmetrics.stringWidth(piece, font, size) for font, piece in runs(line)) for line in text.split("\n")),
        default=0.0,
    )


def _with_surrogates(font_name: str, subset: list[int]) -> str:
    """ReportLab's map from glyphs to text, with characters beyond U+FFFF written as the PDF standard asks.

    The library writes five hex digits there, and a rare name then cannot be searched for or copied.
    """
    text = _written_by_library(font_name, subset)
    for index, point in enumerate(subset):
        if point > 0xFFFF:
            proper = chr(point).encode("utf-16-be").hex().upper()
            text = text.replace(f"<{index:02X}> <{point:04X}>", f"<{index:02X}> <{proper}>")
    return text


_written_by_library = ttfonts.makeToUnicodeCMap
ttfonts.makeToUnicodeCMap = _with_surrogates  # type: ignore[assignment]
