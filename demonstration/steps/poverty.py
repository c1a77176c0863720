"""The poverty lists come in, are matched with the register, and the aid for dues is booked for each person."""

from datetime import date
from uuid import NAMESPACE_URL, uuid5

from core import staging
from core.money import share, yuan
from demonstration.areas import AREAS
from demonstration.office_day import office_day
from demonstration.poverty_files import write_list
from demonstration.year import POOR_ON_LISTS, DemonstrationYear
from enrollment.models import Due, HardshipStatus
from enrollment.services import payments
from poverty.models import Mismatch
from poverty.selectors import coverage as figures
from poverty.services import coverage

# The day on which medical aid pays the dues of a benefit year.
AID_DAYS = {2018: date(2018, 3, 31), 2019: date(2018, 12, 28)}


def import_lists(year: DemonstrationYear) -> None:
    """A list for each area, 3,000 rows together, with some misses of every kind the register must find."""
    people = sum(1 for r in year.population.residents if r.hardship)
    left = POOR_ON_LISTS
    neighbours = [(m, h) for h in year.households(AREAS[2]) for m in h.members if not m.hardship and 2018 in m.years]
    for place, area in enumerate(AREAS):
        households = year.households(area)
        poor = sum(1 for h in households for m in h.members if m.hardship)
        total = left if place == len(AREAS) - 1 else round(POOR_ON_LISTS * poor / people)
        left -= total
        path = year.folder / f"困难人员名单-{area.code}.xlsx"
        # Handan's list names people who are enrolled in Dingzhou, in the same province.
        elsewhere = neighbours if area.code == "130400" else []
        random = year.random(f"list {area.code}")
        write_list(path, households, elsewhere, random, year.population.taken, total=total)
        batch = staging.import_file(path, "poverty.list", actor=area.clerk("poverty_officer"), region=area.region)
        outcome = f"{batch.read_count:,} / {batch.accepted_count:,} / {batch.refused_count:,}"
        year.tell("poverty", f"{area.region.name} 名单 读取 / 接收 / 拒绝", outcome)
        year.files.append(path)
    year.tell("poverty", "认定困难身份", HardshipStatus.everywhere.filter(withdrawn_at=None).count())
    kinds = Mismatch.everywhere.values_list("kind", flat=True)
    for kind in sorted(set(kinds)):
        year.tell(
            "poverty", f"未匹配：{dict(Mismatch._meta.get_field('kind').flatchoices)[kind]}", list(kinds).count(kind)
        )


def book_aid(year: DemonstrationYear) -> None:
    """Medical aid pays the dues of the poor: each yuan for one person (按标资助、人费对应)."""
    for benefit_year, day in AID_DAYS.items():
        total = 0
        for area in AREAS:
            owed = Due.everywhere.filter(pooling_area=area.region, year=benefit_year, aid_fen__gt=0)
            if not any(due.unpaid_aid_fen for due in owed):
                continue
            with office_day(day):
                total += payments.book_aid(
                    actor=area.clerk("finance_officer"),
                    area=area.region,
                    year=benefit_year,
                    paid_on=day,
                    receipt=f"ZZ{area.code}{benefit_year}",
                    key=uuid5(NAMESPACE_URL, f"demonstration aid {area.code} {benefit_year}"),
                )
        year.tell("poverty", f"{benefit_year} 年度资助参保到账（元）", yuan(total))


def show_coverage(year: DemonstrationYear) -> None:
    """Coverage of the three systems, by area, against the target of all."""
    for area in AREAS:
        coverage.rebuild(actor=area.clerk("poverty_officer"), area=area.region)
        found = figures.figures(area.region)
        hundredths = None if found.basic_rate is None else share(10_000, found.basic_rate)
        shown = "—" if hundredths is None else f"{hundredths // 100}.{hundredths % 100:02d}%"
        year.tell("poverty", f"{area.region.name} 核准身份 / 基本医保覆盖率", f"{found.verified:,} / {shown}")
