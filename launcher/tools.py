"""Programs that some tests need and that are used when they are found."""

import os
import shutil
from pathlib import Path

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
MACOS_BROWSERS = (
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)


def chromium() -> str | None:
    """The browser's program: CHROMIUM, else the first that is found."""
    chosen = os.environ.get("CHROMIUM", "")
    if chosen:
        return chosen if os.access(chosen, os.X_OK) else None
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    return found or next((path for path in MACOS_BROWSERS if Path(path).exists()), None)


def redis_server() -> str | None:
    """The program of a Redis server that tests may start for themselves."""
    return shutil.which("redis-server")


def absent() -> list[str]:
    """One line for each kind of test that cannot run here."""
    lines = []
    if chromium() is None:
        lines.append("not run: tests in a browser (marker `browser`), no Chromium was found")
    if redis_server() is None:
        lines.append("not run: tests with Redis (marker `redis`), no redis-server was found")
    return lines
