"""The pooling areas of the demonstration: how many people live in each, and who works there."""

from dataclasses import dataclass
from datetime import date

from demonstration.population import Village
from office.models import Region, User
from office.selectors import regions, staff

AREA_DAY = date(2018, 1, 1)


@dataclass(frozen=True)
class Area:
    """One pooling area; `short` is the beginning of its staff's user names."""

    code: str
    short: str
    people: int
    households: int

    @property
    def region(self) -> Region:
        return regions.by_code(self.code)

    def clerk(self, role: str) -> User:
        return staff.demo(self.short, role)

    @property
    def villages(self) -> list[Village]:
        found = (
            regions.descendants(self.region, AREA_DAY, level="village").filter(is_demonstration=True).order_by("code")
        )
        return [Village(code=v.code, county=v.code[:6], city=self.code, pooling_area=self.code) for v in found]


AREAS = (
    Area("230800", "jiamusi", people=12_800, households=3_840),
    Area("130400", "handan", people=6_500, households=1_950),
    Area("130682", "dingzhou", people=700, households=210),
)
