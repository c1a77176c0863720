"""Papers: taking files in with care and keeping them out of the web root."""

import hashlib
import secrets
import zipfile
from io import BytesIO
from pathlib import Path, PurePath

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from django.db import models, transaction
from django.utils.translation import gettext as _

from core import audit, clock
from core.refusal import Refused
from office.models import Paper, Region, User
from office.services import numbering

LARGEST_BYTES = 10 * 1024 * 1024
LARGEST_UNPACKED_BYTES = 100 * 1024 * 1024
MOST_PARTS = 2000

# Ending → (media type, the bytes such a file begins with). The content decides, not what the browser says.
KINDS: dict[str, tuple[str, tuple[bytes, ...]]] = {
    ".pdf": ("application/pdf", (b"%PDF-",)),
    ".jpg": ("image/jpeg", (b"\xff\xd8\xff",)),
    ".jpeg": ("image/jpeg", (b"\xff\xd8\xff",)),
    ".png": ("image/png", (b"\x89PNG\r\n\x1a\n",)),
    ".xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", (b"PK\x03\x04",)),
    ".docx": ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", (b"PK\x03\x04",)),
}


@transaction.atomic
def attach(
    upload: UploadedFile, *, obj: models.Model, region: Region, title: str, permission: str, actor: User
) -> Paper:
    """Keep one file as a paper of ``obj``; refuses what is too large, of another kind, or not what its name says."""
    if not actor.may_see(region):
        raise Refused(_("该记录不在您的辖区内，不能上传材料。"))
    name = clean_name(upload.name or "")
    content = upload.read(LARGEST_BYTES + 1)
    media_type = check(name, content)
    now = clock.now()
    stored = f"{now:%Y/%m}/{secrets.token_hex(16)}{PurePath(name).suffix.lower()}"
    paper = Paper.everywhere.create(
        number=numbering.next("paper"),
        object_type=obj._meta.label,
        object_id=str(obj.pk),
        region=region,
        title=(title or name)[:100],
        file_name=name,
        stored_name=stored,
        media_type=media_type,
        size_bytes=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        permission=permission,
        uploaded_by=actor,
    )
    default_storage.save(stored, ContentFile(content))
    audit.record(actor, "office.paper.attached", paper)
    return paper


@transaction.atomic
def withdraw(paper: Paper, *, actor: User, reason: str = "") -> Paper:
    """Take a paper off its record; the file stays for the audit."""
    paper = Paper.objects.visible_to(actor).select_for_update(of=("self",)).get(pk=paper.pk)
    if paper.withdrawn_at is not None:
        raise Refused(_("该材料已撤销。请刷新页面。"))
    paper.withdrawn_at = clock.now()
    paper.save(update_fields=["withdrawn_at"])
    audit.record(actor, "office.paper.withdrawn", paper, reason=reason)
    return paper


def clean_name(name: str) -> str:
    """The file's own name without folders or control characters; its ending is kept when it is too long."""
    plain = PurePath(name.replace("\\", "/").replace("\x00", "")).name
    plain = "".join(letter for letter in plain if letter.isprintable() and letter not in '<>:"|?*').strip(". ")
    ending = PurePath(plain).suffix
    return plain if len(plain) <= 120 else plain[: 120 - len(ending)] + ending


def check(name: str, content: bytes) -> str:
    """The media type of an acceptable file; refuses all others with the reason."""
    ending = PurePath(name).suffix.lower()
    if ending not in KINDS:
        raise Refused(
            _("不支持“%(ending)s”文件。请上传 PDF、JPG、PNG、XLSX 或 DOCX 文件。") % {"ending": ending or name},
            field="file",
        )
    if not content:
        raise Refused(_("文件是空的。请检查后重新上传。"), field="file")
    if len(content) > LARGEST_BYTES:
        raise Refused(
            _("文件超过 %(size)d MB。请压缩或分开后上传。") % {"size": LARGEST_BYTES // 1024 // 1024}, field="file"
        )
    media_type, beginnings = KINDS[ending]
    if not content.startswith(beginnings):
        raise Refused(_("文件内容与扩展名“%(ending)s”不符。请用原软件另存后上传。") % {"ending": ending}, field="file")
    if beginnings[0].startswith(b"PK"):
        _check_archive(content, ending)
    return media_type


def _check_archive(content: bytes, ending: str) -> None:
    """An Office file must be a sound archive of the right make, without macros, that does not blow up."""
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        raise Refused(_("文件已损坏，无法打开。请重新导出后上传。"), field="file") from None
    names = {part.filename for part in parts}
    inner = "xl/workbook.xml" if ending == ".xlsx" else "word/document.xml"
    if inner not in names or any(name.lower().endswith("vbaproject.bin") for name in names):
        raise Refused(
            _("文件内容与扩展名“%(ending)s”不符，或含有宏。请另存为不含宏的文件后上传。") % {"ending": ending},
            field="file",
        )
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > LARGEST_UNPACKED_BYTES:
        raise Refused(_("文件展开后过大。请拆分后上传。"), field="file")


def location(paper: Paper) -> Path:
    """Where the file of a paper lies."""
    return Path(default_storage.path(paper.stored_name))
