"""What goes back to the clerk: rows for the screen, the error file to correct and send again, the template."""

import csv
import io
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import xlsxwriter
from django.db.models import Q
from django.utils.translation import gettext as _

from core import audit, secrets
from core.models import BatchState, ImportBatch, ImportRow
from core.refusal import Forbidden, Refused
from core.staging.kinds import Column, ImportKind, choices_of, kind
from core.staging.loading import ERROR_HEADING, ROW_HEADING, heading

HIDDEN = "******"
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
KINDS_IN_WORDS = {
    "date": "日期，写成 2018-07-11",
    "month": "月份，写成 2018-07",
    "yuan": "金额，以元为单位，最多两位小数",
    "integer": "整数",
    "identity": "18位居民身份证号，该列请设为文本",
    "phone": "手机或固定电话号码，该列请设为文本",
    "yes_no": "是 或 否",
    "region": "区划代码或地区名称",
}


@dataclass(frozen=True)
class RowView:
    """One staged row for the screen: masked cells in the order of the file's headings."""

    row_number: int
    cells: list[str]
    errors: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    effect: str = ""
    detail: str = ""
    outcome: str = ""


def rows(
    batch: ImportBatch, only: str = "", *, numbers: Sequence[int] | None = None, after: int = 0, limit: int = 50
) -> list[RowView]:
    """Rows after a row number; `only` is '', 'errors', 'warnings', 'new', 'changed', 'same', 'refused' or 'accepted'."""
    conditions = {
        "": Q(),
        "errors": ~Q(errors=[]),
        "warnings": ~Q(warnings=[]),
        "new": Q(effect=ImportRow.Effect.NEW),
        "changed": Q(effect=ImportRow.Effect.CHANGED),
        "same": Q(effect=ImportRow.Effect.SAME),
        "refused": Q(outcome=ImportRow.Outcome.REFUSED),
        "accepted": Q(outcome=ImportRow.Outcome.ACCEPTED),
    }
    if only not in conditions:
        raise Refused(_("没有这种筛选。请从页面选择。"), code="no_filter")
    chosen = ImportRow.everywhere.filter(conditions[only], batch=batch, row_number__gt=after).order_by("row_number")
    if numbers is not None:
        chosen = chosen.filter(row_number__in=list(numbers))
    secret = _secret_positions(kind(batch.kind), batch)
    return [
        RowView(row.row_number, _masked(row, secret), row.errors, row.warnings, row.effect, row.detail, row.outcome)
        for row in chosen[:limit]
    ]


def _masked(row: ImportRow, secret: dict[int, Column]) -> list[str]:
    return [
        str(row.values.get(secret[position].field) or (HIDDEN if row.secrets else ""))
        if position in secret
        else cell or ""
        for position, cell in enumerate(row.raw)
    ]


def _secret_positions(chosen: ImportKind, batch: ImportBatch) -> dict[int, Column]:
    names = {
        heading(name): column
        for column in chosen.columns
        if column.is_secret
        for name in (column.name, *column.aliases)
    }
    return {position: names[heading(text)] for position, text in enumerate(batch.headers) if heading(text) in names}


# --- Error file --------------------------------------------------------------------------------------------------------


def error_file(batch: ImportBatch, *, actor: Any, form: str = "xlsx") -> tuple[str, bytes]:
    """(file name, content) with the rows that were not taken in: the original cells and why, to be corrected and sent again.

    Holds identity numbers in clear, else it could not be corrected: asks for the kind's permission and is audited.
    """
    chosen = kind(batch.kind)
    if actor is not None and not actor.can(chosen.permission):
        raise Forbidden()
    if batch.state in (BatchState.UPLOADED, BatchState.CHECKING) or batch.is_cleared:
        raise Refused(_("这批数据还没有校验完，或暂存数据已清理，没有错误文件。"), code="no_rows")
    headings = [text for text in batch.headers if heading(text) not in (ERROR_HEADING, ROW_HEADING)]
    positions = [place for place, text in enumerate(batch.headers) if heading(text) not in (ERROR_HEADING, ROW_HEADING)]
    lines = _wrong_lines(chosen, batch, positions)
    table = [[*headings, ERROR_HEADING, ROW_HEADING], *lines]
    stem = batch.file_name.rsplit(".", 1)[0]
    audit.record(
        actor,
        "core.import.error_file",
        batch,
        region_code=batch.region_code,
        changes={"行数": len(table) - 1},
    )
    if form == "csv":
        return _("%(stem)s-错误.csv") % {"stem": stem}, _csv(table)
    return _("%(stem)s-错误.xlsx") % {"stem": stem}, _xlsx(table)


def _wrong_lines(chosen: ImportKind, batch: ImportBatch, positions: list[int]) -> Iterator[list[str]]:
    secret = _secret_positions(chosen, batch)
    first = chosen.identity_column
    for row in (
        ImportRow.everywhere.filter(batch=batch).exclude(errors=[]).order_by("row_number").iterator(chunk_size=2000)
    ):
        hidden = json.loads(secrets.decrypt(row.secrets)) if row.secrets else {}
        cells = []
        for position in positions:
            cell = row.raw[position] if position < len(row.raw) else ""
            column = secret.get(position)
            if column is not None:
                cell = hidden.get(str(position)) or _clear(
                    row, column, is_first=first is not None and column.field == first.field
                )
            cells.append(cell or "")
        yield [*cells, "；".join(row.errors), str(row.row_number)]


def _clear(row: ImportRow, column: Column, *, is_first: bool) -> str:
    if is_first:
        return secrets.decrypt(row.identity_cipher) if row.identity_cipher else ""
    cipher = row.values.get(column.field + "_cipher")
    return secrets.decrypt(bytes.fromhex(cipher)) if cipher else ""


def _csv(table: list[list[str]]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    for line in table:
        # A leading apostrophe keeps a spreadsheet from running the cell; the import takes it off again.
        writer.writerow(
            [f"'{cell}" if cell.startswith(FORMULA_STARTS) or _is_long_number(cell) else cell for cell in line]
        )
    return b"\xef\xbb\xbf" + text.getvalue().encode()


def _is_long_number(cell: str) -> bool:
    return len(cell) >= 12 and cell[:-1].isdigit()


def _xlsx(table: list[list[str]]) -> bytes:
    content = io.BytesIO()
    book = xlsxwriter.Workbook(
        content, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    sheet = book.add_worksheet(_("错误"))
    text, bold = book.add_format({"num_format": "@"}), book.add_format({"bold": True, "bg_color": "#fde8e8"})
    sheet.freeze_panes(1, 0)
    sheet.set_column(0, max(len(table[0]) - 3, 0), 18, text)
    sheet.set_column(len(table[0]) - 2, len(table[0]) - 2, 60)
    for number, line in enumerate(table):
        for place, cell in enumerate(line):
            sheet.write_string(number, place, cell, bold if number == 0 else text)
    book.close()
    return content.getvalue()


# --- Template ----------------------------------------------------------------------------------------------------------


def template_file(chosen: ImportKind) -> tuple[str, bytes]:
    """(file name, content) of the empty list: the header on the first sheet; notes and a sample row on the second, where
    they cannot be sent in by mistake."""
    content = io.BytesIO()
    book = xlsxwriter.Workbook(content, {"strings_to_formulas": False, "strings_to_urls": False})
    head = book.add_format({"bold": True, "bg_color": "#e7f0fb", "border": 1, "text_wrap": True})
    must = book.add_format({"bold": True, "bg_color": "#fde8e8", "border": 1, "text_wrap": True})
    text = book.add_format({"num_format": "@"})
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    sheet = book.add_worksheet(str(chosen.title)[:31])
    sheet.freeze_panes(1, 0)
    for place, column in enumerate(chosen.columns):
        sheet.set_column(place, place, max(12, len(column.name) * 2 + 2, 22 if column.kind == "identity" else 0), text)
        sheet.write_string(0, place, column.name + ("*" if column.required else ""), must if column.required else head)
        options = [] if column.choices is None else list(column.choices)
        if options and sum(map(len, options)) + len(options) < 250:
            sheet.data_validation(
                1, place, 100_000, place, {"validate": "list", "source": options, "ignore_blank": True}
            )
    notes = book.add_worksheet(_("填写说明"))
    notes.set_column(0, 0, 20, wrapped)
    notes.set_column(1, 1, 10, wrapped)
    notes.set_column(2, 2, 60, wrapped)
    notes.set_column(3, 3, 26, text)
    number = 0
    for note in (*chosen.notes, _("第一张工作表的第一行是表头，请从第二行起填写；带 * 的列必须填写。")):
        notes.merge_range(number, 0, number, 3, str(note), wrapped)
        number += 1
    for place, title in enumerate((_("列"), _("必填"), _("填写要求"), _("示例"))):
        notes.write_string(number, place, title, head)
    for column in chosen.columns:
        number += 1
        notes.write_string(number, 0, column.name)
        notes.write_string(number, 1, _("是") if column.required else _("否"))
        notes.write_string(number, 2, _requirement(column), wrapped)
        notes.write_string(number, 3, column.sample, text)
    book.close()
    return _("%(title)s-模板.xlsx") % {"title": chosen.title}, content.getvalue()


def _requirement(column: Column) -> str:
    parts = [str(column.note)] if column.note else []
    if column.kind in KINDS_IN_WORDS:
        parts.append(KINDS_IN_WORDS[column.kind])
    choices = column.choices if column.choices is not None else None
    if choices is None and column.table:
        choices = choices_of(column, ImportBatch())
    if choices:
        parts.append(_("可填：%(choices)s") % {"choices": "、".join(list(choices)[:40])})
    return "；".join(parts)
