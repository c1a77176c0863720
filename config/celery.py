"""Celery and the schedule. A message is a doorbell: it carries ids only, what is to be done stands in PostgreSQL."""

import os

from celery import Celery
from celery.schedules import crontab
from django.conf import settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("office")

SCHEDULE = {
    "core.sweep": {"task": "core.tasks.sweep", "schedule": 60.0, "options": {"expires": 55}},
    "core.heartbeat": {"task": "core.tasks.heartbeat", "schedule": 30.0, "options": {"expires": 25}},
    "core.seal": {"task": "core.tasks.seal", "schedule": 600.0, "options": {"expires": 590}},
    "policy.findings": {"task": "policy.tasks.nightly_findings", "schedule": crontab(minute=30, hour=0)},
    "claims.fold": {"task": "claims.tasks.fold_settlements", "schedule": 300.0, "options": {"expires": 290}},
    "funds.warn_all": {"task": "funds.tasks.warn_all", "schedule": crontab(minute=0, hour=5)},
    "reports.chase": {"task": "reports.tasks.chase", "schedule": crontab(minute=0, hour=6)},
    "reports.month_end": {"task": "reports.tasks.month_end", "schedule": crontab(minute=0, hour=3, day_of_month=1)},
}

app.conf.update(
    task_serializer="json",
    accept_content=["json"],
    task_ignore_result=True,
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    task_time_limit=1500,
    task_soft_time_limit=1440,
    worker_prefetch_multiplier=1,
    worker_send_task_events=False,
    worker_hijack_root_logger=False,
    worker_soft_shutdown_timeout=30,
    worker_cancel_long_running_tasks_on_connection_loss=False,
    broker_connection_retry_on_startup=True,
    timezone="Asia/Shanghai",
    enable_utc=True,
    beat_scheduler="django_celery_beat.schedulers:DatabaseScheduler",
    beat_schedule=SCHEDULE,
    task_default_queue="office",
)


def broker() -> dict[str, object]:
    """Redis when there is one, else folders under var/broker with one worker. Asked when Celery first needs it."""
    if settings.REDIS_URL:
        # After a worker is killed its messages come back within half an hour; the sweeper is far sooner.
        return {
            "broker_url": settings.REDIS_URL,
            "broker_transport_options": {
                "visibility_timeout": 1800,
                "unacked_restore_interval": 2,
                "unacked_restore_throttle": 1,
                "socket_connect_timeout": 3,
                "socket_timeout": 10,
                "retry_policy": {"max_retries": 1, "interval_start": 0, "interval_step": 0.2, "timeout": 3},
            },
        }
    folders = {name: settings.BROKER_DIR / name for name in ("messages", "control", "processed")}
    for folder in folders.values():
        folder.mkdir(parents=True, exist_ok=True)
    return {
        "broker_url": "filesystem://",
        "broker_transport_options": {
            "data_folder_in": str(folders["messages"]),
            "data_folder_out": str(folders["messages"]),
            "control_folder": str(folders["control"]),
            "processed_folder": str(folders["processed"]),
            "store_processed": False,
        },
    }


app.add_defaults(broker)
app.autodiscover_tasks()
