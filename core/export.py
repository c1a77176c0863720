"""Tables as files: .xlsx and .csv with exactly the columns and rows that a list shows.

Text that a spreadsheet would take for a formula gets a leading apostrophe; numbers stay numbers, negative ones too.
"""

import csv
import io
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import IO, Any
from urllib.parse import quote

import xlsxwriter
from django.http import FileResponse
from django.utils.translation import gettext as _

from core.refusal import Refused

# Excel ends at 1,048,576 rows; beyond this a list belongs into a job or a narrower filter.
ROW_LIMIT = 200_000
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "\x00")
_CONTROL = dict.fromkeys((*range(9), 11, 12, *range(14, 32)))

XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV_TYPE = "text/csv; charset=utf-8"


def safe_text(text: str) -> str:
    """``text`` such that no spreadsheet runs it; control characters that XML forbids are dropped."""
    escaped = f"'{text}" if text.startswith(_FORMULA_STARTS) else text
    return escaped.translate(_CONTROL)


def safe_cell(value: Any) -> Any:
    """A cell's value for a file: numbers and dates as they are, all else as safe text."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return _("是") if value else _("否")
    if isinstance(value, int | Decimal | date | datetime):
        return value
    return safe_text(str(value))


def write_xlsx(
    target: IO[bytes] | str, headers: Sequence[str], rows: Iterable[Sequence[Any]], *, sheet: str = ""
) -> int:
    """Write one sheet row by row in constant memory; returns the number of rows."""
    count = 0
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with xlsxwriter.Workbook(target, options) as book:
        page = book.add_worksheet(_sheet_name(sheet))
        head = book.add_format({"bold": True, "bg_color": "#EEF0F3", "bottom": 1})
        styles = {
            Decimal: book.add_format({"num_format": "#,##0.00"}),
            date: book.add_format({"num_format": "yyyy-mm-dd"}),
            datetime: book.add_format({"num_format": "yyyy-mm-dd hh:mm"}),
        }
        page.freeze_panes(1, 0)
        for column, header in enumerate(headers):
            page.set_column(column, column, min(max(12, 2 * len(header) + 4), 40))
            page.write_string(0, column, safe_text(header), head)
        for count, row in enumerate(rows, start=1):
            for column, value in enumerate(row):
                _write_cell(page, count, column, safe_cell(value), styles)
    return count


def _write_cell(page: Any, row: int, column: int, value: Any, styles: dict[type, Any]) -> None:
    if isinstance(value, datetime | date):
        page.write_datetime(row, column, value, styles[type(value)])
    elif isinstance(value, Decimal):
        page.write_number(row, column, value, styles[Decimal])
    elif isinstance(value, int) and abs(value) < 10**15:
        page.write_number(row, column, value)
    elif value != "":
        page.write_string(row, column, str(value))


def _sheet_name(name: str) -> str:
    kept = "".join(character for character in name if character not in "[]:*?/\\'")
    return kept[:31] or _("列表")


def write_csv(target: IO[str], headers: Sequence[str], rows: Iterable[Sequence[Any]]) -> int:
    """Write UTF-8 CSV whose first character is the mark Excel needs to read Chinese; returns the number of rows."""
    target.write("\ufeff")
    writer = csv.writer(target, lineterminator="\r\n")
    writer.writerow([safe_text(header) for header in headers])
    count = 0
    for row in rows:
        writer.writerow([_csv_cell(safe_cell(value)) for value in row])
        count += 1
    return count


def _csv_cell(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M")
    return value.isoformat() if isinstance(value, date) else value


def file_response(
    kind: str,
    name: str,
    headers: Sequence[str],
    rows: Iterable[Sequence[Any]],
    *,
    limit: int = ROW_LIMIT,
    on_done: Callable[[int], None] | None = None,
) -> FileResponse:
    """A finished file to download; refuses more than ``limit`` rows before anything is sent.

    ``on_done`` is told the number of rows (to record who took how many).
    """
    spooled = tempfile.TemporaryFile()  # noqa: SIM115 - the answer closes it after sending
    try:
        limited = _limited(rows, limit)
        if kind == "xlsx":
            count = write_xlsx(spooled, headers, limited, sheet=name)
        elif kind == "csv":
            text = io.TextIOWrapper(spooled, encoding="utf-8", newline="", write_through=True)
            count = write_csv(text, headers, limited)
            text.detach()
        else:
            raise Refused(_("没有“%s”这种导出格式。请选择 Excel 或 CSV。") % kind)
    except BaseException:
        spooled.close()
        raise
    if on_done:
        on_done(count)
    spooled.seek(0)
    response = FileResponse(spooled, content_type=XLSX_TYPE if kind == "xlsx" else CSV_TYPE)
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(f'{name}.{kind}')}"
    response.headers["Cache-Control"] = "no-store"
    return response


def _limited(rows: Iterable[Sequence[Any]], limit: int) -> Iterator[Sequence[Any]]:
    for count, row in enumerate(rows, start=1):
        if count > limit:
            raise Refused(_("导出超过 %(limit)s 行。请用筛选条件缩小范围后分批导出。") % {"limit": f"{limit:,}"})
        yield row
