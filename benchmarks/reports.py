"""A year of month's ends: statements and time to build, hand in and accept all reports, against one plain sum of the facts.

    var/venv/bin/python benchmarks/reports.py [--areas 5] [--people 7000] [--bills 5000] [--profile]

The facts are written straight into the tables and posted first; what is measured is the month's end of twelve months (reports
only; warnings are measured in benchmarks/funds.py), the same again, and the proofs. A database of its own is made and dropped.
"""

import argparse
import cProfile
import os
import pstats
import sys
import tempfile
import time
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from django.conf import settings
from django.db import connection

from benchmarks import funds as year  # sets Django up and makes the facts
from claims.services import summaries
from core.periods import months_of
from demonstration.office_day import office_day
from demonstration.steps.months import LAST_DAY, hands
from funds.services import posting
from launcher import server
from reports.models import Submission
from reports.services import monthly, proofs
from tests.databases import test_database


def measure(profiled: bool) -> None:
    plain, first, second = year.Meter(), year.Meter(), year.Meter()
    with plain.running(), connection.cursor() as cursor:
        cursor.execute("SELECT pooling_area_id, period, sum(total_fen) FROM claims_settlement GROUP BY 1, 2")
    people = hands()
    profile = cProfile.Profile()
    for meter in (first, second):
        with meter.running():
            if profiled and meter is first:
                profile.enable()
            for month in months_of(2018):
                with office_day(min(month.last + timedelta(days=8), LAST_DAY)):
                    done = monthly.month_end(month, hands=people, warn=False)
            profile.disable()
    assert done.built == 0
    started = time.perf_counter()
    assert proofs.sums_at_fault() is None
    assert proofs.rebuilds_at_fault() is None
    proved = time.perf_counter() - started
    count = Submission.everywhere.filter(state="accepted").count()
    print(f"{count} reports accepted")
    for name, meter in (("plain sum", plain), ("twelve month's ends", first), ("the same again", second)):
        print(f"{name:22}{meter.statements:8} statements{meter.wall:8.2f} s")
    print(f"{'proofs':22}{'':8}{'':11}{proved:8.2f} s")
    if profiled:
        pstats.Stats(profile).sort_stats("cumulative").print_stats(45)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--areas", type=int, default=5)
    parser.add_argument("--people", type=int, default=7_000)
    parser.add_argument("--bills", type=int, default=5_000)
    parser.add_argument("--profile", action="store_true")
    options = parser.parse_args()
    with ExitStack() as stack:
        if not os.environ.get("DATABASE_URL"):
            stack.enter_context(server.in_use())
        stack.enter_context(test_database("bench_reports"))
        settings.OUT_DIR = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        for area in year.prepare(options.areas, options.people, options.bills):
            posting.post(area)
        summaries.rebuild()
        measure(options.profile)


if __name__ == "__main__":
    main()
