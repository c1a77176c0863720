"""Files made from lists: text cannot become a formula, numbers stay numbers, limits refuse before anything is sent."""

import csv
import io
from datetime import date
from decimal import Decimal

import pytest
from python_calamine import CalamineWorkbook

from core import export
from core.refusal import Refused

HOSTILE = ["=cmd|' /C calc'!A0", "+8613800138000", "-1+2", "@SUM(A1)", "\t=1", "\r=1"]


@pytest.mark.parametrize("text", HOSTILE)
def test_text_that_a_spreadsheet_would_run_gets_an_apostrophe(text: str) -> None:
    assert export.safe_cell(text).startswith("'")


def test_negative_numbers_are_not_text() -> None:
    assert export.safe_cell(Decimal("-12.50")) == Decimal("-12.50")
    assert export.safe_cell(-3) == -3


def test_csv_starts_with_the_mark_and_keeps_rows_whole() -> None:
    target = io.StringIO()
    rows = [["王,小明", Decimal("-12.50"), date(2018, 7, 11), None], ['引"号', Decimal("0.00"), None, "=1+1"]]
    assert export.write_csv(target, ["姓名", "金额", "日期", "备注"], rows) == 2
    text = target.getvalue()
    assert text[0] == "\ufeff"
    assert list(csv.reader(io.StringIO(text[1:]))) == [
        ["姓名", "金额", "日期", "备注"],
        ["王,小明", "-12.50", "2018-07-11", ""],
        ['引"号', "0.00", "", "'=1+1"],
    ]


def test_excel_holds_numbers_dates_and_safe_text() -> None:
    target = io.BytesIO()
    rows = [[text, Decimal("-12.50"), date(2018, 7, 11), 2018] for text in HOSTILE]
    export.write_xlsx(target, ["文字", "金额", "日期", "年度"], rows, sheet="结算[单]")
    read = CalamineWorkbook.from_filelike(io.BytesIO(target.getvalue())).get_sheet_by_index(0).to_python()
    assert read[0] == ["文字", "金额", "日期", "年度"]
    assert [row[0][0] for row in read[1:]] == ["'"] * len(HOSTILE)
    assert read[1][1:] == [-12.5, date(2018, 7, 11), 2018]


def test_a_control_character_does_not_break_the_file() -> None:
    target = io.BytesIO()
    export.write_xlsx(target, ["备注"], [["坏\x01字\x0b符"]])
    assert CalamineWorkbook.from_filelike(io.BytesIO(target.getvalue())).get_sheet_by_index(0).to_python()[1] == [
        "坏字符"
    ]


def test_too_many_rows_are_refused_and_nothing_is_sent() -> None:
    with pytest.raises(Refused, match="导出超过 2 行"):
        export.file_response("csv", "名单", ["号"], ([number] for number in range(3)), limit=2)


def test_the_number_of_rows_is_told_for_the_record() -> None:
    told: list[int] = []
    response = export.file_response("csv", "名单", ["号"], [[1], [2]], limit=2, on_done=told.append)
    assert told == [2]
    content = b"".join(response.streaming_content)
    response.file_to_stream.close()
    assert content.decode("utf-8-sig").split() == ["号", "1", "2"]
    assert response["Cache-Control"] == "no-store"


def test_an_unknown_kind_is_refused() -> None:
    with pytest.raises(Refused, match="exe"):
        export.file_response("exe", "名单", ["号"], [])
