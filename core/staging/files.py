"""Rows of an uploaded file: .xlsx and .xls by calamine, .csv in UTF-8, UTF-16 or GB18030. Trusts nothing in the file."""

import codecs
import contextlib
import csv
import io
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import python_calamine
from django.utils.translation import gettext as _

from core.refusal import Refused

FILE_BYTES = 64 * 1024 * 1024
UNPACKED_BYTES = 300 * 1024 * 1024
ZIP_PARTS = 2_000
# Calamine holds the rectangle from the first to the last cell in memory, 24 to 32 bytes for each: one stray cell in the
# last corner of a sheet would take half a terabyte.
SHEET_CELLS = 10_000_000
COLUMNS = 200
CELL_CHARACTERS = 10_000

_CELL_PLACE = re.compile(rb'\sr="([A-Z]{1,3})([0-9]{1,7})"')
_DATE_1904 = re.compile(rb"<(?:\w+:)?workbookPr\b[^>]*\bdate1904=\"(?:1|true)\"")
_PIECE = 4 * 1024 * 1024

Cell = Any
Row = tuple[int, list[Cell]]


@dataclass
class Sheet:
    """The rows of the first sheet with their numbers as a spreadsheet shows them; `estimate` of how many there are."""

    rows: Iterator[Row]
    estimate: int
    is_1904: bool = False


def read(content: bytes, name: str = "") -> Sheet:
    """Open a file by what it is, whatever its name says; refuses what is too large or not a list."""
    if len(content) > FILE_BYTES:
        raise Refused(
            _("文件超过 %(limit)s MB，没有读取。请分成几个文件，或另存为 CSV。") % {"limit": FILE_BYTES // 2**20},
            code="too_large",
        )
    if not content.strip(b" \t\r\n\0\xef\xbb\xbf"):
        raise Refused(_("文件是空的。请检查后重新选择文件。"), code="empty")
    if content.startswith(b"PK\x03\x04"):
        return _read_xlsx(content)
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        return _read_workbook(content, is_1904=False)
    start = content[:2000].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith((b"<!doctype", b"<html", b"<?xml", b"<table", b"<meta")):
        raise Refused(
            _("这是网页或 XML 文件，只是改了扩展名。请用表格软件打开，另存为 .xlsx 或 .csv 后重新上传。"),
            code="not_a_list",
        )
    return _read_csv(content)


# --- Spreadsheets --------------------------------------------------------------------------------------------------------


def _read_xlsx(content: bytes) -> Sheet:
    broken = Refused(_("文件打不开，可能已损坏。请用表格软件重新保存后再上传。"), code="broken")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
            if len(parts) > ZIP_PARTS or sum(part.file_size for part in parts) > UNPACKED_BYTES:
                raise _too_much()
            if "xl/workbook.xml" not in archive.namelist() and "[Content_Types].xml" not in archive.namelist():
                raise Refused(_("这是压缩包，不是表格文件。请解压后上传其中的表格。"), code="not_a_list")
            left = UNPACKED_BYTES
            is_1904 = False
            for part in parts:
                if part.flag_bits & 1:
                    raise _protected()
                left -= _inspect(content, part, left)
            with contextlib.suppress(KeyError):
                is_1904 = bool(_DATE_1904.search(archive.read("xl/workbook.xml")))
    except (zipfile.BadZipFile, zlib.error, struct.error, EOFError, NotImplementedError, ValueError, OSError):
        raise broken from None
    return _read_workbook(content, is_1904=is_1904)


def _inspect(content: bytes, part: zipfile.ZipInfo, limit: int) -> int:
    """Unpack one part for the sake of its true size and, in a sheet, of the places of its cells. Sizes in the list may lie."""
    name_length, extra_length = struct.unpack("<HH", content[part.header_offset + 26 : part.header_offset + 30])
    start = part.header_offset + 30 + name_length + extra_length
    packed = memoryview(content)[start : start + part.compress_size]
    if part.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise NotImplementedError("unusual compression")
    is_sheet = part.filename.startswith("xl/worksheets/")
    size, last_row, last_column, tail = 0, 0, 0, b""
    for piece in _pieces(packed, part.compress_type == zipfile.ZIP_DEFLATED):
        size += len(piece)
        if size > limit:
            raise _too_much()
        if is_sheet:
            text = tail + piece
            for letters, digits in _CELL_PLACE.findall(text):
                row = int(digits)
                if row > last_row:
                    last_row = row
                if len(letters) > 1 or letters > b"T":
                    column = _column_number(letters)
                    if column > last_column:
                        last_column = column
            tail = text[-24:]
    if last_row * max(last_column, 20) > SHEET_CELLS or last_column > COLUMNS * 4:
        raise Refused(
            _("表格的范围异常大（第 %(row)s 行、第 %(column)s 列还有内容）。请删去多余的行列，或另存为 CSV 后上传。")
            % {"row": last_row, "column": last_column},
            code="too_wide",
        )
    return size


def _pieces(packed: memoryview, is_deflated: bool) -> Iterator[bytes]:
    if not is_deflated:
        for start in range(0, len(packed), _PIECE):
            yield bytes(packed[start : start + _PIECE])
        return
    unpacker = zlib.decompressobj(-15)
    piece = unpacker.decompress(packed, _PIECE)
    while piece:
        yield piece
        piece = unpacker.decompress(unpacker.unconsumed_tail, _PIECE)


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _read_workbook(content: bytes, *, is_1904: bool) -> Sheet:
    try:
        book = python_calamine.load_workbook(io.BytesIO(content))
        if not book.sheet_names:
            raise Refused(_("文件里没有工作表。请检查后重新选择文件。"), code="empty")
        sheet = book.get_sheet_by_index(0)
        if sheet.width > COLUMNS:
            raise Refused(_("表格列数过多（%(count)s 列）。请按模板整理。") % {"count": sheet.width}, code="too_wide")
        return Sheet(_numbered(sheet), max(sheet.total_height - 1, 0), is_1904)
    except python_calamine.PasswordError:
        raise _protected() from None
    except (python_calamine.CalamineError, ValueError, IndexError, OSError):
        raise Refused(_("文件打不开，可能已损坏。请用表格软件重新保存后再上传。"), code="broken") from None
    except BaseException as error:
        # A panic inside the reader is neither an Exception nor a reason for the worker to die.
        if type(error).__name__ == "PanicException":
            raise Refused(_("文件打不开，可能已损坏。请用表格软件重新保存后再上传。"), code="broken") from None
        raise


def _numbered(sheet: python_calamine.CalamineSheet) -> Iterator[Row]:
    # iter_rows begins at the sheet's first row, also when nothing stands there, so these are the numbers a clerk sees.
    yield from enumerate(sheet.iter_rows(), start=1)


def _too_much() -> Refused:
    return Refused(
        _("文件解压后超过 %(limit)s MB 或内部部件过多，没有读取。请分成几个文件，或另存为 CSV。")
        % {"limit": UNPACKED_BYTES // 2**20},
        code="too_large",
    )


def _protected() -> Refused:
    return Refused(_("文件设有打开密码。请去掉密码后重新上传。"), code="protected")


# --- CSV -----------------------------------------------------------------------------------------------------------------


def _read_csv(content: bytes) -> Sheet:
    encoding = encoding_of(content)
    return Sheet(_csv_rows(content, encoding), max(content.count(b"\n"), 1))


def encoding_of(content: bytes) -> str:
    """The encoding in which the whole text can be read."""
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        candidates = ["utf-16"]
    else:
        candidates = ["utf-8-sig", "gb18030"]
    for encoding in candidates:
        decoder = codecs.getincrementaldecoder(encoding)()
        try:
            for start in range(0, len(content), _PIECE):
                if "\0" in decoder.decode(content[start : start + _PIECE]):
                    raise Refused(
                        _("文件含有二进制内容，不是表格。请另存为 .xlsx 或 .csv 后重新上传。"), code="not_a_list"
                    )
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            continue
        return encoding
    raise Refused(_("文件的文字编码无法识别。请另存为 UTF-8 编码的 CSV 或 .xlsx 后重新上传。"), code="bad_encoding")


def _csv_rows(content: bytes, encoding: str) -> Iterator[Row]:
    text = io.TextIOWrapper(io.BytesIO(content), encoding=encoding, newline="")
    sample = text.read(4096).splitlines() or [""]
    text.seek(0)
    first = next((line for line in sample if line.strip()), "")
    delimiter = max(",\t;", key=first.count)
    reader = csv.reader(text, delimiter=delimiter, strict=True)
    number = 0
    try:
        for row in reader:
            number += 1
            if len(row) > COLUMNS:
                raise Refused(
                    _("第 %(row)s 行有 %(count)s 列，列数过多。请按模板整理。") % {"row": number, "count": len(row)}
                )
            yield number, row
    except csv.Error:
        raise Refused(
            _("CSV 第 %(line)s 行附近的引号不配对，其后的内容无法识别。请改正后重新上传。") % {"line": reader.line_num},
            code="bad_csv",
        ) from None
