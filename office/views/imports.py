"""The import wizard: choose a kind, upload, watch the check, look at the preview, confirm, read the report, undo."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import audit, jobs, staging
from core.listing import ListPage
from core.models import ImportBatch, Job
from core.models.staging import BatchState
from core.refusal import Conflict, Refused
from office.access import page
from office.acts import act_label
from office.filters import ImportFilter
from office.models import Region, User
from office.selectors import imports
from office.tables import ImportTable

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
WORKING = {BatchState.UPLOADED, BatchState.CHECKING, BatchState.APPLYING, BatchState.UNDOING}


def _batches(staff: User) -> QuerySet[ImportBatch]:
    return ImportBatch.objects.visible_to(staff).filter(kind__in=[kind.code for kind in imports.allowed(staff)])


IMPORTS = ListPage(
    title=gettext_lazy("批量导入"),
    table_class=ImportTable,
    rows=_batches,
    filterset_class=ImportFilter,
    order=("-pk",),
    template="office/import_list.html",
    empty_text=gettext_lazy("还没有导入过文件。"),
)


@page(*imports.PERMISSIONS)
def import_list(request: HttpRequest) -> HttpResponse:
    """What can be imported, and what was."""
    return IMPORTS.respond(request, extra={"kinds": imports.allowed(request.user)})


@page()
def import_upload(request: HttpRequest, kind: str) -> HttpResponse:
    """Hand in one file of one kind."""
    staff = request.user
    declared = _kind(staff, kind)
    context: dict[str, Any] = {
        "kind": declared,
        "columns": declared.columns,
        "region_code": staff.region.code if staff.region else "",
    }
    if request.method == "POST":
        upload = request.FILES.get("file")
        code = request.POST.get("region", "").strip() or context["region_code"]
        context["region_code"] = code
        region = Region.objects.visible_to(staff).filter(code=code).first()
        if upload is None:
            context["problem"] = _("请选择要导入的文件。")
        elif region is None:
            context["problem"] = _("没有行政区划代码为 %(code)s 的地区，或者不在您的辖区内。") % {"code": code}
        else:
            try:
                batch = staging.receive(upload, declared.code, actor=staff, region=region)
            except Refused as refusal:
                context["problem"] = str(refusal)
            else:
                return redirect("office:import_detail", pk=batch.pk)
        return render(request, "office/import_upload.html", context, status=409)
    return render(request, "office/import_upload.html", context)


@page(methods=("GET", "HEAD"))
def import_template(request: HttpRequest, kind: str) -> HttpResponse:
    """The empty template of one kind."""
    declared = _kind(request.user, kind)
    return _file(*staging.template_file(declared))


@page(methods=("GET", "HEAD"))
def import_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One batch: progress, preview or report."""
    batch = get_object_or_404(_batches(request.user), pk=pk)
    return render(request, "office/import_detail.html", _context(batch))


@page(methods=("GET", "HEAD"))
def import_fragment(request: HttpRequest, pk: int) -> HttpResponse:
    """The state of one batch, for the page that watches it."""
    batch = get_object_or_404(_batches(request.user), pk=pk)
    return render(request, "office/import_state.html", _context(batch))


@page(methods=("POST",))
def import_confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """Take in what the preview showed."""
    batch = get_object_or_404(_batches(request.user), pk=pk)
    if request.POST.get("preview_digest", batch.preview_digest) != batch.preview_digest:
        raise Conflict(_("预览之后数据有变化，没有导入。请看过新的预览再确认。"))
    staging.confirm(batch, actor=request.user)
    return redirect("office:import_detail", pk=pk)


@page(methods=("POST",))
def import_undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a whole batch back, as long as nothing later touched its rows."""
    batch = get_object_or_404(_batches(request.user), pk=pk)
    staging.undo(batch, actor=request.user, reason=request.POST.get("reason", ""))
    messages.success(request, _("已提交撤销。"))
    return redirect("office:import_detail", pk=pk)


@page(methods=("POST",))
def import_discard(request: HttpRequest, pk: int) -> HttpResponse:
    """Drop a batch before it is confirmed."""
    batch = get_object_or_404(_batches(request.user), pk=pk)
    staging.discard(batch, actor=request.user)
    messages.success(request, _("已放弃，没有导入任何数据。"))
    return redirect("office:import_list")


@page(methods=("GET", "HEAD"))
def import_errors(request: HttpRequest, pk: int) -> HttpResponse:
    """The rows that were not taken in, with reasons: to be mended and sent again."""
    batch = get_object_or_404(_batches(request.user), pk=pk)
    form = "csv" if request.GET.get("form") == "csv" else "xlsx"
    return _file(*staging.error_file(batch, actor=request.user, form=form))


def _kind(staff: User, code: str) -> Any:
    if not imports.may_see(staff, code):
        raise PermissionDenied
    return staging.kind(code)


def _context(batch: ImportBatch) -> dict[str, Any]:
    is_open = not batch.is_cleared
    return {
        "batch": batch,
        "kind_title": imports.title(batch.kind),
        "is_working": batch.state in WORKING,
        "job": Job.everywhere.filter(kind__startswith="core.import.", arguments__batch=batch.pk)
        .order_by("-pk")
        .first(),
        "headers": batch.headers,
        "trouble": jobs.trouble(),
        "fragment_url": reverse("office:import_fragment", args=[batch.pk]),
        "wrong_rows": staging.rows(batch, "errors", limit=20) if is_open else [],
        "warned_rows": staging.rows(batch, "warnings", limit=20) if is_open else [],
        "changed_rows": staging.rows(batch, "changed", limit=20) if is_open else [],
        "can_confirm": batch.state == BatchState.CHECKED and batch.valid_count > 0,
        "can_undo": batch.state == BatchState.APPLIED,
        "can_discard": batch.state == BatchState.CHECKED,
        "has_errors": is_open
        and batch.state not in WORKING
        and batch.read_count > 0
        and batch.rows.exclude(errors=[]).exists(),
        "entries": [
            {"title": act_label(entry.act), "at": entry.at, "who": entry.actor_name, "reason": entry.reason}
            for entry in audit.history(batch)[:20]
        ],
    }


def _file(name: str, content: bytes) -> HttpResponse:
    kind = "text/csv; charset=utf-8" if name.endswith(".csv") else XLSX
    answer = HttpResponse(content, content_type=kind)
    answer["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    return answer
