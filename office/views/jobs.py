"""Background jobs: the list, one job, its progress, its result."""

from pathlib import Path

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import jobs
from core.listing import ListPage
from core.models import Job, JobState
from office.access import page
from office.filters import JobFilter
from office.models import User
from office.tables import JobTable

JOBS = ListPage(
    title=gettext_lazy("后台任务"),
    table_class=JobTable,
    rows=lambda staff: Job.objects.visible_to(staff),
    filterset_class=JobFilter,
    order=("-pk",),
    template="office/job_list.html",
    empty_text=gettext_lazy("没有后台任务。"),
)


@page()
def job_list(request: HttpRequest) -> HttpResponse:
    """One's own jobs, and those of the area for who looks after them."""
    return JOBS.respond(request, extra={"trouble": jobs.trouble()})


@page(methods=("GET", "HEAD"))
def job_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One job."""
    job = get_object_or_404(Job.objects.visible_to(request.user), pk=pk)
    return render(request, "office/job_detail.html", _context(request.user, job) | {"trouble": jobs.trouble()})


@page(methods=("GET", "HEAD"))
def job_fragment(request: HttpRequest, pk: int) -> HttpResponse:
    """The progress of one job, for the page that watches it."""
    job = get_object_or_404(Job.objects.visible_to(request.user), pk=pk)
    context = _context(request.user, job)
    context["detail_url"] = reverse("office:job_detail", args=[job.pk])
    return render(request, "components/job.html", context)


@page(methods=("POST",))
def job_cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask a job to stop."""
    job = get_object_or_404(Job.objects.visible_to(request.user), pk=pk)
    _may_steer(request.user, job)
    jobs.cancel(job, actor=request.user)
    messages.success(request, _("已请求取消。"))
    return redirect("office:job_detail", pk=pk)


@page(methods=("POST",))
def job_retry(request: HttpRequest, pk: int) -> HttpResponse:
    """Run a failed job again."""
    job = get_object_or_404(Job.objects.visible_to(request.user), pk=pk)
    _may_steer(request.user, job)
    jobs.retry(job, actor=request.user)
    messages.success(request, _("已重新提交。"))
    return redirect("office:job_detail", pk=pk)


@page(methods=("GET", "HEAD"))
def job_result(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The file a job has made; its owner's, or an exporter's of the area: administrators steer jobs and read no results."""
    job = get_object_or_404(Job.objects.visible_to(request.user), pk=pk)
    if not _may_read_result(request.user, job):
        raise PermissionDenied
    base = Path(settings.VAR_DIR).resolve()
    path = (base / job.result_path).resolve()
    if job.state != JobState.DONE or not job.result_path or not path.is_relative_to(base) or not path.is_file():
        raise Http404
    return FileResponse(path.open("rb"), as_attachment=True, filename=path.name)


def _context(staff: User, job: Job) -> dict[str, object]:
    has_result = job.state == JobState.DONE and bool(job.result_path) and _may_read_result(staff, job)
    return {
        "job": job,
        "fragment_url": reverse("office:job_fragment", args=[job.pk]),
        "result_url": reverse("office:job_result", args=[job.pk]) if has_result else "",
        "can_cancel": job.is_open and _steers(staff, job),
        "can_retry": job.state in (JobState.FAILED, JobState.CANCELLED) and _steers(staff, job),
    }


def _may_read_result(staff: User, job: Job) -> bool:
    return job.owner_id == staff.pk or staff.can("office.export")


def _steers(staff: User, job: Job) -> bool:
    return not staff.is_read_only and (job.owner_id == staff.pk or staff.can_any("office.jobs", "core.admin.system"))


def _may_steer(staff: User, job: Job) -> None:
    if not _steers(staff, job):
        raise PermissionDenied
