"""Two small cities, their offices and clerks, and the standards of one of them; the office's day is in June 2018."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest
import yaml
from django.conf import settings as django_settings

from core import clock
from core.identity import check_digit
from enrollment.models import Person
from enrollment.services import persons
from office.models import Office, Posting, Region, RegionLink, User
from office.services import regions
from policy.models import LocalPolicySet

START = date(2007, 1, 1)
REGIONS = [
    ("000000", "全国", "nation", None),
    ("230000", "黑龙江省", "province", "000000"),
    ("230800", "佳木斯市", "city", "230000"),
    ("230803", "向阳区", "county", "230800"),
    ("230803001", "西林街道", "township", "230803"),
    ("230803001201", "东村", "village", "230803001"),
    ("230803001202", "西村", "village", "230803001"),
    ("230804", "前进区", "county", "230800"),
    ("230804001", "站前街道", "township", "230804"),
    ("230804001201", "南村", "village", "230804001"),
    ("130000", "河北省", "province", "000000"),
    ("130400", "邯郸市", "city", "130000"),
    ("130402", "邯山区", "county", "130400"),
    ("130402001", "火磨街道", "township", "130402"),
    ("130402001201", "北村", "village", "130402001"),
]


def id_number(region: str = "230803", birth: str = "19800101", serial: int = 1, sex: int = 1) -> str:
    """A made-up identity number with a right check digit; sex 1 male, 2 female."""
    order = serial * 2 + (1 if sex == 1 else 0)
    first = f"{region}{birth}{order:03d}"
    return first + check_digit(first)


@pytest.fixture
def office_day(settings: Any) -> Any:
    """Set the office's day: office_day("2018-12-31")."""

    def set_day(day: str) -> date:
        settings.OFFICE_DATE = day
        return clock.today()

    set_day("2018-06-01")
    return set_day


@pytest.fixture
def land(db: None, office_day: Any) -> SimpleNamespace:
    """The regions, two offices with clerks, and 佳木斯's standards of 2018 and 2019."""
    made: dict[str, Region] = {}
    for code, name, level, parent in REGIONS:
        made[code] = Region.everywhere.create(code=code, name=name, full_name=name, level=level, starts_on=START)
        if parent:
            RegionLink.everywhere.create(kind="administrative", child=made[code], parent=made[parent], starts_on=START)
    for code in ("230800", "130400"):
        RegionLink.everywhere.create(kind="pooling", child=made[code], parent=made[code], starts_on=START)
    regions.rebuild_closure()

    def clerk(username: str, region: str, *roles: str) -> User:
        office, _new = Office.everywhere.get_or_create(
            code=region,
            defaults={"name": f"{made[region].name}医保中心", "region": made[region], "level": made[region].level},
        )
        user = User.everywhere.create(username=username, name=username, office=office, password_changed_at=clock.now())
        for role in roles:
            Posting.everywhere.create(user=user, role=role, starts_on=START)
        return user

    content = yaml.safe_load(
        (django_settings.BASE_DIR / "policy/local_sets/230800-2018.yaml").read_text(encoding="utf-8")
    )
    for code in ("230800", "130400"):
        for year in (2018, 2019):
            text = {**content, "area": code, "effective_on": date(year, 1, 1), "ends_on": date(year, 12, 31)}
            LocalPolicySet.everywhere.create(
                region=made[code],
                name=f"{year}",
                document=f"{year}年标准",
                effective_on=text["effective_on"],
                ends_on=text["ends_on"],
                content={**text, "effective_on": str(text["effective_on"]), "ends_on": str(text["ends_on"])},
                state=LocalPolicySet.State.APPROVED,
                approved_on=text["effective_on"],
                approved_at=clock.now(),
            )
    return SimpleNamespace(
        regions=made,
        village=made["230803001201"],
        other_village=made["230803001202"],
        sibling_village=made["230804001201"],
        foreign_village=made["130402001201"],
        city=made["230800"],
        foreign_city=made["130400"],
        clerk=clerk("xiangyang", "230803", "enrollment_clerk"),
        window=clerk("window", "230803", "window_clerk"),
        city_clerk=clerk("jiamusi", "230800", "enrollment_clerk"),
        sibling=clerk("qianjin", "230804", "enrollment_clerk"),
        foreign=clerk("hanshan", "130402", "enrollment_clerk"),
        auditor=clerk("auditor", "230800", "auditor"),
        analyst=clerk("analyst", "230800", "analyst"),
        make_clerk=clerk,
    )


@pytest.fixture
def person(land: SimpleNamespace) -> Person:
    """An adult of 东村."""
    return persons.register(
        actor=land.clerk, name="王小明", id_kind="01", id_number=id_number(), region=land.village, phone="13812345678"
    )


@pytest.fixture
def key() -> Any:
    """A new idempotency key for each call."""
    return uuid4
