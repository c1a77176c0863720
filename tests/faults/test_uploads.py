"""Files that mean harm, or are no lists at all, handed in through the page: the clerk is told, nothing falls over."""

import io
import sys
import zipfile
from collections.abc import Iterator
from types import SimpleNamespace

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from core import jobs, staging
from core.models import ImportBatch, Job
from enrollment.models import Person
from tests.core import kit
from tests.enrollment.conftest import land, office_day
from tests.enrollment.test_imports import HEADERS, file_of, row

__all__ = ["land", "office_day"]

pytestmark = pytest.mark.django_db(transaction=True)

ADDRESS = "/imports/new/enrollment.register/"


def zipped(*members: tuple[str, bytes]) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in members:
            archive.writestr(name, text)
    return content.getvalue()


def workbook_with(member: str, text: bytes) -> bytes:
    """A real workbook in which one part is another one's."""
    source = zipfile.ZipFile(io.BytesIO(kit.xlsx_of([["甲"]], ["姓名"])))
    parts = [(name, text if name == member else source.read(name)) for name in source.namelist()]
    return zipped(*parts)


SHEET = "xl/worksheets/sheet1.xml"
ENTITY = b"""<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">
<!ENTITY c SYSTEM "file:///etc/passwd">]><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>
<row r="1"><c r="A1" t="inlineStr"><is><t>&b;&c;</t></is></c></row></sheetData></worksheet>"""
ROOT_PASSWORD_LINE = "root:"

HOSTILE: dict[str, tuple[str, bytes]] = {
    "nothing": ("a.csv", b""),
    "a byte order mark alone": ("a.csv", b"\xef\xbb\xbf"),
    "zero bytes in it": ("a.csv", file_of(row(姓名="王\x00明"))),
    "noise": ("a.xlsx", bytes(range(256)) * 40),
    "noise as text": ("a.csv", bytes(range(128, 256)) * 40),
    "a page": ("a.xls", b"<html><table><tr><td>1</td></tr></table></html>"),
    "an empty archive": ("a.xlsx", zipped()),
    "an archive of something else": ("a.xlsx", zipped(("evil.exe", b"MZ" * 99))),
    "half a workbook": ("a.xlsx", kit.xlsx_of([["甲"]] * 50, ["姓名"])[:700]),
    "a bomb": ("a.xlsx", workbook_with(SHEET, b" " * 150_000_000)),
    "entities": ("a.xlsx", workbook_with(SHEET, ENTITY)),
    "a path out": ("a.xlsx", zipped(("../../../../tmp/out", b"x"), ("xl/workbook.xml", b"<workbook/>"))),
    "many columns": ("a.csv", (",".join(f"列{n}" for n in range(20_000)) + "\n" + "," * 19_999).encode()),
    "a long cell": ("a.csv", file_of(row(姓名="王" * 200_000))),
    "one endless quote": ("a.csv", (HEADERS + '\n"' + "x" * 100_000).encode()),
    "columns twice": ("a.csv", f"{HEADERS},姓名\n1,2".encode()),
    "a name that climbs": ("../../../etc/cron.d/x.csv", file_of(row())),
    "a formula": ("a.csv", file_of(row(姓名="=cmd|' /C calc'!A0"))),
    "a statement": ("a.csv", file_of(row(姓名="'; DROP TABLE enrollment_person; --"))),
    "numbers too large": ("a.csv", file_of(row(参保年度="9" * 400, 登记日期="999999-99-99"))),
    "another alphabet": ("a.csv", file_of(row(证件号码="２３０８０３１９８００１０１００１０", 参保年度="٢٠١٨"))),
    "lone halves": ("a.csv", "姓名\n".encode() + b"\xed\xa0\x80\xed\xb0\x80"),
}


@pytest.fixture
def client(land: SimpleNamespace) -> Client:
    # A fault must come back as 500 here, not as an exception.
    client = Client(raise_request_exception=False)
    client.force_login(land.city_clerk, backend="django.contrib.auth.backends.ModelBackend")
    return client


def faults_of(client: Client, name: str, content: bytes, kind: str = "enrollment.register") -> list[str]:
    """Hand the file in, check it, confirm it if that is offered, fetch its error file; what fell over on the way."""
    answers = [client.post(f"/imports/new/{kind}/", {"file": SimpleUploadedFile(name, content), "region": "230800"})]
    jobs.run_waiting()
    for batch in ImportBatch.everywhere.filter(kind=kind):
        answers.append(client.get(f"/imports/{batch.pk}/"))
        if batch.state == "checked" and batch.valid_count:
            given = {"preview_digest": batch.preview_digest}
            answers.append(client.post(f"/imports/{batch.pk}/confirm/", given))
            jobs.run_waiting()
            answers.append(client.get(f"/imports/{batch.pk}/"))
        answers.append(client.get(f"/imports/{batch.pk}/errors/"))
    found = [
        f"{answer.status_code} of {answer.request['PATH_INFO']}" for answer in answers if answer.status_code >= 500
    ]
    found += [f"job fell over: {job.trace[-300:]}" for job in Job.everywhere.exclude(trace="")]
    found += [
        f"batch stands: {batch.state}" for batch in ImportBatch.everywhere.filter(state__in=["uploaded", "checking"])
    ]
    if any(ROOT_PASSWORD_LINE in answer.content.decode(errors="replace") for answer in answers if not answer.streaming):
        found.append("a file of the server was read")
    return found


@pytest.mark.parametrize("case", HOSTILE)
def test_a_hostile_file_is_refused_in_words(client: Client, case: str) -> None:
    name, content = HOSTILE[case]
    assert faults_of(client, name, content) == []
    assert Person.everywhere.count() <= 1


@pytest.fixture
def broken_kind() -> Iterator[str]:
    """A kind of list whose check is wrong SQL."""
    staging.register(
        staging.ImportKind(
            code="faults.broken",
            title="坏",
            columns=[staging.Column(name="姓名", field="name", required=True)],
            permission="enrollment.import",
            checks=[staging.Check("broken", "坏", where="no_such_function(r.values)")],
            apply=lambda chunk, cursor: None,
        )
    )
    yield "faults.broken"
    # The package has a function of the same name: the module itself is wanted.
    sys.modules["core.staging.kinds"]._kinds.pop("faults.broken", None)


def test_a_job_that_falls_over_is_found_out(client: Client, broken_kind: str) -> None:
    """The control: an import that does fall over must be seen as one."""
    assert faults_of(client, "a.csv", "姓名\n王小明".encode(), broken_kind)
