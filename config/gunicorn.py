"""The web server's own settings, for ./run and for the systemd unit alike."""

import os
import shutil
from pathlib import Path
from typing import Any

from launcher import places

bind = os.environ.get("BIND", "") or f"127.0.0.1:{os.environ.get('PORT', '') or 8000}"
workers = int(os.environ.get("WEB_WORKERS", "2"))
worker_class = "gthread"
threads = 4
preload_app = True
timeout = 60
graceful_timeout = 20
keepalive = 5
max_requests = 20_000
max_requests_jitter = 2_000
accesslog = None
errorlog = "-"
loglevel = "warning"
forwarded_allow_ips = "127.0.0.1"
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108

# The figures of all worker processes are added up through files in this folder.
METRICS = places.VAR / "metrics"
os.environ.setdefault("PROMETHEUS_MULTIPROC_DIR", str(METRICS))


def on_starting(server: Any) -> None:
    """Begin the figures anew with the server."""
    folder = Path(os.environ["PROMETHEUS_MULTIPROC_DIR"])
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True, exist_ok=True)


def child_exit(server: Any, worker: Any) -> None:
    """Forget the live figures of a worker that has ended."""
    from prometheus_client import multiprocess

    multiprocess.mark_process_dead(worker.pid)
