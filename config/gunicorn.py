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

# The figures of all worker processes are added up through files in this folder; they begin anew with the server, and
# before the office's own code is loaded, which opens them.
METRICS = Path(os.environ.setdefault("PROMETHEUS_MULTIPROC_DIR", str(places.VAR / "metrics")))
shutil.rmtree(METRICS, ignore_errors=True)
METRICS.mkdir(parents=True, exist_ok=True)


def child_exit(server: Any, worker: Any) -> None:
    """Forget the live figures of a worker that has ended."""
    from prometheus_client import multiprocess

    multiprocess.mark_process_dead(worker.pid)
