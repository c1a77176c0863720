"""Papers: hostile files are refused, good ones are read only inside area and permission."""

import io
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from core.refusal import Refused
from office.models import Paper
from office.services import papers
from tests.office.conftest import Tree

PDF = b"%PDF-1.7\n1 0 obj\n"


def archive(*names: str, content: bytes = b"<x/>") -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as file:
        for name in names:
            file.writestr(name, content)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("病历.exe", b"MZ\x90\x00"),
        ("病历.svg", b"<svg onload=alert(1)>"),
        ("病历.html", b"<script>"),
        ("病历.pdf", b"<html>"),
        ("病历.pdf", b""),
        ("病历.jpg", b"%PDF-1.7"),
        ("无扩展名", PDF),
        ("表.xlsx", b"PK\x03\x04 broken"),
        ("表.xlsx", archive("word/document.xml")),
        ("表.xlsx", archive("xl/workbook.xml", "xl/vbaProject.bin")),
        ("表.xlsx", archive("xl/workbook.xml", *(f"x{n}" for n in range(papers.MOST_PARTS)))),
        ("大.pdf", PDF + b"0" * papers.LARGEST_BYTES),
        ("炸弹.xlsx", archive("xl/workbook.xml", content=b"0" * (papers.LARGEST_UNPACKED_BYTES + 1))),
    ],
)
def test_hostile_files_are_refused(name: str, content: bytes) -> None:
    with pytest.raises(Refused):
        papers.check(papers.clean_name(name), content)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("C:\\temp\\证明.pdf", "证明.pdf"),
        ("a\x00b.pdf", "ab.pdf"),
        ('x"<>.pdf', "x.pdf"),
        ("长" * 300 + ".pdf", "长" * 116 + ".pdf"),
    ],
)
def test_names_lose_folders_and_control_characters(given: str, kept: str) -> None:
    assert papers.clean_name(given) == kept


@pytest.fixture
def paper(tree: Tree, settings, tmp_path) -> Paper:
    settings.MEDIA_ROOT = str(tmp_path)
    clerk = tree.person("130402", "claims_clerk")
    upload = SimpleUploadedFile("出院小结.pdf", PDF, content_type="text/html")
    return papers.attach(
        upload, obj=clerk.office, region=tree["130402"], title="出院小结", permission="claims.view", actor=clerk
    )


@pytest.mark.parametrize(
    ("area", "role", "status"),
    [
        ("130402", "claims_clerk", 200),
        ("130400", "claims_clerk", 200),
        ("130402", "policy_officer", 200),
        ("130402", "system_admin", 403),
        ("130403", "claims_clerk", 404),
        ("230803", "claims_clerk", 404),
        ("130682", "claims_clerk", 404),
    ],
)
def test_a_paper_is_read_inside_area_and_permission(
    tree: Tree, paper: Paper, client: Client, area: str, role: str, status: int
) -> None:
    client.force_login(tree.person(area, role), backend="django.contrib.auth.backends.ModelBackend")
    answer = client.get(reverse("office:paper", args=[paper.number]))
    assert answer.status_code == status
    if status == 200:
        assert answer["Content-Type"] == "application/pdf"
        assert b"".join(answer.streaming_content) == PDF


def test_a_paper_of_another_area_is_not_attached(tree: Tree, settings, tmp_path) -> None:
    settings.MEDIA_ROOT = str(tmp_path)
    clerk = tree.person("130402", "claims_clerk")
    with pytest.raises(Refused, match="辖区"):
        papers.attach(
            SimpleUploadedFile("a.pdf", PDF),
            obj=clerk.office,
            region=tree["130403"],
            title="a",
            permission="",
            actor=clerk,
        )
    assert not Paper.everywhere.exists()
