"""The register comes in: people and households by the import engine, dues worked out, payments booked."""

from collections.abc import Sequence
from datetime import date
from uuid import NAMESPACE_URL, uuid5

from django.db.models import F

from core import staging
from core.money import plain_yuan
from demonstration.areas import AREAS, Area
from demonstration.office_day import office_day
from demonstration.population import Resident
from demonstration.register_files import (
    PAYMENT_COLUMNS,
    REGISTER_COLUMNS,
    bad_rows,
    register_row,
    write_csv,
    write_xlsx,
)
from demonstration.year import DemonstrationYear
from enrollment.codes import EndReason, IdKind
from enrollment.models import Campaign, Due, Enrollment
from enrollment.services import dues, enrollments, payments
from enrollment.services.persons import identity_index

BAD_SHARE = 0.01
YEARS = (2018, 2019)
# The days of a season on which the collecting office sends its file.
SEASON_DAYS = {
    2018: (date(2017, 10, 31), date(2017, 12, 31)),
    2019: (date(2018, 10, 31), date(2018, 12, 31)),
}
# The first day on which dues can be worked out.
SEASON_BEGINS = {2018: date(2017, 9, 1), 2019: date(2018, 9, 1)}


def index_of(resident: Resident) -> bytes:
    kind = IdKind.BIRTH if resident.category == "newborn" else IdKind.RESIDENT
    return identity_index(kind, resident.number)


def import_people(year: DemonstrationYear) -> None:
    """One file an area, with one bad row in a hundred; the bad rows come back as an error file."""
    for area in AREAS:
        random = year.random(f"register {area.code}")
        rows = [register_row(resident) for resident in year.residents(area)]
        outside = next(other for other in AREAS if other.code != area.code).villages[0].code
        rows += bad_rows(rows, round(len(rows) * BAD_SHARE), outside, random)
        path = year.folder / f"参保登记-{area.code}.xlsx"
        write_xlsx(path, REGISTER_COLUMNS, rows)
        batch = staging.import_file(
            path, "enrollment.register", actor=area.clerk("enrollment_clerk"), region=area.region
        )
        year.tell("register", f"{area.region.name} 读取", batch.read_count)
        outcome = f"{batch.accepted_count:,} / {batch.refused_count:,} / {batch.unchanged_count:,}"
        year.tell("register", f"{area.region.name} 接收 / 拒绝 / 未变", outcome)
        if batch.refused_count:
            _name, content = staging.error_file(batch, actor=area.clerk("enrollment_clerk"))
            errors = year.folder / f"参保登记-{area.code}-错误.xlsx"
            errors.write_bytes(content)
            year.files.append(errors)
        year.files.append(path)


def work_out_dues(year: DemonstrationYear) -> None:
    for area in AREAS:
        set_targets(area)
        clerk = area.clerk("enrollment_clerk")
        for benefit_year in YEARS:
            with office_day(SEASON_BEGINS[benefit_year]):
                dues.work_out(actor=clerk, area=area.region, year=benefit_year)
    year.tell("register", "核定应缴", Due.everywhere.filter(year__in=YEARS).count())


def set_targets(area: Area) -> None:
    """Each season's target: everyone who lives here (参保筹资量化指标)."""
    for benefit_year, days in SEASON_DAYS.items():
        Campaign.everywhere.get_or_create(
            year=benefit_year,
            pooling_area=area.region,
            defaults={
                "season_starts_on": SEASON_BEGINS[benefit_year],
                "season_ends_on": days[-1],
                "target_count": area.people,
                "document": "示例",
            },
        )


def unpaid(area: Area, benefit_year: int, people: Sequence[Resident]) -> list[tuple[Resident, int]]:
    """What each of these people still has to pay, in fen."""
    found = {
        bytes(index): owed
        for index, owed in Due.everywhere.filter(
            pooling_area=area.region, year=benefit_year, personal_fen__gt=F("paid_fen")
        )
        .exclude(state="cancelled")
        .values_list("person__id_index", F("personal_fen") - F("paid_fen"))
    }
    pairs = ((resident, found.get(index_of(resident), 0)) for resident in people)
    return [(resident, owed) for resident, owed in pairs if owed]


def pay_others(year: DemonstrationYear) -> None:
    """Those who are on no list pay in the season; a few do not."""
    pay(year, "others", 0.97)


def pay_poor(year: DemonstrationYear) -> None:
    """People in hardship pay what the aid leaves them, at the season's end."""
    pay(year, "poor", 0.98)


def pay(year: DemonstrationYear, people: str, share: float, benefit_years: Sequence[int] = YEARS) -> None:
    """The collecting office's files: a month of the season each; `share` of the people pay, the others are left to chase."""
    booked = 0
    for area in AREAS:
        for benefit_year in benefit_years:
            random = year.random(f"pay {area.code} {benefit_year} {people}")
            payers = [r for r in year.residents(area) if (r.hardship is not None) == (people == "poor")]
            owing = [pair for pair in unpaid(area, benefit_year, payers) if random.random() < share]
            adults = [pair for pair in owing if pair[0].category != "newborn"]
            days = SEASON_DAYS[benefit_year] if people == "others" else SEASON_DAYS[benefit_year][-1:]
            for place, day in enumerate(days):
                part = adults[place :: len(days)]
                booked += _pay_by_file(year, area, benefit_year, day, part, people)
            for resident, _owed in owing:
                if resident.category == "newborn" and benefit_year == resident.born.year:
                    _pay_at_counter(area, resident, benefit_year)
                    booked += 1
    year.tell("register", "缴费入账（一般居民）" if people == "others" else "缴费入账（困难人员个人部分）", booked)


def _pay_by_file(
    year: DemonstrationYear, area: Area, benefit_year: int, day: date, part: Sequence[tuple[Resident, int]], people: str
) -> int:
    if not part:
        return 0
    random = year.random(f"days {area.code} {day}")
    rows = [
        (
            resident.number,
            resident.name,
            str(benefit_year),
            plain_yuan(owed),
            day.replace(day=random.randrange(1, day.day + 1)).isoformat(),
            "家庭" if resident.relation == "户主" else "个人",
            f"SP{area.code}{benefit_year}{day:%m}{people[0].upper()}{place:06d}",
        )
        for place, (resident, owed) in enumerate(part, 1)
    ]
    path = year.folder / f"缴费到账-{area.code}-{benefit_year}-{day:%Y%m}-{people}.csv"
    write_csv(path, PAYMENT_COLUMNS, rows)
    with office_day(day):
        batch = staging.import_file(
            path, "enrollment.payments", actor=area.clerk("enrollment_clerk"), region=area.region
        )
    return batch.accepted_count


def _pay_at_counter(area: Area, resident: Resident, benefit_year: int) -> None:
    due = Due.everywhere.get(person__id_index=index_of(resident), year=benefit_year)
    with office_day(resident.registered_on):
        payments.book(
            actor=area.clerk("enrollment_clerk"),
            due=due,
            kind="personal",
            amount_fen=due.unpaid_fen,
            paid_on=resident.registered_on,
            key=uuid5(NAMESPACE_URL, f"demonstration newborn {resident.number} {due.year}"),
        )


def end_covers(year: DemonstrationYear) -> None:
    """The dead and those who joined the employee scheme leave the register."""
    ended = 0
    for area in AREAS:
        clerk = area.clerk("enrollment_clerk")
        leaving = {index_of(r): r for r in year.residents(area) if r.died_on or r.is_employee_insured}
        for enrollment in Enrollment.everywhere.filter(
            person__id_index__in=list(leaving), in_force=True, reason_ended=""
        ).select_related("person", "region"):
            resident = leaving[bytes(enrollment.person.id_index)]
            if resident.died_on:
                day, reason = resident.died_on, EndReason.DEATH
            else:
                day, reason = enrollment.ends_on, EndReason.EMPLOYEE
            with office_day(max(day, date(2018, 1, 1))):
                enrollments.end(
                    actor=clerk, enrollment=enrollment, version=enrollment.version, ends_on=day, reason=reason
                )
            ended += 1
    year.tell("register", "终止参保（死亡、转职工医保）", ended)
