"""A builder for A4 sheets: title, facts, tables, explanations, signatures; each page says number and who printed it.

    sheet = Sheet(title="医疗费用结算单", number="JS201812000001", printed_by="张经办", printed_at=clock.now())
    sheet.facts([("姓名", "王小明"), ("年度", "2018")])
    sheet.table([Column("项目"), Column("金额（元）", is_figure=True)], [["床位费", "80.00"]], total=["合计", "80.00"])
    pdf = sheet.build()

Money arrives as text already formatted (``core.money.yuan``).
"""

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from reportlab.lib import colors
from reportlab.lib.enums import TA_CENTER, TA_RIGHT
from reportlab.lib.pagesizes import A4, landscape
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    CondPageBreak,
    Flowable,
    KeepTogether,
    Paragraph,
    SimpleDocTemplate,
    Spacer,
    Table,
    TableStyle,
)

from core.printing import fonts

MARGIN = 15 * mm
SIZE = 9.0
RULE = colors.HexColor("#8a8f98")
SHADE = colors.HexColor("#eef0f3")


@dataclass(frozen=True)
class Column:
    """One column of a table; figures stand right and are never broken over lines."""

    label: str
    is_figure: bool = False


@dataclass(frozen=True)
class Reason:
    """One line of an explanation: what, how much, by which clause; ``depth`` indents what it is made of."""

    name: str
    value: str = ""
    clause: str = ""
    depth: int = 0


def _style(name: str, **changes: Any) -> ParagraphStyle:
    base: dict[str, Any] = {"fontName": fonts.MAIN, "fontSize": SIZE, "leading": SIZE * 1.4, "wordWrap": "CJK"}
    return ParagraphStyle(name, **{**base, **changes})


class Sheet:
    """One document. Calls add to it from top to bottom; ``build`` gives the bytes."""

    def __init__(
        self,
        *,
        title: str,
        number: str = "",
        office: str = "",
        printed_by: str = "",
        printed_at: datetime | None = None,
        is_illustrative: bool = False,
        is_landscape: bool = False,
    ) -> None:
        fonts.register()
        self.title, self.number, self.printed_by, self.printed_at = title, number, printed_by, printed_at
        self.page_size = landscape(A4) if is_landscape else A4
        self.frame_width = self.page_size[0] - 2 * MARGIN
        self._body = _style("body")
        self._figure = _style("figure", alignment=TA_RIGHT, wordWrap=None)
        self._small = _style("small", fontSize=8, leading=11, textColor=colors.HexColor("#555555"))
        self._flow: list[Flowable] = []
        if office:
            self._add(office, _style("office", alignment=TA_CENTER, fontSize=11, leading=15))
        self._add(title, _style("title", alignment=TA_CENTER, fontSize=16, leading=23))
        if is_illustrative:
            self._add(
                _("示例：含有不是来自文件的数据"),
                _style("mark", alignment=TA_CENTER, textColor=colors.HexColor("#7b3fa0")),
            )
        self._flow.append(Spacer(1, 3 * mm))

    def _add(self, text: str, style: ParagraphStyle) -> None:
        self._flow.append(Paragraph(fonts.markup(text), style))

    # --- what a sheet is made of ---

    def heading(self, text: str) -> None:
        """A line above the next part, never alone at the foot of a page."""
        self._flow.append(CondPageBreak(30 * mm))
        self._add(text, _style("heading", fontSize=10.5, leading=15, spaceBefore=3 * mm, spaceAfter=1 * mm))

    def paragraph(self, text: str) -> None:
        """Running text."""
        self._add(text, _style("paragraph", spaceAfter=1.5 * mm))

    def facts(self, facts: Iterable[tuple[str, str]], *, across: int = 3) -> None:
        """A grid of label and value, ``across`` pairs in a row."""
        cells: list[Any] = [
            cell
            for label, value in facts
            for cell in (Paragraph(fonts.markup(label), self._small), Paragraph(fonts.markup(value or "—"), self._body))
        ]
        if not cells:
            return
        cells += [""] * (-len(cells) % (2 * across))
        rows = [cells[start : start + 2 * across] for start in range(0, len(cells), 2 * across)]
        pair = self.frame_width / across
        label_width = min(24 * mm, pair * 0.4)
        table = Table(rows, colWidths=[label_width, pair - label_width] * across)
        table.setStyle(
            TableStyle(
                [
                    ("GRID", (0, 0), (-1, -1), 0.4, RULE),
                    ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
                    *(("BACKGROUND", (2 * n, 0), (2 * n, -1), SHADE) for n in range(across)),
                    ("TOPPADDING", (0, 0), (-1, -1), 2),
                    ("BOTTOMPADDING", (0, 0), (-1, -1), 3),
                ]
            )
        )
        self._flow += [table, Spacer(1, 3 * mm)]

    def table(
        self,
        columns: Sequence[Column],
        rows: Iterable[Sequence[str]],
        *,
        total: Sequence[str] | None = None,
        empty: str = "",
    ) -> None:
        """A table whose head repeats on each page; ``total`` is a last row set apart."""
        lines = [[str(cell) for cell in row] for row in rows]
        if not lines and total is None:
            self.paragraph(empty or _("无记录。"))
            return
        written = lines + ([[str(cell) for cell in total]] if total is not None else [])
        for line in written:
            if len(line) != len(columns):
                raise ValueError(f"a row of {len(line)} cells in a table of {len(columns)} columns")
        widths = self._widths(columns, written)
        head = [
            Paragraph(fonts.markup(column.label), self._figure if column.is_figure else self._body)
            for column in columns
        ]
        body = [
            [
                Paragraph(fonts.markup(cell), self._figure if column.is_figure else self._body)
                for column, cell in zip(columns, line, strict=True)
            ]
            for line in written
        ]
        table = Table([head, *body], colWidths=widths, repeatRows=1)
        table.setStyle(
            TableStyle(
                [
                    ("GRID", (0, 0), (-1, -1), 0.4, RULE),
                    ("BACKGROUND", (0, 0), (-1, 0), SHADE),
                    ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
                    ("TOPPADDING", (0, 0), (-1, -1), 1.5),
                    ("BOTTOMPADDING", (0, 0), (-1, -1), 2.5),
                    *([("BACKGROUND", (0, -1), (-1, -1), SHADE)] if total is not None else []),
                ]
            )
        )
        self._flow += [table, Spacer(1, 3 * mm)]

    def _widths(self, columns: Sequence[Column], lines: list[list[str]]) -> list[float]:
        """Figures get the room their widest value needs; texts share the rest by their own need."""
        needed = [
            max(fonts.width(text, SIZE) for text in (column.label, *(line[n] for line in lines))) + 13
            for n, column in enumerate(columns)
        ]
        figures = sum(width for width, column in zip(needed, columns, strict=True) if column.is_figure)
        texts = sum(width for width, column in zip(needed, columns, strict=True) if not column.is_figure)
        room = self.frame_width - figures
        if not texts:
            return [width * self.frame_width / figures for width in needed]
        if room < 18 * mm * sum(not column.is_figure for column in columns):
            raise ValueError("the figures leave no room for the texts: use a landscape sheet or fewer columns")
        return [
            width if column.is_figure else width * room / texts for width, column in zip(needed, columns, strict=True)
        ]

    def explanation(self, reasons: Iterable[Reason]) -> None:
        """Why the figures are what they are: each line with its amount and the clause it follows."""
        rows = []
        for reason in reasons:
            indent = _style("reason", leftIndent=reason.depth * 10)
            name = fonts.markup(reason.name)
            if reason.clause:
                name += f' <font size="7.5" color="#555555">{fonts.markup(f"〔{reason.clause}〕")}</font>'
            rows.append([Paragraph(name, indent), Paragraph(fonts.markup(reason.value), self._figure)])
        if not rows:
            return
        table = Table(rows, colWidths=[self.frame_width - 34 * mm, 34 * mm])
        table.setStyle(
            TableStyle(
                [
                    ("LINEBELOW", (0, 0), (-1, -1), 0.25, RULE),
                    ("VALIGN", (0, 0), (-1, -1), "TOP"),
                    ("TOPPADDING", (0, 0), (-1, -1), 1),
                    ("BOTTOMPADDING", (0, 0), (-1, -1), 2),
                ]
            )
        )
        self._flow += [table, Spacer(1, 3 * mm)]

    def signatures(self, labels: Sequence[str]) -> None:
        """Places to sign, kept together on one page."""
        cells = [Paragraph(fonts.markup(f"{label}："), self._body) for label in labels]
        table = Table([cells], colWidths=[self.frame_width / len(cells)] * len(cells), rowHeights=[14 * mm])
        self._flow.append(KeepTogether([Spacer(1, 4 * mm), table]))

    # --- the file ---

    def build(self) -> bytes:
        """The PDF; raises MissingGlyph when a character is in no font (already when it was added, for most texts)."""
        buffer = io.BytesIO()
        footer = self._footer_words()
        document = SimpleDocTemplate(
            buffer,
            pagesize=self.page_size,
            leftMargin=MARGIN,
            rightMargin=MARGIN,
            topMargin=14 * mm,
            bottomMargin=18 * mm,
            title=self.title,
            author="",
            creator=_("城乡居民医保"),
            subject=self.number,
        )
        document.build(self._flow, canvasmaker=lambda *args, **more: _NumberedCanvas(footer, *args, **more))
        return buffer.getvalue()

    def _footer_words(self) -> str:
        words = []
        if self.number:
            words.append(_("编号 %s") % self.number)
        if self.printed_by:
            words.append(_("打印人 %s") % self.printed_by)
        if self.printed_at:
            words.append(_("打印时间 %s") % localtime(self.printed_at).strftime("%Y-%m-%d %H:%M"))
        return "    ".join(words)


class _NumberedCanvas(Canvas):
    """A canvas that writes the footer when the number of pages is known."""

    def __init__(self, footer: str, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self._footer_runs = fonts.runs(footer)
        self._pages: list[dict[str, Any]] = []

    def showPage(self) -> None:  # noqa: N802 - the library's name
        self._pages.append(dict(self.__dict__))
        self._startPage()  # type: ignore[attr-defined]

    def save(self) -> None:
        for number, page in enumerate(self._pages, start=1):
            self.__dict__.update(page)
            self._write_footer(number, len(self._pages))
            super().showPage()
        super().save()

    def _write_footer(self, number: int, count: int) -> None:
        page_width = self._pagesize[0]  # type: ignore[attr-defined]
        self.setStrokeColor(RULE)
        self.setLineWidth(0.4)
        self.line(MARGIN, 13 * mm, page_width - MARGIN, 13 * mm)
        text = self.beginText(MARGIN, 9 * mm)
        for font, piece in self._footer_runs:
            text.setFont(font, 8)
            text.textOut(piece)
        self.drawText(text)
        self.setFont(fonts.MAIN, 8)
        self.drawRightString(
            page_width - MARGIN, 9 * mm, _("第 %(number)d 页，共 %(count)d 页") % {"number": number, "count": count}
        )
