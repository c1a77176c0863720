"""A small tree of regions and the people in it."""

from collections.abc import Callable
from datetime import date

import pytest

from office.models import Office, Posting, Region, RegionLink, User
from office.services import regions

START = date(2007, 1, 1)


class Tree:
    """Builds regions, links, offices and people by code."""

    def __init__(self) -> None:
        self.regions: dict[str, Region] = {}
        self.count = 0

    def region(self, code: str, level: str, parent: str = "", name: str = "") -> Region:
        region = Region.everywhere.create(
            code=code, name=name or f"地区{code}", full_name=name or code, level=level, starts_on=START
        )
        self.regions[code] = region
        if parent:
            self.link("administrative", code, parent)
        return region

    def link(
        self, kind: str, child: str, parent: str, starts_on: date = START, ends_on: date | None = None
    ) -> RegionLink:
        return RegionLink.everywhere.create(
            kind=kind, child=self.regions[child], parent=self.regions[parent], starts_on=starts_on, ends_on=ends_on
        )

    def person(self, code: str | None, *roles: str, username: str = "") -> User:
        """A person of the office of region ``code`` with roles."""
        self.count += 1
        office = None
        if code is not None:
            region = self.regions[code]
            office, _made = Office.everywhere.get_or_create(
                code=f"YB{code}", defaults={"name": f"机构{code}", "region": region, "level": region.level}
            )
        user = User(username=username or f"u{self.count}", name=f"职员{self.count}", office=office)
        user.set_password("Correct-horse-9-battery")
        user.save()
        for role in roles:
            Posting.everywhere.create(user=user, role=role, starts_on=START)
        return user

    def __getitem__(self, code: str) -> Region:
        return self.regions[code]


@pytest.fixture
def tree(db: None) -> Tree:
    """Nation, 河北 with 保定 (定州 in it, reporting to the province) and 邯郸 with two counties, 黑龙江 with 佳木斯."""
    tree = Tree()
    tree.region("000000", "nation", name="国家")
    tree.region("130000", "province", "000000", "河北省")
    tree.region("130600", "city", "130000", "保定市")
    tree.region("130682", "county", "130600", "定州市")
    tree.region("130682001", "township", "130682")
    tree.region("130400", "city", "130000", "邯郸市")
    tree.region("130402", "county", "130400", "邯山区")
    tree.region("130403", "county", "130400", "丛台区")
    tree.region("130402001", "township", "130402")
    tree.region("230000", "province", "000000", "黑龙江省")
    tree.region("230800", "city", "230000", "佳木斯市")
    tree.region("230803", "county", "230800", "向阳区")
    tree.link("reporting", "130682", "130000")
    for pool in ("130400", "130682", "230800"):
        tree.link("pooling", pool, pool)
    regions.rebuild_closure()
    return tree


Person = Callable[..., User]
