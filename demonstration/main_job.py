"""The main job: an office's year 2018 on real figures, from the law to the month's end. A job row like any other."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.conf import settings

from core import jobs
from core.models import Job, JobState
from core.refusal import Refused
from demonstration.population import SEED
from demonstration.steps import bills, books, foundations, months, poverty, register
from demonstration.year import DemonstrationYear, Line

Step = Callable[[DemonstrationYear], None]

STEPS: tuple[tuple[str, str, Step], ...] = (
    ("foundations", "法规、地区、机构、目录", foundations.lay),
    ("register", "参保登记导入", register.import_people),
    ("register", "核定应缴", register.work_out_dues),
    ("register", "一般居民缴费", register.pay_others),
    ("register", "死亡、转出", register.end_covers),
    ("poverty", "扶贫名单导入与比对", poverty.import_lists),
    ("poverty", "资助参保", poverty.book_aid),
    ("register", "困难人员缴费", register.pay_poor),
    ("poverty", "覆盖情况", poverty.show_coverage),
    ("bills", "费用单据导入", bills.load),
    ("bills", "三重保障结算", bills.settle),
    ("bills", "冲正", bills.reverse_some),
    ("books", "建账、补助、记账", books.keep),
    ("months", "十二个月的月末", months.close),
)


@jobs.handles("demonstration.main_job", title="示例年度主流程")
def main_job(job: jobs.RunningJob) -> None:
    """Every step is safe to run again, so a job that was cut short goes on from where it stood."""
    year = DemonstrationYear(Path(settings.OUT_DIR) / "示例年度")
    year.folder.mkdir(parents=True, exist_ok=True)
    for place, (code, title, step) in enumerate(STEPS):
        job.renew()
        job.progress(done=place, total=len(STEPS), message=title)
        started, first = time.monotonic(), len(year.lines)
        step(year)
        spent = f"{time.monotonic() - started:.1f}"
        year.lines.insert(first, Line(code, title, "", spent))
        job.progress(done=place + 1)
    job.result({"lines": [vars(line) for line in year.lines], "files": [str(path) for path in year.files]})


def run() -> tuple[dict[str, Any], bool]:
    """Runs the main job unless it is done; returns its result and whether it ran now.

    A run that failed or was cut short is taken up again. Where another process was killed in the middle, its lease is
    waited out.
    """
    job = jobs.enqueue("demonstration.main_job", str(SEED), actor=None)
    if job.state == JobState.DONE:
        return job.result, False
    if job.state == JobState.FAILED:
        jobs.retry(job, actor=None)
    deadline = time.monotonic() + 2 * jobs.LEASE_SECONDS
    while True:
        Job.everywhere.filter(pk=job.pk, state=JobState.WAITING).update(not_before=None, attempt=0)
        try:
            return jobs.run_now(job).result, True
        except Refused as refusal:
            if refusal.code != "job_taken" or time.monotonic() > deadline:
                raise
            time.sleep(2)
