"""Celery's door to the core: each message carries ids only."""

from celery import shared_task

from core import audit, jobs


@shared_task(name="core.tasks.run_job")
def run_job(job_id: int) -> None:
    """Run one job if it is due and free; a doubled or late message does nothing."""
    jobs.run(job_id)


@shared_task(name="core.tasks.sweep")
def sweep() -> None:
    """Ring again for late rows, and say that the sweeper is alive."""
    jobs.sweep()
    jobs.beat("sweeper")


@shared_task(name="core.tasks.seal")
def seal() -> None:
    """Seal the audit entries of the time since the last seal."""
    audit.seal_all()


@shared_task(name="core.tasks.heartbeat")
def heartbeat() -> None:
    """Say that a worker takes messages; the jobs page shows when it last did."""
    jobs.beat()
