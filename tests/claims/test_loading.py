"""Hospital files: every row accepted, refused with its reason, or unchanged; split as the window splits."""

import csv
from datetime import date
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from claims.models import Bill, BillLine
from claims.services import batch, loading, proofs
from claims.services.lines import LineDraft, split_all, sums
from core.refusal import Refused

LINES = [("D0004", "3", "45.50"), ("M0004", "1", "14000.00"), ("D0031", "2", "19.99"), ("S0014", "1.5", "33.33")]


def write(path: Path, header: tuple[str, ...], rows: list[dict[str, str]], encoding: str = "utf-8") -> Path:
    with path.open("w", encoding=encoding, newline="") as out:
        writer = csv.DictWriter(out, header, restval="")
        writer.writeheader()
        writer.writerows(rows)
    return path


@pytest.fixture
def files(world: SimpleNamespace, tmp_path: Path, settings: Any) -> SimpleNamespace:
    settings.OUT_DIR = tmp_path / "out"
    person = world.insured()
    made = SimpleNamespace(bills=[], lines=[], person=person)

    def add(number: str = "ZY1", lines: Any = LINES, **more: str) -> None:
        code = world.providers["two"].code
        drafts = [LineDraft(item, Decimal(quantity), Decimal(price)) for item, quantity, price in lines]
        total = sum(draft.amount_fen for draft in drafts)
        made.bills.append(
            {
                "医疗机构编码": code, "医院单据号": number, "证件号码": person.identity(), "姓名": person.name,
                "就诊类别": "住院", "入院日期": "2018-03-01", "出院日期": "2018-03-09", "诊断编码": "I10",
                "总费用": f"{total // 100}.{total % 100:02d}", **more,
            }
        )  # fmt: skip
        for place, draft in enumerate(drafts, 1):
            fen = draft.amount_fen
            made.lines.append(
                {
                    "医疗机构编码": made.bills[-1]["医疗机构编码"], "医院单据号": number, "行号": str(place),
                    "目录编码": draft.item_code, "数量": str(draft.quantity), "单价": str(draft.unit_price),
                    "金额": f"{fen // 100}.{fen % 100:02d}",
                }
            )  # fmt: skip

    def load(encoding: str = "utf-8") -> Any:
        bills = write(tmp_path / "bills.csv", loading.BILL_COLUMNS, made.bills, encoding)
        lines = write(tmp_path / "lines.csv", loading.LINE_COLUMNS, made.lines, encoding)
        return loading.load_bills(bills, lines, actor=world.city_claims)

    made.add, made.load, made.path = add, load, tmp_path
    return made


@pytest.mark.django_db
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_bill_is_split_as_the_window_splits_it(files: SimpleNamespace, encoding: str) -> None:
    files.add()
    loaded = files.load(encoding)
    assert (loaded.read, loaded.accepted, loaded.refused) == (1, 1, 0)
    drafts = [LineDraft(item, Decimal(quantity), Decimal(price)) for item, quantity, price in LINES]
    expected = split_all(drafts, date(2018, 3, 9))
    rows = list(BillLine.everywhere.order_by("line_number"))
    for row, line in zip(rows, expected, strict=True):
        assert (row.full_self_fen, row.over_limit_fen, row.first_self_fen, row.in_scope_fen) == (
            line.full_self_fen, line.over_limit_fen, line.first_self_fen, line.in_scope_fen,
        )  # fmt: skip
    bill = Bill.everywhere.get()
    assert bill.sums == sums(expected)
    assert (bill.state, bill.filing, bill.is_local, bill.stay_days, bill.line_count) == ("waiting", "local", True, 8, 4)
    assert proofs.first_fault() == ""


@pytest.mark.django_db
def test_the_same_files_twice_change_nothing(files: SimpleNamespace) -> None:
    files.add()
    files.load()
    again = files.load()
    assert (again.accepted, again.unchanged, again.refused) == (0, 1, 0)
    files.bills[0]["诊断编码"] = "J18"
    changed = files.load()
    assert (changed.accepted, changed.unchanged, changed.refused) == (0, 0, 1)
    assert Bill.everywhere.count() == 1


@pytest.mark.django_db
def test_each_bad_row_is_refused_with_its_reason_and_no_other(files: SimpleNamespace, world: SimpleNamespace) -> None:
    files.add("GOOD")
    number = files.person.identity()
    files.add("B01", 证件号码=number[:-1] + ("1" if number[-1] == "0" else "0"))
    files.add("B02", 姓名="别人")
    files.add("B03", 医疗机构编码="H99999999999")
    files.add("B04", 出院日期="2018-02-30")
    files.add("B05", 入院日期="2018-03-10")
    files.add("B06", 就诊类别="住店")
    files.add("B07", 总费用="1.00")
    files.add("B08", [("X9999", "1", "5.00")])
    files.add("B09", 出院日期="2019-03-10")
    files.add("B10", 分娩方式="顺产")
    files.add("B11", 备案类型="转诊")
    files.add("B12", 总费用="一百")
    files.add("B13", 就诊类别="门诊慢特病")
    files.add("GOOD")
    files.lines = [line for line in files.lines if not (line["医院单据号"] == "GOOD" and line is files.lines[-1])]
    files.lines = files.lines[: len(files.lines) - 3]
    loaded = files.load()
    assert (loaded.read, loaded.accepted, loaded.refused) == (15, 1, 14)
    with Path(loaded.errors_path).open(encoding="utf-8-sig") as given:
        reasons = {row["医院单据号"]: row["错误"] for row in csv.DictReader(given)}
    for number, words in {
        "B01": "校验", "B02": "姓名与参保登记不一致", "B03": "未登记", "B04": "日期", "B05": "早于入院日期", "B06": "住店",
        "B07": "合计不一致", "B08": "X9999", "B09": "晚于今天", "B10": "分娩", "B11": "本地就医", "B12": "一百", "B13": "病种",
        "GOOD": "多次",
    }.items():  # fmt: skip
        assert words in reasons[number], (number, reasons[number])
    assert batch.settle_all(loaded.bill_ids, actor=world.city_claims).settled == 1


@pytest.mark.django_db
def test_wrong_files_are_refused_in_words(files: SimpleNamespace, world: SimpleNamespace) -> None:
    files.add()
    files.load()
    for content, words in ((b"a,b\n1,2\n", "列与模板不符"), (b"\x00\x01", "不是文本文件"), (b"\xff\xff\xff", "编码")):
        bad = files.path / "bad.csv"
        bad.write_bytes(content)
        with pytest.raises(Refused, match=words):
            loading.load_bills(bad, files.path / "lines.csv", actor=world.city_claims)
    with pytest.raises(Refused, match="找不到"):
        loading.load_bills(files.path / "none.csv", files.path / "lines.csv", actor=world.city_claims)
