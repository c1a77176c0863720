"""Bills as hospitals send them: a file of bills and a file of lines, taken over together or row by row refused."""

import csv
import hashlib
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.utils.translation import gettext as _

from claims.codes import DeliveryKind, FilingKind, VisitKind
from claims.services import loading_sql
from core import audit, clock, money, secrets, statistics
from core.identity import IdentityNumber
from core.refusal import Refused
from office.services import numbering

LARGEST_FILE = 200 * 1024 * 1024
BILL_COLUMNS = (
    "医疗机构编码", "医院单据号", "证件号码", "姓名", "就诊类别", "备案类型", "入院日期", "出院日期",
    "诊断编码", "诊断名称", "分娩方式", "病种", "总费用",
)  # fmt: skip
OPTIONAL = {"备案类型", "诊断名称", "分娩方式", "病种"}
LINE_COLUMNS = ("医疗机构编码", "医院单据号", "行号", "目录编码", "数量", "单价", "金额")
_DECIMAL = re.compile(r"[0-9]{1,9}(\.[0-9]{1,4})?", re.ASCII)
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)


@dataclass
class Loaded:
    """What came of two files: every row of the bills file is read, and accepted, refused or unchanged."""

    read: int = 0
    accepted: int = 0
    refused: int = 0
    unchanged: int = 0
    errors_path: str = ""
    bill_ids: list[int] = field(default_factory=list)


@dataclass(slots=True)
class _Row:
    number: int
    given: dict[str, str]
    values: list[Any]
    errors: list[str]
    digest: bytes


def load_bills(bills_path: Path, lines_path: Path, *, actor: Any) -> Loaded:
    """Take over two files. Bad bills are refused with all their lines and listed in an error file; the same bill twice
    is left as it is; the same number with other content is refused."""
    lines = _lines(lines_path)
    rows = [_row(number, given, lines) for number, given in _read(bills_path, BILL_COLUMNS, OPTIONAL)]
    outcome = Loaded(read=len(rows))
    with transaction.atomic(), connection.cursor() as cursor:
        loading_sql.stage(cursor, ([*row.values, row.errors, row.digest] for row in rows), _line_values(lines))
        loading_sql.check(cursor, clock.today())
        accepted = loading_sql.accepted_rows(cursor)
        numbers = numbering.block("bill", actor.region, clock.today(), len(accepted)) if accepted else []
        outcome.bill_ids = loading_sql.apply(cursor, list(zip(accepted, numbers, strict=True)), actor.pk, clock.now())
        errors = loading_sql.errors(cursor)
        outcome.unchanged = loading_sql.unchanged(cursor)
        loading_sql.drop(cursor)
        outcome.accepted, outcome.refused = len(outcome.bill_ids), len(errors)
        audit.record(
            actor,
            "claims.bills.loaded",
            None,
            changes={
                "file": bills_path.name,
                "read": outcome.read,
                "accepted": outcome.accepted,
                "refused": outcome.refused,
                "unchanged": outcome.unchanged,
            },
        )
    statistics.refresh_after(outcome.accepted, "claims_bill", "claims_billline")
    if errors:
        outcome.errors_path = str(_write_errors(bills_path, rows, errors))
    return outcome


def _read(path: Path, columns: tuple[str, ...], optional: set[str]) -> Iterator[tuple[int, dict[str, str]]]:
    """Rows with their number in the file (the header is row 1); refuses a wrong header or encoding."""
    if not path.is_file():
        raise Refused(_("找不到文件 %(name)s。请检查路径。") % {"name": path.name})
    if path.stat().st_size > LARGEST_FILE:
        raise Refused(_("文件 %(name)s 超过 200 MB，不能读取。请按月或按机构分开上传。") % {"name": path.name})
    content = path.read_bytes()
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        try:
            text = content.decode("gb18030")
        except UnicodeDecodeError as error:
            raise Refused(
                _("文件 %(name)s 的编码不能识别。请另存为 UTF-8 或 GB18030 后重试。") % {"name": path.name}
            ) from error
    if "\0" in text:
        raise Refused(_("文件 %(name)s 不是文本文件。请按模板另存为 CSV 后重试。") % {"name": path.name})
    reader = csv.reader(io.StringIO(text, newline=""))
    header = [name.strip() for name in next(reader, [])]
    missing = [name for name in columns if name not in header and name not in optional]
    extra = [name for name in header if name not in columns]
    if missing or extra or len(set(header)) != len(header):
        raise Refused(
            _("文件 %(name)s 的列与模板不符：缺少 %(missing)s，多出 %(extra)s。请按模板改正表头后重试。")
            % {"name": path.name, "missing": "、".join(missing) or "无", "extra": "、".join(extra) or "无"}
        )
    for number, cells in enumerate(reader, 2):
        if any(cell.strip() for cell in cells):
            yield number, dict(zip(header, (cell.strip() for cell in cells), strict=False))


def _lines(path: Path) -> dict[tuple[str, str], list[dict[str, str]]]:
    found: dict[tuple[str, str], list[dict[str, str]]] = {}
    for _number, given in _read(path, LINE_COLUMNS, set()):
        found.setdefault((given.get("医疗机构编码", ""), given.get("医院单据号", "")), []).append(given)
    return found


def _row(number: int, given: dict[str, str], lines: dict[tuple[str, str], list[dict[str, str]]]) -> _Row:
    """One bill with typed values; what cannot be read is an error of the row, never an exception."""
    errors: list[str] = []
    key = (given.get("医疗机构编码", ""), given.get("医院单据号", ""))
    own = lines.get(key, [])
    index: bytes | None = None
    try:
        index = secrets.blind_index(IdentityNumber.parse(given.get("证件号码", "")).number)
    except Refused as refusal:
        errors.append(str(refusal))
    admitted, discharged = _day(given, "入院日期", errors), _day(given, "出院日期", errors)
    if admitted and discharged and discharged < admitted:
        errors.append(_("出院日期早于入院日期"))
    visit_kind = _code(given, "就诊类别", VisitKind, errors)
    if visit_kind == VisitKind.SPECIAL_OUTPATIENT and not given.get("病种"):
        errors.append(_("门诊慢特病未填写病种"))
    for name in ("医院单据号", "诊断编码"):
        if not given.get(name):
            errors.append(_("%(name)s为空") % {"name": name})
    if len(key[1]) > 40 or len(given.get("诊断编码", "")) > 20 or len(given.get("诊断名称", "")) > 120:
        errors.append(_("医院单据号、诊断编码或诊断名称过长"))
    total = _fen(given.get("总费用", ""), errors)
    if not own:
        errors.append(_("没有费用明细"))
    for line in own:
        _check_line(line, errors)
    if total is not None and not errors and total != sum(money.parse_yuan(line["金额"]) for line in own):
        errors.append(_("总费用与明细合计不一致"))
    digest = hashlib.sha256(
        "\x1f".join(
            [*(given.get(name, "") for name in BILL_COLUMNS), *("|".join(line.values()) for line in own)]
        ).encode()
    ).digest()
    values = [
        number, *key, index, given.get("姓名", ""), visit_kind, _code(given, "备案类型", FilingKind, errors),
        _code(given, "分娩方式", DeliveryKind, errors), given.get("病种", "")[:40], admitted, discharged,
        given.get("诊断编码", ""), given.get("诊断名称", ""), total,
    ]  # fmt: skip
    return _Row(number, given, values, errors, digest)


def _line_values(lines: dict[tuple[str, str], list[dict[str, str]]]) -> Iterator[list[Any]]:
    """Lines that can be typed; the others have already put their error on the bill."""
    for key, own in lines.items():
        problems: list[str] = []
        for line in own:
            _check_line(line, problems)
        if not problems:
            for line in own:
                yield [
                    *key, int(line["行号"]), line["目录编码"], line["数量"], line["单价"], money.parse_yuan(line["金额"]),
                ]  # fmt: skip


def _check_line(line: dict[str, str], errors: list[str]) -> None:
    where = line.get("行号", "")
    if not (where.isascii() and where.isdigit() and 0 < int(where[:6]) < 100_000 and len(where) < 6):
        errors.append(_("明细行号“%(row)s”不是正整数") % {"row": where[:10]})
    elif not all(_DECIMAL.fullmatch(line.get(name, "")) for name in ("数量", "单价")):
        errors.append(_("明细第 %(row)s 行的数量或单价不是最多四位小数的数字") % {"row": where})
    else:
        _fen(line.get("金额", ""), errors)


def _day(given: dict[str, str], name: str, errors: list[str]) -> date | None:
    text = given.get(name, "")
    try:
        if _DAY.fullmatch(text):
            return date.fromisoformat(text)
    except ValueError:
        pass
    errors.append(_("%(name)s“%(text)s”不是 2018-03-05 形式的日期") % {"name": name, "text": text[:20]})
    return None


def _fen(text: str, errors: list[str]) -> int | None:
    try:
        fen = money.parse_yuan(text)
    except Refused as refusal:
        errors.append(str(refusal))
        return None
    if fen < 0:
        errors.append(_("金额不能为负"))
        return None
    return fen


def _code(given: dict[str, str], name: str, choices: Any, errors: list[str]) -> str:
    """The code of what was written, as its Chinese name or the code itself."""
    text = given.get(name, "")
    if not text and name != "就诊类别":
        return ""
    for code, label in choices.choices:
        if text in (code, str(label)):
            return str(code)
    errors.append(_("%(name)s“%(text)s”不在可选值之内") % {"name": name, "text": text[:20]})
    return ""


def _write_errors(bills_path: Path, rows: list[_Row], errors: dict[int, list[str]]) -> Path:
    """The refused rows as they came, with what is wrong: corrected, the file can be sent again."""
    folder = Path(settings.OUT_DIR)
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{bills_path.stem}-错误.csv"
    with path.open("w", encoding="utf-8-sig", newline="") as out:
        writer = csv.writer(out)
        writer.writerow([*BILL_COLUMNS, "错误"])
        for row in rows:
            if row.number in errors:
                cells = [row.given.get(name, "") for name in BILL_COLUMNS]
                writer.writerow([_safe(cell) for cell in cells] + ["；".join(errors[row.number])])
    return path


def _safe(cell: str) -> str:
    return f"'{cell}" if cell[:1] in ("=", "+", "-", "@", "\t") else cell
