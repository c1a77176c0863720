"""Background work of the claims room: thin doors to the services, safe to run twice."""

from pathlib import Path

from celery import shared_task
from django.utils.translation import gettext_lazy as _

from claims.services import batch, loading, summaries
from core import jobs
from core.jobs import RunningJob
from office.models import User


@jobs.handles("claims.settle_all", title=_("批量结算"))
def settle_all(job: RunningJob) -> None:
    """Settle the waiting bills of the asker's area; what is settled already is left, so a resumed job goes on."""
    actor = User.everywhere.get(pk=job.owner_id or 0)

    def progress(done: int, total: int, message: str) -> None:
        job.check()
        job.progress(done, total, message)

    outcome = batch.settle_all(
        job.arguments.get("bill_ids"),
        actor=actor,
        at_discharge=bool(job.arguments.get("at_discharge")),
        progress=progress,
    )
    summaries.fold()
    job.result({"settled": outcome.settled, "refused": outcome.refused, "refusals": outcome.refusals[:1000]})


@jobs.handles("claims.bills", title=_("载入费用单据"))
def load_bills(job: RunningJob) -> None:
    """Take over a hospital's two files; the same files twice change nothing."""
    actor = User.everywhere.get(pk=job.owner_id or 0)
    loaded = loading.load_bills(Path(job.arguments["bills_path"]), Path(job.arguments["lines_path"]), actor=actor)
    job.result(
        {"read": loaded.read, "accepted": loaded.accepted, "refused": loaded.refused, "unchanged": loaded.unchanged}
    )
    if loaded.errors_path:
        job.result_file(Path(loaded.errors_path))


@shared_task
def fold_settlements() -> None:
    """Bring the monthly sums up to date; a second run changes nothing."""
    summaries.fold()
