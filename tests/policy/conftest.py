"""A small world for policy: the nation, 黑龙江 with 佳木斯 and a county, 河北 with 邯郸; staff of each level."""

from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest

from office.models import Office, Posting, Region, RegionLink, User
from office.services import regions
from policy import vocabulary

FIRST = date(2000, 1, 1)
PLACES = [
    ("000000", "全国", "nation", None),
    ("230000", "黑龙江省", "province", "000000"),
    ("230800", "佳木斯市", "city", "230000"),
    ("230803", "向阳区", "county", "230800"),
    ("130000", "河北省", "province", "000000"),
    ("130400", "邯郸市", "city", "130000"),
]
POOLS = ("230800", "130400")


@pytest.fixture
def office_day(settings: Any) -> date:
    settings.OFFICE_DATE = date(2018, 12, 31)
    return date(2018, 12, 31)


@pytest.fixture
def world(db: None, office_day: date) -> SimpleNamespace:
    found: dict[str, Region] = {}
    for code, name, level, parent in PLACES:
        found[code] = Region.everywhere.create(code=code, name=name, full_name=name, level=level, starts_on=FIRST)
        if parent:
            RegionLink.everywhere.create(
                kind="administrative", child=found[code], parent=found[parent], starts_on=FIRST
            )
    for code in POOLS:
        RegionLink.everywhere.create(kind="pooling", child=found[code], parent=found[code], starts_on=FIRST)
    regions.rebuild_closure()
    people: dict[str, User] = {}
    for key, code in (
        ("nation", "000000"), ("heilongjiang", "230000"), ("jiamusi", "230800"), ("xiangyang", "230803"),
        ("hebei", "130000"), ("handan", "130400"),
    ):  # fmt: skip
        office = Office.everywhere.create(code=code, name=found[code].name, region=found[code], level=found[code].level)
        for role in ("policy_officer", "director", "window_clerk", "auditor", "system_admin"):
            user = User.everywhere.create(username=f"{key}_{role}", name=f"{key}{role}", office=office)
            Posting.everywhere.create(user=user, role=role, starts_on=FIRST)
            people[f"{key}_{role}"] = user
    return SimpleNamespace(regions=found, staff=people, jiamusi=found["230800"], handan=found["130400"])


@pytest.fixture
def jiamusi_text() -> str:
    return (vocabulary.LOCAL_SETS / "230800-2018.yaml").read_text(encoding="utf-8")
