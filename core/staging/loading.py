"""From file to staging: find the header, read each row's cells, COPY in chunks that survive a killed worker."""

import functools
import itertools
import json
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from core import clock, secrets, statistics
from core.jobs import RunningJob
from core.models import ImportBatch
from core.refusal import Refused
from core.staging import cells, files
from core.staging.kinds import Column, ImportKind, choices_of

CHUNK_ROWS = 5_000
HEADER_WITHIN = 10
# What our own error files add; read again without a word.
ERROR_HEADING, ROW_HEADING = "错误原因", "原行号"

_REMARK = re.compile(r"[(（\[【].*?[)）\]】]")
_BLANK = re.compile(r"['\s]*")
_NOISE = re.compile(r"[\s*＊:：]+")
_COPY = (
    "COPY core_importrow (batch_id, row_number, raw, values, secrets, identity_index, identity_cipher, cell_errors, errors,"
    " warnings, effect, detail, outcome) FROM STDIN"
)


@dataclass
class Layout:
    """Which column stands where in this file, and what is to be said about its header."""

    header_row: int
    headings: list[str]
    columns: list[tuple[int, Column]]
    width: int
    notices: list[str] = field(default_factory=list)


@functools.lru_cache(maxsize=1_000)
def heading(text: Any) -> str:
    """A heading in the form in which headings are compared: half width, no spaces, no asterisks."""
    return _NOISE.sub("", unicodedata.normalize("NFKC", cells.text_of(text)))


def find_layout(kind: ImportKind, rows: Iterator[files.Row]) -> tuple[Layout, Iterator[files.Row]]:
    """The header among the first rows, and the rows that follow; refuses a file that lacks a required column."""
    first = list(itertools.islice(rows, HEADER_WITHIN))
    if not first:
        raise Refused(_("文件里没有任何行。请按模板填写后重新上传。"), code="empty")
    known = _known_headings(kind)
    number, row = max(first, key=lambda item: sum(_matches(known, cell) is not None for cell in item[1]))
    found: dict[str, int] = {}
    notices: list[str] = []
    ignored: list[str] = []
    for position, cell in enumerate(row):
        column = _matches(known, cell)
        if column is None:
            text = heading(cell)
            if text and text not in (ERROR_HEADING, ROW_HEADING):
                ignored.append(text[:20])
        elif column.field in found:
            raise Refused(
                _("表头“%(name)s”出现了两次，无法判断以哪一列为准。请删去多余的一列后重新上传。")
                % {"name": column.name},
                code="header_twice",
            )
        else:
            found[column.field] = position
    missing = [column.name for column in kind.columns if column.required and column.field not in found]
    if missing:
        raise Refused(
            _("表头缺少必需的列：%(names)s。请下载模板，对照后重新上传。") % {"names": "、".join(missing)},
            code="header_missing",
        )
    if ignored:
        notices.append(_("这些列不在模板中，没有读取：%(names)s。") % {"names": "、".join(ignored)})
    headings = [cells.shown(cell).strip() for cell in row]
    while headings and not headings[-1]:
        headings.pop()
    layout = Layout(
        header_row=number,
        headings=headings,
        columns=[(found[column.field], column) for column in kind.columns if column.field in found],
        width=len(headings),
        notices=notices,
    )
    rest = itertools.chain((item for item in first if item[0] > number), rows)
    return layout, rest


def _known_headings(kind: ImportKind) -> dict[str, Column]:
    return {heading(name): column for column in kind.columns for name in (column.name, *column.aliases)}


def _matches(known: dict[str, Column], cell: Any) -> Column | None:
    text = heading(cell)
    return known.get(text) or known.get(heading(_REMARK.sub("", cells.text_of(cell))))


class RowReader:
    """Turns the cells of one row into what staging keeps of it."""

    def __init__(self, kind: ImportKind, batch: ImportBatch, layout: Layout, *, is_1904: bool) -> None:
        self.layout = layout
        today = clock.today()
        first_identity = kind.identity_column
        self.columns = [
            (
                position,
                column,
                cells.reader(
                    column,
                    today=today,
                    is_first_identity=column is first_identity,
                    choices=choices_of(column, batch),
                    is_1904=is_1904,
                ),
            )
            for position, column in layout.columns
        ]
        self.own_columns = [heading(text) in (ERROR_HEADING, ROW_HEADING) for text in layout.headings]
        self.header = [heading(text) for text in layout.headings]
        self.first = min(position for position, _column in layout.columns)
        self.dump = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode

    def is_blank(self, row: list[Any]) -> bool:
        """Nothing stands in the row, but for what an error file of ours added."""
        own = self.own_columns
        return not any(
            cell not in ("", None)
            and (type(cell) is not str or cell.strip())
            and not (position < len(own) and own[position])
            for position, cell in enumerate(row)
        )

    def is_header(self, row: list[Any]) -> bool:
        """The header again, as it stands in pages that were pasted one below the other."""
        cell = row[self.first] if len(row) > self.first else ""
        if type(cell) is not str or len(cell) > 60 or heading(cell) != self.header[self.first]:
            return False
        return len(row) >= len(self.header) and all(
            heading(cell) == text for cell, text in zip(row, self.header, strict=False)
        )

    def read(self, batch_id: int, number: int, row: list[Any]) -> tuple[Any, ...]:
        """The staging row for COPY."""
        values: dict[str, Any] = {}
        errors: list[str] = []
        hidden: dict[int, str] = {}
        secret_positions: list[int] = []
        index = cipher = None
        length = len(row)
        for position, column, read in self.columns:
            cell = row[position] if position < length else ""
            if column.is_secret:
                secret_positions.append(position)
            if cell == "" or cell is None or (type(cell) is str and _BLANK.fullmatch(cell)):
                if column.required:
                    errors.append(_("%(name)s：没有填写") % {"name": column.name})
                continue
            try:
                found = read(cell, values)
            except Refused as refusal:
                message = str(refusal)
                errors.append(message if message.startswith(column.name) else f"{column.name}：{message}")
                if column.is_secret:
                    hidden[position] = cells.shown(cell)
            else:
                if found is not None:
                    index, cipher = found
        if length > self.layout.width and any(cell not in ("", None) for cell in row[self.layout.width :]):
            errors.append(_("本行的列数多于表头，可能有单元格错位"))
        raw = [
            None if position in secret_positions else cells.shown(cell)[: files.CELL_CHARACTERS]
            for position, cell in enumerate(row[: self.layout.width])
        ]
        # Other cells may hold a number that belongs into a secret column; where the row is wrong, none of it stays in clear.
        kept = secrets.encrypt(self.dump(hidden)) if hidden else None
        found_errors = errors or []
        return (
            batch_id, number, self.dump(raw), self.dump(values), kept, index, cipher, found_errors, found_errors, [], "", "", "",
        )  # fmt: skip


# Below so many rows a plan made for none is good enough.
SMALLEST_TO_REFRESH = 100


def load(kind: ImportKind, batch: ImportBatch, job: RunningJob) -> None:
    """Bring all rows of the batch's file into staging, from where an interrupted attempt stopped."""
    content = secrets.decrypt_bytes(batch.file.content)
    sheet = files.read(content, batch.file_name)
    layout, rows = find_layout(kind, sheet.rows)
    reader = RowReader(kind, batch, layout, is_1904=sheet.is_1904)
    upto = int(job.checkpoint.get("row", 0))
    count = int(job.checkpoint.get("count", 0))
    repeated = list(job.checkpoint.get("repeated", []))
    if not upto:
        with job.transaction(), connection.cursor() as cursor:
            cursor.execute("DELETE FROM core_importrow WHERE batch_id = %s", [batch.pk])
    pending = ((number, row) for number, row in rows if number > upto)
    while chunk := list(itertools.islice(pending, CHUNK_ROWS)):
        with job.transaction():
            with connection.cursor() as cursor, cursor.copy(_COPY) as copy:
                for number, row in chunk:
                    if reader.is_blank(row):
                        continue
                    if reader.is_header(row):
                        repeated.append(number)
                        continue
                    copy.write_row(reader.read(batch.pk, number, row))
                    count += 1
            if count > kind.max_rows:
                raise Refused(
                    _("文件超过 %(limit)s 行，没有导入。请分成几个文件。") % {"limit": f"{kind.max_rows:,}"},
                    code="too_many_rows",
                )
            # The mark commits with its rows: whoever takes over after a kill goes on with the row that follows.
            job.progress(
                done=chunk[-1][0],
                total=max(sheet.estimate + 1, chunk[-1][0]),
                message=_("已读取 %(count)s 行") % {"count": f"{count:,}"},
                checkpoint={"row": chunk[-1][0], "count": count, "repeated": repeated},
            )
    if not count:
        raise Refused(_("表头下面没有任何数据行。请填写后重新上传。"), code="empty")
    if count >= SMALLEST_TO_REFRESH:
        statistics.refresh("core_importrow")
    notices = list(layout.notices)
    if repeated:
        shown = "、".join(map(str, repeated[:10]))
        notices.append(_("第 %(rows)s 行是重复的表头，已跳过。") % {"rows": shown})
    batch.headers, batch.notices, batch.read_count = layout.headings, notices, count
    batch.save(update_fields=["headers", "notices", "read_count"])
