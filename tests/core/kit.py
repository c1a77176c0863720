"""What the tests of the core share: a person at work, and a small kind of list that writes into heartbeats."""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from typing import Any

import xlsxwriter
from django.db.models import Q

from core import staging


@dataclass(frozen=True)
class Clerk:
    """A person at work, as the core sees one."""

    pk: int = 7
    name: str = "王办事"
    permissions: frozenset[str] = frozenset({"core.test_import", "office.jobs"})
    codes: tuple[str, ...] = ("230800",)
    is_active: bool = True
    is_authenticated: bool = True

    def can(self, permission: str) -> bool:
        return permission in self.permissions

    def region_filter(self, path: str) -> Q:
        return Q(**{f"{path}__code__in": self.codes})

    def region_code_filter(self, field_name: str) -> Q:
        return Q(**{f"{field_name}__in": self.codes})


@dataclass(frozen=True)
class Area:
    """A region, as the core sees one."""

    pk: int = 1
    code: str = "230800"
    name: str = "佳木斯市"


@dataclass
class Calls:
    """How often the kind's functions ran, and where to break off."""

    applied: list[tuple[int, int]] = field(default_factory=list)
    break_at_row: int | None = None


def apply_to_heartbeats(chunk: staging.Chunk, cursor: Any) -> None:
    """Upsert name -> day; keeps the earlier day for the undo. The name 'x' breaks the column's length."""
    cursor.execute(
        f"""
        UPDATE core_importrow r SET before = jsonb_build_object('at', h.at)
        FROM core_heartbeat h WHERE {chunk.rows} AND h.name = r.values->>'name'
        """,
        chunk.params,
    )
    cursor.execute(
        f"""
        INSERT INTO core_heartbeat (name, at)
        SELECT CASE r.values->>'name' WHEN '太长' THEN repeat('长', 60) ELSE r.values->>'name' END,
               (r.values->>'seen_on')::timestamp AT TIME ZONE 'Asia/Shanghai'
        FROM core_importrow r WHERE {chunk.rows}
        ON CONFLICT (name) DO UPDATE SET at = excluded.at
        """,
        chunk.params,
    )


def undo_heartbeats(batch: Any, cursor: Any) -> None:
    cursor.execute(
        """
        DELETE FROM core_heartbeat h USING core_importrow r
        WHERE r.batch_id = %(batch)s AND r.outcome = 'accepted' AND r.before IS NULL AND h.name = r.values->>'name'
        """,
        staging.parameters_of(batch),
    )
    cursor.execute(
        """
        UPDATE core_heartbeat h SET at = (r.before->>'at')::timestamptz FROM core_importrow r
        WHERE r.batch_id = %(batch)s AND r.outcome = 'accepted' AND r.before IS NOT NULL AND h.name = r.values->>'name'
        """,
        staging.parameters_of(batch),
    )


COLUMNS = (
    staging.Column("姓名", "name", kind="name", required=True, max_length=40, sample="张三"),
    staging.Column("身份证号", "identity_number", kind="identity", required=True, aliases=("证件号码",), sample="示例"),
    staging.Column("日期", "seen_on", kind="date", required=True),
    staging.Column("金额", "paid_fen", kind="yuan", least=0),
    staging.Column("类别", "category", kind="code", choices={"成年": "adult", "学生": "pupil"}),
    staging.Column("电话", "phone", kind="phone"),
)

KIND = staging.ImportKind(
    code="core.test",
    title="测试名单",
    columns=COLUMNS,
    permission="core.test_import",
    unique=("identity_number",),
    checks=(
        staging.Check("banned", "此人已登记死亡", where="r.values->>'name' = '亡者'"),
        staging.Check("large", "金额异常大", where="(r.values->>'paid_fen')::bigint > 100000000", is_warning=True),
    ),
    effects="""
        SELECT r.row_number, CASE WHEN h.name IS NULL THEN 'new' WHEN (h.at AT TIME ZONE 'Asia/Shanghai')::date = (r.values->>'seen_on')::date THEN 'same'
               ELSE 'changed' END AS effect, coalesce('日期：' || (h.at AT TIME ZONE 'Asia/Shanghai')::date || ' → ' || (r.values->>'seen_on'), '') AS detail
        FROM core_importrow r LEFT JOIN core_heartbeat h ON h.name = r.values->>'name'
        WHERE r.batch_id = %(batch)s AND r.errors = '{}'
    """,
    apply=apply_to_heartbeats,
    undo=undo_heartbeats,
    undo_refusals="""
        SELECT r.row_number, '日期已被再次修改' AS message FROM core_importrow r JOIN core_heartbeat h ON h.name = r.values->>'name'
        WHERE r.batch_id = %(batch)s AND r.outcome = 'accepted' AND (h.at AT TIME ZONE 'Asia/Shanghai')::date <> (r.values->>'seen_on')::date
    """,
)

HEADINGS = ["姓名", "身份证号", "日期", "金额", "类别", "电话"]


def number_of(serial: int, birth: str = "19900307") -> str:
    """A valid identity number, another one for each serial."""
    from core import identity

    first = f"2308{serial // 1000 % 100:02d}{birth}{serial % 1000:03d}"
    return first + identity.check_digit(first)


def wrong_number_of(serial: int) -> str:
    """The same with a wrong check digit."""
    right = number_of(serial)
    return right[:-1] + ("1" if right[-1] != "1" else "2")


def line(serial: int, **changes: str) -> list[str]:
    """A good row."""
    values = {
        "姓名": "张" + "".join(chr(0x5B50 + int(digit)) for digit in str(serial)),
        "身份证号": number_of(serial),
        "日期": "2018-07-11",
        "金额": "1,234.50",
        "类别": "成年",
        "电话": "13812348000",
    }
    return [str(value) for value in {**values, **changes}.values()]


def csv_of(lines: list[list[str]], headings: list[str] | None = None) -> str:
    """The list as CSV text, quoted where needed."""
    return "\r\n".join(
        ",".join(f'"{cell}"' if "," in cell else cell for cell in row) for row in [headings or HEADINGS, *lines]
    )


def xlsx_of(lines: list[list[Any]], headings: list[str] | None = None) -> bytes:
    """The list as a spreadsheet; numbers stay numbers."""
    content = io.BytesIO()
    book = xlsxwriter.Workbook(content, {"strings_to_formulas": False})
    sheet = book.add_worksheet()
    for number, row in enumerate([headings or HEADINGS, *lines]):
        for place, cell in enumerate(row):
            if callable(cell):
                cell(sheet, number, place, book)
            elif isinstance(cell, (int, float)):
                sheet.write_number(number, place, cell)
            else:
                sheet.write_string(number, place, cell)
    book.close()
    return content.getvalue()
