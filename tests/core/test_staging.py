"""The import engine on good and hostile files. Here belongs what a file can do to the office; speed is measured elsewhere."""

import io
import zipfile
from collections.abc import Callable

import pytest
import python_calamine
from django.db import connection
from django.utils import timezone

from core import identity, jobs, staging
from core.models import AuditEntry, Heartbeat, ImportBatch, ImportFile, ImportRow, Job
from core.refusal import Forbidden, Refused
from core.staging import files
from tests.core import kit

pytestmark = pytest.mark.django_db

CLERK, AREA = kit.Clerk(), kit.Area()


@pytest.fixture(autouse=True)
def _kind() -> None:
    staging.register(kit.KIND)


def checked(content: bytes | str, name: str = "名单.csv") -> ImportBatch:
    """A batch after its check."""
    content = content.encode() if isinstance(content, str) else content
    batch = staging.receive(content, "core.test", actor=CLERK, region=AREA, file_name=name)
    jobs.run_now(staging.job_of(batch))
    batch.refresh_from_db()
    return batch


def applied(content: bytes | str) -> ImportBatch:
    batch = checked(content)
    jobs.run_now(staging.confirm(batch, actor=CLERK))
    batch.refresh_from_db()
    return batch


def refusal_of(content: bytes | str) -> str:
    """What the clerk is told about a file that is no list."""
    content = content.encode() if isinstance(content, str) else content
    batch = staging.receive(content, "core.test", actor=CLERK, region=AREA, file_name="名单.xlsx")
    with pytest.raises(Refused) as caught:
        jobs.run_now(staging.job_of(batch))
    batch.refresh_from_db()
    assert batch.state == "refused"
    assert batch.message == str(caught.value)
    assert not bytes(ImportFile.everywhere.get(batch=batch).content)
    assert not ImportRow.everywhere.filter(batch=batch).exists()
    return batch.message


def errors_of(batch: ImportBatch) -> dict[int, list[str]]:
    return dict(ImportRow.everywhere.filter(batch=batch).exclude(errors=[]).values_list("row_number", "errors"))


# --- The whole way -------------------------------------------------------------------------------------------------------


def test_a_list_goes_from_file_to_register_and_every_row_is_accounted_for() -> None:
    Heartbeat.everywhere.create(name="张三", at=timezone.make_aware(timezone.datetime(2018, 7, 11)))
    Heartbeat.everywhere.create(name="张四", at=timezone.make_aware(timezone.datetime(2018, 1, 1)))
    lines = [
        kit.line(1),
        kit.line(2, 姓名="张三"),
        kit.line(3, 姓名="张四"),
        kit.line(4, 姓名="亡者"),
        kit.line(5, 日期="2018-02-30"),
    ]
    batch = checked(kit.csv_of(lines))
    assert (batch.state, batch.read_count, batch.valid_count) == ("checked", 5, 3)
    assert (batch.new_count, batch.changed_count, batch.unchanged_count, batch.refused_count) == (1, 1, 1, 2)
    assert Heartbeat.everywhere.count() == 2, "the preview changes nothing"
    assert {row.row_number: row.detail for row in staging.rows(batch, "changed")} == {
        4: "日期：2018-01-01 → 2018-07-11"
    }
    assert errors_of(batch) == {5: ["此人已登记死亡"], 6: ["日期：没有 2018-02-30 这一天"]}

    jobs.run_now(staging.confirm(batch, actor=CLERK))
    batch.refresh_from_db()
    assert batch.state == "applied"
    assert (batch.accepted_count, batch.refused_count, batch.unchanged_count) == (2, 2, 1)
    assert batch.read_count == batch.accepted_count + batch.refused_count + batch.unchanged_count
    assert Heartbeat.everywhere.count() == 3
    acts = list(AuditEntry.everywhere.filter(object_id=str(batch.pk)).order_by("id").values_list("act", "actor_name"))
    assert acts == [
        ("core.import.received", "王办事"),
        ("core.import.confirmed", "王办事"),
        ("core.import.applied", "王办事"),
    ]


def test_a_batch_can_be_undone_while_nothing_later_touched_it() -> None:
    before = timezone.make_aware(timezone.datetime(2018, 1, 1))
    Heartbeat.everywhere.create(name="张四", at=before)
    batch = applied(kit.csv_of([kit.line(1), kit.line(3, 姓名="张四")]))
    jobs.run_now(staging.undo(batch, actor=CLERK, reason="文件选错"))
    batch.refresh_from_db()
    assert batch.state == "undone"
    assert list(Heartbeat.everywhere.values_list("name", "at")) == [("张四", before)]
    again = staging.receive(
        kit.csv_of([kit.line(1), kit.line(3, 姓名="张四")]).encode(), "core.test", actor=CLERK, region=AREA
    )
    assert again.pk != batch.pk, "after the undo the same file may come again"


def test_undo_is_refused_when_a_row_was_touched_later() -> None:
    batch = applied(kit.csv_of([kit.line(1)]))
    Heartbeat.everywhere.update(at=timezone.make_aware(timezone.datetime(2018, 9, 9)))
    with pytest.raises(Refused, match="第 2 行：日期已被再次修改"):
        staging.undo(batch, actor=CLERK, reason="文件选错")
    batch.refresh_from_db()
    assert batch.state == "applied"


def test_the_same_file_twice_is_a_no_op() -> None:
    first = applied(kit.csv_of([kit.line(1)]))
    jobs_before, audit_before = Job.everywhere.count(), AuditEntry.everywhere.count()
    second = staging.receive(kit.csv_of([kit.line(1)]).encode(), "core.test", actor=CLERK, region=AREA)
    assert second.pk == first.pk
    assert second.is_repeat  # type: ignore[attr-defined]
    assert (Job.everywhere.count(), AuditEntry.everywhere.count()) == (jobs_before, audit_before)
    assert staging.confirm(first, actor=CLERK).state == "done", "a second confirmation gives the finished job"
    other = staging.receive(
        kit.csv_of([kit.line(1)]).encode(), "core.test", actor=CLERK, region=kit.Area(2, "130400", "邯郸市")
    )
    assert other.pk != first.pk, "another area is another batch"
    year = staging.receive(
        kit.csv_of([kit.line(1)]).encode(), "core.test", actor=CLERK, region=AREA, parameters={"year": 2019}
    )
    assert year.pk != first.pk, "other parameters are another batch"


@pytest.mark.parametrize("form", ["xlsx", "csv"])
def test_the_error_file_can_be_corrected_and_sent_again(form: str) -> None:
    bad_number = kit.wrong_number_of(3)
    batch = applied(kit.csv_of([kit.line(1), kit.line(2, 日期="某日"), kit.line(3, 身份证号=bad_number)]))
    assert batch.accepted_count == 1
    name, content = staging.error_file(batch, actor=CLERK, form=form)
    assert name == f"{batch.file_name.rsplit('.', 1)[0]}-错误.{form}"
    table = read_back(content, form)
    assert table[0] == [*kit.HEADINGS, "错误原因", "原行号"]
    assert [row[-1].removeprefix("'") for row in table[1:]] == ["3", "4"]
    assert table[1][1].removeprefix("'") == kit.number_of(2), "a number can be corrected only when it is shown"
    assert table[2][1].removeprefix("'") == bad_number
    assert "校验位" in table[2][-2]
    table[1][2] = "2018-08-01"
    table[2][1] = kit.number_of(3)
    corrected = applied("\n".join(",".join(f'"{cell}"' for cell in row) for row in table))
    assert (corrected.read_count, corrected.accepted_count, corrected.notices) == (2, 2, [])
    assert AuditEntry.everywhere.filter(act="core.import.error_file").count() == 1


def read_back(content: bytes, form: str) -> list[list[str]]:
    if form == "csv":
        return [row for _number, row in files.read(content).rows]
    return python_calamine.load_workbook(io.BytesIO(content)).get_sheet_by_index(0).to_python()  # type: ignore[return-value]


def test_the_template_is_accepted_by_the_engine_and_its_sample_is_not_imported() -> None:
    name, content = staging.template_file(kit.KIND)
    assert name == "测试名单-模板.xlsx"
    assert refusal_of(content) == "表头下面没有任何数据行。请填写后重新上传。"
    sheets = python_calamine.load_workbook(io.BytesIO(content))
    assert sheets.sheet_names == ["测试名单", "填写说明"]
    assert any("张三" in row for row in sheets.get_sheet_by_index(1).to_python())


def test_a_change_of_the_register_after_the_preview_asks_for_another_look() -> None:
    batch = checked(kit.csv_of([kit.line(1, 姓名="张三"), kit.line(2)]))
    assert batch.new_count == 2
    Heartbeat.everywhere.create(name="张三", at=timezone.make_aware(timezone.datetime(2018, 1, 1)))
    jobs.run_now(staging.confirm(batch, actor=CLERK))
    batch.refresh_from_db()
    assert (batch.state, batch.new_count, batch.changed_count) == ("checked", 1, 1)
    assert "再次确认" in batch.message
    assert Heartbeat.everywhere.count() == 1
    jobs.run_now(staging.confirm(batch, actor=CLERK))
    batch.refresh_from_db()
    assert (batch.state, batch.accepted_count) == ("applied", 2)


def test_a_row_that_the_database_refuses_is_refused_alone() -> None:
    constraint_words = "同样的记录已经存在，没有重复保存。请查找已有记录。"

    def apply(chunk: staging.Chunk, cursor: object) -> None:
        cursor.execute(  # type: ignore[attr-defined]
            f"INSERT INTO core_heartbeat (name, at) SELECT r.values->>'name', now() FROM core_importrow r WHERE {chunk.rows}",
            chunk.params,
        )

    staging.register(
        staging.ImportKind(
            code="core.test",
            title="测试名单",
            columns=kit.COLUMNS,
            permission="core.test_import",
            apply=apply,
            chunk_rows=4,
        )
    )
    Heartbeat.everywhere.create(name="张三", at=timezone.now())
    batch = applied(
        kit.csv_of([kit.line(serial, **({"姓名": "张三"} if serial == 6 else {})) for serial in range(1, 12)])
    )
    assert (batch.read_count, batch.accepted_count, batch.refused_count) == (11, 10, 1)
    assert errors_of(batch) == {7: [constraint_words]}


def test_a_fault_of_the_program_is_not_told_as_a_fault_of_the_list() -> None:
    batch = checked(kit.csv_of([kit.line(1, 姓名="太长"), kit.line(2)]))
    job = staging.confirm(batch, actor=CLERK)
    with pytest.raises(Exception, match="too long"):
        jobs.run_now(job)
    job.refresh_from_db()
    assert job.state == "waiting"
    assert "自动重试" in job.message
    assert "too long" in job.trace
    assert "too long" not in job.message


# --- Who may -------------------------------------------------------------------------------------------------------------


def test_without_the_permission_nothing_is_taken_in() -> None:
    with pytest.raises(Forbidden):
        staging.receive(b"x", "core.test", actor=kit.Clerk(permissions=frozenset()), region=AREA)
    batch = checked(kit.csv_of([kit.line(1)]))
    for step in (
        lambda: staging.confirm(batch, actor=kit.Clerk(permissions=frozenset())),
        lambda: staging.error_file(batch, actor=kit.Clerk(permissions=frozenset())),
    ):
        with pytest.raises(Forbidden):
            step()


def test_a_batch_is_seen_in_its_area_only() -> None:
    batch = checked(kit.csv_of([kit.line(1)]))
    assert ImportBatch.objects.visible_to(kit.Clerk()).get() == batch
    assert not ImportBatch.objects.visible_to(kit.Clerk(codes=("130400",))).exists()


# --- Secrets -------------------------------------------------------------------------------------------------------------


def test_identity_numbers_lie_nowhere_in_clear() -> None:
    good, bad = kit.number_of(1), kit.wrong_number_of(2)
    batch = checked(
        kit.csv_of([kit.line(1), kit.line(2, 身份证号=bad), kit.line(3, 身份证号="x" + kit.number_of(3)[1:])])
    )
    staging.error_file(batch, actor=CLERK)
    everything = ""
    with connection.cursor() as cursor:
        for table in ("core_importbatch", "core_importrow", "core_importfile", "core_job", "core_auditentry"):
            cursor.execute(f"SELECT coalesce(string_agg(t::text, ' '), '') FROM {table} t")
            everything += cursor.fetchone()[0]
    for number in (good, bad, kit.number_of(3)[1:], "13812348000"):
        assert number not in everything
        assert number.encode().hex() not in everything
    shown = staging.rows(batch)
    assert [row.cells[1] for row in shown] == [f"{good[:6]}********{good[-4:]}", "******", "******"]
    assert not any(number in str(row) for row in shown for number in (good, bad))


# --- Hostile files -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "encode",
    [
        lambda text: text.encode(),
        lambda text: b"\xef\xbb\xbf" + text.encode(),
        lambda text: text.encode("gb18030"),
        lambda text: text.encode("utf-16"),
    ],
    ids=["utf-8", "bom", "gb18030", "utf-16"],
)
def test_encodings(encode: Callable[[str], bytes]) -> None:
    batch = applied(encode(kit.csv_of([kit.line(1, 姓名="𠮷田·阿依")])))
    assert batch.accepted_count == 1
    assert Heartbeat.everywhere.get().name == "𠮷田·阿依"


@pytest.mark.parametrize(
    ("text", "fen"),
    [("1,234.50", 123450), ("１２３．５", 12350), ("￥8", 800), ("12元", 1200), ("0", 0)],
)
def test_amounts_as_people_write_them(text: str, fen: int) -> None:
    batch = checked(kit.xlsx_of([kit.line(1, 金额=text)]), "名单.xlsx")
    assert ImportRow.everywhere.get(batch=batch).values["paid_fen"] == fen


@pytest.mark.parametrize("text", ["NaN", "1e5", "0.005", "Infinity", "-1", "1,23", "10000000000000000", "٣", "1 2"])
def test_amounts_that_are_refused(text: str) -> None:
    batch = checked(kit.csv_of([kit.line(1, 金额=text)]))
    assert list(errors_of(batch)) == [2]
    assert errors_of(batch)[2][0].startswith(("金额“", "金额："))


def test_dates_in_all_their_dresses() -> None:
    def real(sheet, row, place, book):  # type: ignore[no-untyped-def]
        sheet.write_datetime(row, place, timezone.datetime(2018, 7, 11), book.add_format({"num_format": "yyyy/m/d"}))

    dresses = [
        real,
        43292,
        "2018/7/11",
        "2018.07.11",
        "20180711",
        "2018年7月11日",
        "2018-07-11 00:00:00",
        "２０１８－０７－１１",
    ]
    lines = []
    for serial, dress in enumerate(dresses):
        cells: list = kit.line(serial)
        cells[2] = dress
        lines.append(cells)
    batch = checked(kit.xlsx_of(lines), "名单.xlsx")
    assert errors_of(batch) == {}
    assert {row.values["seen_on"] for row in ImportRow.everywhere.filter(batch=batch)} == {"2018-07-11"}


def test_the_1904_calendar() -> None:
    cells: list = kit.line(1)
    cells[2] = 43292 - 1462
    content = kit.xlsx_of([cells])
    changed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(changed, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.infolist():
            text = old.read(part)
            if part.filename == "xl/workbook.xml":
                text = text.replace(b"<workbookPr ", b'<workbookPr date1904="1" ')
            new.writestr(part.filename, text)
    batch = checked(changed.getvalue())
    assert ImportRow.everywhere.get(batch=batch).values["seen_on"] == "2018-07-11"


def test_formula_cells_count_by_their_value_and_text_is_never_a_formula() -> None:
    def formula(sheet, row, place, book):  # type: ignore[no-untyped-def]
        sheet.write_formula(row, place, "=100+23.5", None, 123.5)

    cells: list = kit.line(1)
    cells[3] = formula
    noisy: list = kit.line(2)
    noisy[3] = 0.1 + 0.2
    batch = checked(kit.xlsx_of([cells, noisy, kit.line(3, 姓名="=cmd|' /C calc'!A0")]))
    assert [row.values.get("paid_fen") for row in ImportRow.everywhere.filter(batch=batch).order_by("row_number")][
        :2
    ] == [12350, 30]
    assert errors_of(batch) == {4: ["姓名：含有姓名中不应出现的字符"]}
    _name, content = staging.error_file(batch, actor=CLERK, form="csv")
    assert b",'=cmd" in content or b"\n'=cmd" in content


def test_a_false_dimension_hides_no_row() -> None:
    content = kit.xlsx_of([kit.line(serial) for serial in range(50)])
    changed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(changed, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.infolist():
            text = old.read(part)
            if part.filename == "xl/worksheets/sheet1.xml":
                assert b'<dimension ref="A1:F51"/>' in text
                text = text.replace(b'<dimension ref="A1:F51"/>', b'<dimension ref="A1"/>')
            new.writestr(part.filename, text)
    assert checked(changed.getvalue()).read_count == 50


def sheet_with(cell: bytes) -> bytes:
    content = kit.xlsx_of([kit.line(1)])
    changed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(changed, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.infolist():
            text = old.read(part)
            if part.filename == "xl/worksheets/sheet1.xml":
                text = text.replace(b"</sheetData>", b'<row r="1048576">' + cell + b"</row></sheetData>")
            new.writestr(part.filename, text)
    return changed.getvalue()


def test_one_cell_in_the_last_corner_takes_no_memory() -> None:
    assert "范围异常大" in refusal_of(sheet_with(b'<c r="XFD1048576"><v>1</v></c>'))
    assert "范围异常大" in refusal_of(sheet_with(b'<c s="0" r="B1048576"><v>1</v></c>'))


def test_a_zip_bomb_is_not_unpacked() -> None:
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"<workbook/>")
        with archive.open("xl/worksheets/sheet1.xml", "w") as part:
            for _piece in range(320):
                part.write(b"\0" * 2**20)
    assert "解压后超过" in refusal_of(bomb.getvalue())
    # The same with a size in the list of parts that lies.
    content = bytearray(bomb.getvalue())
    size = (320 * 2**20).to_bytes(4, "little")
    place = content.rindex(b"PK\x01\x02")
    assert content.find(size, place) > 0
    while (found := content.find(size)) >= 0:
        content[found : found + 4] = (1000).to_bytes(4, "little")
    assert refusal_of(bytes(content))
    many = io.BytesIO()
    with zipfile.ZipFile(many, "w") as archive:
        for number in range(2100):
            archive.writestr(f"xl/{number}.xml", b"")
    assert "部件过多" in refusal_of(many.getvalue())


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "文件是空的"),
        (b"\r\n \n", "文件是空的"),
        (b"<html><table><tr><td>x</td></tr></table></html>", "网页"),
        (b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>', "网页"),
        (b"PK\x03\x04broken", "打不开"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "打不开"),
        (b"name\0\0\1\2", "二进制"),
        (b"\x81\xff\x81\xff,\xff\xff", "编码"),
        ("姓名,日期\n张三,2018-07-11".encode(), "表头缺少必需的列：身份证号"),
        ("姓名,姓 名,身份证号,日期\n张三,张三,1,2018-07-11".encode(), "出现了两次"),
        ("姓名,身份证号,日期".encode(), "没有任何数据行"),
        ("姓名,身份证号,日期\n张三,\"未闭合,2018-07-11\n李四,1,2018-07-11".encode(), "引号"),
        (("姓名,身份证号,日期\n" + "," * 300).encode(), "列数过多"),
    ],
)  # fmt: skip
def test_files_that_are_no_list_are_refused_with_the_reason(content: bytes, words: str) -> None:
    assert words in refusal_of(content)


def test_a_plain_archive_is_not_a_spreadsheet() -> None:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as made:
        made.writestr("../../etc/passwd", "x")
    assert "压缩包" in refusal_of(archive.getvalue())


def test_a_file_that_is_too_large_is_not_even_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "FILE_BYTES", 100)
    with pytest.raises(Refused, match="文件超过"):
        staging.receive(io.BytesIO(b"x" * 101), "core.test", actor=CLERK, region=AREA)
    assert not ImportBatch.everywhere.exists()


def test_headings_full_width_spaced_starred_and_repeated_below() -> None:
    headings = ["姓　名*", "证件号码（必填）", "日 期", "金额：", "类别", "电话", "备注"]
    lines = [[*kit.line(1), "无"], [*headings], [*kit.line(2), ""], ["", "", "", "", "", "", ""], [*kit.line(3), ""]]
    batch = checked(kit.csv_of(lines, headings))
    assert (batch.read_count, errors_of(batch)) == (3, {})
    assert batch.notices == ["这些列不在模板中，没有读取：备注。", "第 3 行是重复的表头，已跳过。"]
    assert list(
        ImportRow.everywhere.filter(batch=batch).values_list("row_number", flat=True).order_by("row_number")
    ) == [2, 4, 6]


def test_the_header_may_stand_below_a_title() -> None:
    batch = checked("城乡居民参保名单,,,,,\n\n" + kit.csv_of([kit.line(1)]))
    assert (batch.read_count, errors_of(batch)) == (1, {})
    assert ImportRow.everywhere.get(batch=batch).row_number == 4


def test_a_number_twice_in_one_file() -> None:
    old = "230822" + "900307" + "123"
    new = "23082219900307123" + identity.check_digit("23082219900307123")
    rows = [kit.line(1, 身份证号=new), kit.line(2), kit.line(3, 身份证号=old), kit.line(4, 身份证号=f" {new.lower()}")]
    batch = checked(kit.csv_of(rows))
    assert errors_of(batch) == {4: ["与第 2 行重复（同一身份证号）"], 5: ["与第 2 行重复（同一身份证号）"]}


def test_identity_numbers_that_a_spreadsheet_has_spoilt() -> None:
    cells: list = kit.line(1)
    cells[1] = 230822199003071000.0
    batch = checked(kit.xlsx_of([cells]))
    assert "科学计数" in errors_of(batch)[2][0]


@pytest.mark.parametrize("name", ["<b>张三</b>", "张三😀", "张三; DROP TABLE x", "三" * 41, "123"])
def test_names_that_are_none(name: str) -> None:
    assert list(errors_of(checked(kit.csv_of([kit.line(1, 姓名=name)])))) == [2]


def test_names_with_direction_marks_and_odd_dots_are_cleaned() -> None:
    batch = checked(kit.csv_of([kit.line(1, 姓名="阿依\u202e古丽•买 买提\u200b")]))
    assert ImportRow.everywhere.get(batch=batch).values["name"] == "阿依古丽·买买提"


def test_a_row_with_more_cells_than_the_header() -> None:
    batch = checked(kit.csv_of([[*kit.line(1), "多出"], [*kit.line(2), ""]]))
    assert errors_of(batch) == {2: ["本行的列数多于表头，可能有单元格错位"]}


def test_warnings_do_not_hold_up_a_row() -> None:
    batch = checked(kit.csv_of([kit.line(1, 金额="2000000")]))
    assert (batch.valid_count, batch.warned_count) == (1, 1)
    assert staging.rows(batch, "warnings")[0].warnings == ["金额异常大"]
