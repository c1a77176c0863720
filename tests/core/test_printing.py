"""Sheets: every character is printed from a font that has it, or the sheet is refused; never a blank."""

import contextlib
import re
import zlib
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
from django.contrib.messages.storage.fallback import FallbackStorage
from django.test import RequestFactory

from core.printing import fonts
from core.printing.responses import pdf_or_browser
from core.printing.sheet import Column, Reason, Sheet
from core.refusal import Refused


def sheet(name: str = "王小明", **more: object) -> Sheet:
    made = Sheet(
        title="医疗费用结算单",
        number="JS201812000001",
        printed_by="张经办",
        printed_at=datetime(2018, 12, 31, 1, 0, tzinfo=UTC),
        **more,
    )
    made.facts([("姓名", name), ("年度", "2018")])
    return made


def streams(pdf: bytes) -> bytes:
    """All packed streams of the file, unpacked."""
    found = []
    for start in re.finditer(rb"/FlateDecode.*?stream\r?\n", pdf, re.DOTALL):
        with contextlib.suppress(zlib.error):
            found.append(zlib.decompressobj().decompress(pdf[start.end() :]))
    return b"\n".join(found)


def test_common_text_needs_one_font() -> None:
    assert fonts.runs("医保发〔2018〕2号：490.00 元 ≥ 70%") == [(fonts.MAIN, "医保发〔2018〕2号：490.00 元 ≥ 70%")]


@pytest.mark.parametrize("character", list("𠮷㛃䶮𬱟"))
def test_rare_characters_of_names_come_from_the_second_font(character: str) -> None:
    assert fonts.runs(f"王{character}明") == [(fonts.MAIN, "王"), (fonts.RARE, character), (fonts.MAIN, "明")]


def test_a_character_in_no_font_is_refused_by_name_before_anything_is_drawn() -> None:
    with pytest.raises(fonts.MissingGlyph, match=r"U\+1F600") as refusal:
        sheet("王😀")
    assert isinstance(refusal.value, Refused)
    assert refusal.value.characters == ["😀"]
    assert "浏览器打印" in str(refusal.value)


def test_every_text_of_a_sheet_is_checked() -> None:
    for add in (
        lambda made: made.heading("😀"),
        lambda made: made.paragraph("😀"),
        lambda made: made.table([Column("😀")], [["一"]]),
        lambda made: made.table([Column("名")], [["😀"]]),
        lambda made: made.table([Column("名")], [["一"]], total=["😀"]),
        lambda made: made.explanation([Reason("一", "1.00", "😀")]),
        lambda made: made.signatures(["😀"]),
    ):
        with pytest.raises(fonts.MissingGlyph):
            add(sheet())
    with pytest.raises(fonts.MissingGlyph):
        Sheet(title="😀")
    with pytest.raises(fonts.MissingGlyph):
        Sheet(title="单", printed_by="😀").build()


def test_variation_selectors_ask_for_no_ink() -> None:
    assert fonts.runs("葛\U000e0100明") == [(fonts.MAIN, "葛明")]


def test_markup_is_escaped_around_runs() -> None:
    assert fonts.markup("<b>𠮷&") == f'&lt;b&gt;<font name="{fonts.RARE}">𠮷</font>&amp;'


def test_a_sheet_embeds_both_fonts_and_a_rare_name_can_be_searched_for() -> None:
    made = sheet("欧阳𠮷")
    made.table([Column("项目"), Column("金额（元）", is_figure=True)], [["床位费", "80.00"]], total=["合计", "80.00"])
    pdf = made.build()
    assert pdf.startswith(b"%PDF-")
    assert b"OfficeRare" in pdf
    assert b"<D842DFB7>" in streams(pdf)


def test_long_tables_go_on_over_pages() -> None:
    made = sheet()
    made.heading("费用明细")
    made.table([Column("项目"), Column("金额（元）", is_figure=True)], [[f"项目{n}", "80.00"] for n in range(120)])
    assert made.build().count(b"/Type /Page\n") >= 3


def test_a_row_of_the_wrong_length_is_an_error_of_ours() -> None:
    with pytest.raises(ValueError, match="2 columns"):
        sheet().table([Column("一"), Column("二")], [["只有一格"]])


def test_a_name_no_font_has_is_printed_by_the_browser_instead() -> None:
    request = RequestFactory().get("/settlements/JS1/print/")
    request.session = {}
    request._messages = FallbackStorage(request)
    answer = pdf_or_browser(request, lambda: sheet("王😀").build(), file_name="单.pdf", browser_url="/settlements/JS1/")
    assert answer.status_code == 302
    assert answer["Location"] == "/settlements/JS1/?print=1"
    assert ["浏览器打印" in str(message) for message in request._messages] == [True]
    answer = pdf_or_browser(SimpleNamespace(), lambda: sheet().build(), file_name="单.pdf", browser_url="/x/")
    assert answer["Content-Type"] == "application/pdf"
