"""Scheduled work of the policy app: findings are worked out anew each night, when a new day may bring a bound into force."""

from celery import shared_task
from django.utils.translation import gettext_lazy as _

from core import clock, jobs
from policy.services import findings


@jobs.handles("policy.findings", title=_("核对地方标准"))
def recompute_findings(job: jobs.RunningJob) -> None:
    """Open and close findings for the office's day; a rerun changes nothing."""
    with job.transaction():
        counts = findings.recompute_today()
    job.progress(1, 1, f"新增 {counts['opened']} 项，消除 {counts['closed']} 项，尚存 {counts['open']} 项")


@shared_task(name="policy.tasks.nightly_findings")
def nightly_findings() -> None:
    """Ask for the night's check; a message that comes twice finds the same job."""
    jobs.enqueue("policy.findings", f"night-{clock.day_of(clock.now())}", actor=None)
