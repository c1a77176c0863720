"""Month's end, twelve times: warnings, and reports from city to province to nation, built, submitted and accepted."""

from datetime import date, timedelta
from pathlib import Path

from core.periods import Month, months_of
from demonstration.office_day import office_day
from demonstration.year import DemonstrationYear
from funds.models import RiskWarning
from office.models import User
from office.selectors import staff
from reports.services import monthly

YEAR = 2018
LAST_DAY = date(2018, 12, 31)
# Code of the area that reports → (its short name, short name of the one that accepts).
REPORTING = {
    "230800": ("jiamusi", "heilongjiang"),
    "130400": ("handan", "hebei"),
    "130682": ("dingzhou", "hebei"),
    "130181": ("xinji", "hebei"),
    "133100": ("xiongan", "hebei"),
    "230000": ("heilongjiang", "nation"),
    "130000": ("hebei", "nation"),
    "000000": ("nation", "nation"),
}


def hands() -> dict[str, tuple[User, User]]:
    """Who submits for each area, and who accepts at the level above."""
    return {
        code: (staff.demo(own, "analyst"), staff.demo(upper, "director")) for code, (own, upper) in REPORTING.items()
    }


def close(year: DemonstrationYear) -> None:
    people = hands()
    built = submitted = accepted = 0
    files: list[Path] = []
    for month in months_of(YEAR):
        with office_day(min(month.last + timedelta(days=8), LAST_DAY)):
            done = monthly.month_end(month, hands=people)
        built, submitted, accepted = built + done.built, submitted + done.submitted, accepted + done.accepted
        files += [Path(path) for path in done.files]
    year.tell("months", "报表 生成 / 报送 / 审定", f"{built:,} / {submitted:,} / {accepted:,}")
    year.tell(
        "months", "风险预警（红 / 橙 / 黄）", " / ".join(str(count(grade)) for grade in ("red", "orange", "yellow"))
    )
    year.tell("months", "报表文件", len(files))
    year.files += files[-6:]


def count(grade: str) -> int:
    first, last = Month(YEAR, 1).period, Month(YEAR, 12).period
    return RiskWarning.everywhere.filter(grade=grade, is_latest=True, period__gte=first, period__lte=last).count()
