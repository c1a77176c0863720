"""Background work of the reports: the month's end and the chasing of late ones. Safe to run twice."""

from celery import shared_task
from django.utils.translation import gettext_lazy as _

from core import clock, jobs
from core.periods import Month
from office.models import User
from office.selectors import regions
from reports.services import chasing, monthly, submissions


@jobs.handles("reports.month_end", title=_("月末报表"))
def run_month_end(job: jobs.RunningJob) -> None:
    """The month's end of the month in the arguments; a resumed job leaves what stands and goes on."""
    actor = User.everywhere.filter(pk=job.owner_id).first() if job.owner_id else None

    def progress(done: int, total: int, message: str) -> None:
        job.check()
        job.progress(done, total, message)

    found = monthly.month_end(Month.parse(job.arguments["month"]), actor=actor, progress=progress)
    job.result({"built": found.built, "unchanged": found.unchanged, "missing": found.missing})


@jobs.handles("reports.build", title=_("编制报表"))
def build_report(job: jobs.RunningJob) -> None:
    """One region's report of a month."""
    with job.transaction():
        report = submissions.build(
            job.arguments["definition"], regions.by_code(job.arguments["region"]), Month.parse(job.arguments["month"])
        )
    job.result({"number": report.number, "version": report.version})


@shared_task(name="reports.tasks.month_end")
def month_end() -> None:
    """Ask for the end of the last month; a message that comes twice finds the same job."""
    month = Month.of(clock.today()).previous()
    jobs.enqueue("reports.month_end", str(month), {"month": str(month)}, actor=None)


@shared_task(name="reports.tasks.chase")
def chase() -> None:
    """Open work items for reports that are late."""
    chasing.chase()
