"""Background work of the funds: posting and assessing by area, safe to run twice."""

from celery import shared_task
from django.utils.translation import gettext_lazy as _

from core import clock, jobs
from core.jobs import RunningJob
from core.periods import Month
from funds.services import posting, warnings
from office.models import User
from office.selectors import regions


@jobs.handles("funds.post", title=_("基金记账"))
def post(job: RunningJob) -> None:
    """Posts what is not in the area's books yet."""
    area = regions.by_code(job.arguments["area"])
    actor = User.everywhere.filter(pk=job.owner_id or 0).first()
    job.check()
    posted = posting.post(area, actor=actor)
    job.result({"entries": posted.entries, "lines": posted.lines})


@jobs.handles("funds.assess", title=_("基金风险评估"))
def assess(job: RunningJob) -> None:
    """Posts the area's facts, then assesses the month."""
    area = regions.by_code(job.arguments["area"])
    posting.post(area)
    job.check()
    found = warnings.assess(area, Month.parse(job.arguments["month"]))
    job.result({warning.indicator: warning.grade for warning in found})


@shared_task
def warn_all(month: str = "") -> int:
    """Puts one assessment for each area with books on the list of jobs: this month's, unless another is named."""
    asked = month or str(Month.of(clock.today()))
    areas = warnings.areas()
    for area in areas:
        # One job for each day: a month is assessed anew as its facts come in.
        jobs.enqueue(
            "funds.assess",
            f"{area.code}-{asked}-{clock.today()}",
            {"area": area.code, "month": asked},
            actor=None,
            region_code=area.code,
            title=str(_("基金风险评估")),
        )
    return len(areas)
