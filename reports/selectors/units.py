"""Who reports to whom, and by when: cities and areas reporting directly, provinces, the nation."""

from dataclasses import dataclass
from datetime import date

from core.periods import Month
from office import workdays
from office.models import Office, Region
from office.selectors import regions
from policy import selectors as policy
from policy.law import ParameterMissing

LEVELS = ("nation", "province", "city")
_DUE = {"nation": "reports.nation_due_day", "province": "reports.province_due_day", "city": "reports.city_due_day"}


@dataclass(frozen=True)
class Unit:
    """A region that hands in reports. `level` is its place in the three levels, not its administrative rank."""

    region: Region
    level: str
    upper: Region | None

    @property
    def code(self) -> str:
        return self.region.code


class Tree:
    """The units of one day, read in few statements: a unit is a region with an open office at one of the three levels."""

    def __init__(self, on: date) -> None:
        self.on = on
        self._due: dict[tuple[str, Month], date | None] = {}
        offices = Office.everywhere.filter(is_open=True).values("region")
        with_office = {region.pk: region for region in Region.everywhere.filter(pk__in=offices)}
        self.units: dict[int, Unit] = {}
        nation = next((r for r in with_office.values() if r.level == "nation"), None)
        if nation is not None:
            self.units[nation.pk] = Unit(nation, "nation", None)
        for province in sorted((r for r in with_office.values() if r.level == "province"), key=lambda r: r.code):
            self.units[province.pk] = Unit(province, "province", nation)
            for below in regions.children(province, on):
                if below.pk in with_office:
                    self.units[below.pk] = Unit(below, "city", province)

    def due_on(self, level: str, month: Month) -> date | None:
        """The last day to hand in, read once for a level and month."""
        if (level, month) not in self._due:
            self._due[level, month] = due_on(level, month)
        return self._due[level, month]

    def get(self, region: Region | int) -> Unit | None:
        return self.units.get(region if isinstance(region, int) else region.pk)

    def below(self, region: Region) -> list[Unit]:
        """The units that report to a region, by code."""
        found = [u for u in self.units.values() if u.upper is not None and u.upper.pk == region.pk]
        return sorted(found, key=lambda unit: unit.code)

    def at(self, level: str) -> list[Unit]:
        return sorted((u for u in self.units.values() if u.level == level), key=lambda unit: unit.code)

    def in_order(self) -> list[Unit]:
        """All units such that each comes after those that report to it."""
        return [unit for level in reversed(LEVELS) for unit in self.at(level)]

    def is_base(self, unit: Unit) -> bool:
        """Whether the unit counts for itself: nobody reports to it."""
        return not self.below(unit.region)


def due_on(level: str, month: Month) -> date | None:
    """The last day to hand in a month's report; the next working day when the office is closed. None where no day is set."""
    after = month.next()
    try:
        day = int(policy.national_value(_DUE[level], after.last))
    except ParameterMissing:
        return None
    return workdays.add(after.first.replace(day=min(day, after.last.day)), 0)


def pooling_areas(region: Region, on: date) -> list[Region]:
    """The pooling areas that a unit counts."""
    return list(regions.pooling_areas(on, within=region))
