"""A real worker for the tests: `python -m tests.faults.worker`, on the database named TEST_DATABASE. One process, one job at a time."""

import os
import sys


def main() -> None:
    """Run until killed."""
    import django

    django.setup()
    from django.conf import settings

    from tests.databases import point_at

    point_at(os.environ["TEST_DATABASE"])
    settings.REDIS_URL = os.environ["TEST_REDIS_URL"]

    from config.celery import app
    from core import staging

    # Small chunks, so that a short file has many of them.
    object.__setattr__(staging.kind("enrollment.register"), "chunk_rows", 40)
    app.worker_main(["worker", "--pool=solo", "--loglevel=ERROR", "--without-gossip", "--without-mingle"])


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.testing")
    sys.exit(main())
