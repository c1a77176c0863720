"""/healthz and /metrics: for the machine that watches, not for people."""

import hmac
import ipaddress
from collections.abc import Callable
from datetime import datetime, timedelta

import structlog
from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from django_prometheus.exports import ExportToDjangoView

from config.celery import app as celery_app
from core import clock, jobs

log = structlog.get_logger("office.health")


def database() -> str:
    """Asks the database one question."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return "ok"


def broker() -> str:
    """Opens one connection to the broker."""
    with celery_app.connection_for_write() as broker_connection:
        broker_connection.ensure_connection(max_retries=1, timeout=3)
    return "ok"


def worker() -> str:
    """Whether the worker, and the sweeper that runs in it, were seen within the last minutes."""
    late = [name for name in ("worker", "sweeper") if not is_recent(jobs.last_beat(name))]
    return f"late: {', '.join(late)}" if late else "ok"


def is_recent(moment: datetime | None) -> bool:
    return moment is not None and clock.now() - moment < RECENT


CHECKS: dict[str, Callable[[], str]] = {"database": database, "broker": broker, "worker": worker}
RECENT = timedelta(minutes=3)


@never_cache
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """State of the parts: 200 when all are well, 503 when one is not. Says no more than that to a stranger."""
    parts = {}
    for name, check in CHECKS.items():
        try:
            parts[name] = check()
        except Exception as error:  # whatever is wrong with a part, the page must say so and not fail itself
            log.warning("part is down", part=name, error=type(error).__name__)
            parts[name] = "down"
    is_well = all(state == "ok" for state in parts.values())
    return JsonResponse({"status": "ok" if is_well else "down", **parts}, status=200 if is_well else 503)


@never_cache
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Prometheus figures, for a holder of METRICS_TOKEN, or from this machine itself when nothing stands between."""
    if not may_read_metrics(request):
        return HttpResponse(status=404)
    return ExportToDjangoView(request)


def may_read_metrics(request: HttpRequest) -> bool:
    """The token when there is one, else loopback without a proxy in front."""
    if settings.METRICS_TOKEN:
        given = request.headers.get("Authorization", "").removeprefix("Bearer ")
        return hmac.compare_digest(given.encode(), settings.METRICS_TOKEN.encode())
    if "X-Forwarded-For" in request.headers:
        return False
    try:
        return ipaddress.ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False
