"""A report as an Excel file: the table, the reports it adds up, and what each line means."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import xlsxwriter
from django.conf import settings
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.export import safe_text
from core.periods import Month
from reports.models import Submission
from reports.rules.definition import Cell

UNITS = {
    "persons": gettext_lazy("人"),
    "visits": gettext_lazy("人次"),
    "fen": gettext_lazy("元"),
    "ratio": "%",
    "months": gettext_lazy("月"),
}


def folder(month: Month) -> Path:
    """Where the files of a month lie."""
    return Path(settings.OUT_DIR) / "报表" / str(month)


def path_of(submission: Submission) -> Path:
    """The file of one version of a report."""
    name = f"{submission.title}-{submission.region.name}-{submission.month}-第{submission.version}版-{submission.number}.xlsx"
    return folder(submission.month) / name


def write(submission: Submission, path: Path | None = None) -> Path:
    """Write the file and give its path; a locked report's file that exists is left as it is."""
    target = path or path_of(submission)
    if path is None and submission.state == "accepted" and target.exists():
        return target
    target.parent.mkdir(parents=True, exist_ok=True)
    lower = list(
        Submission.everywhere.filter(pk__in=submission.lower_ids).select_related("region").order_by("region__code")
    )
    # In memory: a report is small, and the library would else write and remove a dozen files for each.
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with xlsxwriter.Workbook(str(target), options) as book:
        styles = _Styles(book)
        _table(book.add_worksheet(str(_("报表"))), submission, styles)
        if lower:
            _lower(book.add_worksheet(str(_("下级明细"))), submission, lower, styles)
        _meanings(book.add_worksheet(str(_("指标说明"))), submission, styles)
    return target


class _Styles:
    def __init__(self, book: Any) -> None:
        self.title = book.add_format({"bold": True, "font_size": 14})
        self.head = book.add_format({"bold": True, "bg_color": "#EEF0F3", "bottom": 1})
        self.forms = {
            "persons": book.add_format({"num_format": "#,##0"}),
            "visits": book.add_format({"num_format": "#,##0"}),
            "fen": book.add_format({"num_format": "#,##0.00"}),
            "ratio": book.add_format({"num_format": "0.00%"}),
            "months": book.add_format({"num_format": "0.00"}),
        }


def _table(page: Any, submission: Submission, styles: _Styles) -> None:
    page.set_column(0, 0, 26)
    page.set_column(1, 1, 40)
    page.set_column(2, 2, 8)
    page.set_column(3, 3, 20)
    page.write_string(0, 0, safe_text(f"{submission.region.name} {submission.month} {submission.title}"), styles.title)
    about = [
        (_("报表编号"), submission.number),
        (_("版本"), str(submission.version)),
        (_("状态"), submission.get_state_display()),
        (_("数据截止时间"), f"{localtime(submission.cut_off):%Y-%m-%d %H:%M:%S}"),
        (_("报送人"), submission.submitted_by.name if submission.submitted_by else ""),
        (_("审定人"), submission.decided_by.name if submission.decided_by else ""),
        (_("缺报的下级"), "、".join(one["name"] for one in submission.missing)),
        (_("缺少的数据"), "；".join(one["text"] for one in submission.gaps)),
    ]
    row = 1
    for label, value in about:
        page.write_string(row, 0, str(label))
        page.write_string(row, 1, safe_text(str(value)))
        row += 1
    for column, head in enumerate((_("项目"), _("指标"), _("单位"), _("数值"))):
        page.write_string(row, column, str(head), styles.head)
    page.freeze_panes(row + 1, 0)
    for cell in submission.cells.cells:
        row += 1
        page.write_string(row, 0, cell.group)
        page.write_string(row, 1, cell.name)
        page.write_string(row, 2, str(UNITS[cell.unit]))
        _value(page, row, 3, cell, cell.value(submission.figures), styles)


def _lower(page: Any, submission: Submission, lower: list[Submission], styles: _Styles) -> None:
    page.set_column(0, 0, 40)
    page.set_column(1, len(lower) + 1, 18)
    page.freeze_panes(1, 1)
    heads = [_("指标"), *[one.region.name for one in lower], f"{submission.region.name}{_('合计')}"]
    for column, head in enumerate(heads):
        page.write_string(0, column, str(head), styles.head)
    for row, cell in enumerate(submission.cells.cells, start=1):
        page.write_string(row, 0, cell.name)
        for column, one in enumerate([*lower, submission], start=1):
            _value(page, row, column, cell, cell.value(one.figures), styles)


def _meanings(page: Any, submission: Submission, styles: _Styles) -> None:
    page.set_column(0, 1, 40)
    page.set_column(2, 3, 30)
    for column, head in enumerate((_("指标"), _("代码"), _("单位"), _("取数"))):
        page.write_string(0, column, str(head), styles.head)
    names = {cell.code: cell.name for cell in submission.cells.cells}
    row = 0
    for row, cell in enumerate(submission.cells.cells, start=1):
        page.write_string(row, 0, cell.name)
        page.write_string(row, 1, cell.code)
        page.write_string(row, 2, str(UNITS[cell.unit]))
        page.write_string(row, 3, meaning(cell, names))
    definition = submission.definition_of
    page.write_string(row + 2, 0, str(_("依据")))
    page.write_string(row + 2, 1, " ".join(definition.basis.values()))
    page.write_string(row + 3, 0, str(_("说明")))
    page.write_string(row + 3, 1, definition.confirm)
    page.write_string(row + 4, 0, str(_("表式版本")))
    page.write_string(row + 4, 1, f"{submission.definition_version} {submission.definition_digest[:12]}")


def meaning(cell: Cell, names: dict[str, str]) -> str:
    """What a line is: the cells a quotient is made of, or where its figure is counted and as of when."""
    if cell.is_quotient:
        return f"({' + '.join(names[c] for c in cell.numerator)}) ÷ ({' + '.join(names[c] for c in cell.denominator)})"
    when = _("月末数") if cell.is_at_end else _("本月数")
    return f"{when} {cell.source}"


def _value(page: Any, row: int, column: int, cell: Cell, value: int | Fraction | None, styles: _Styles) -> None:
    if value is None:
        page.write_string(row, column, "—")
    elif isinstance(value, Fraction):
        # Six digits are more than a share or a number of months is read to.
        exact = Decimal(value.numerator) / Decimal(value.denominator)
        page.write_number(row, column, exact.quantize(Decimal("0.000001")), styles.forms[cell.unit])
    else:
        page.write_number(
            row, column, Decimal(value).scaleb(-2) if cell.unit == "fen" else value, styles.forms[cell.unit]
        )
