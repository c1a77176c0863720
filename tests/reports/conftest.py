"""Two provinces, two cities and a county reporting directly, with staff at every level; books, dues and settled bills."""

from collections.abc import Callable
from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest

from claims.services import summaries
from core.periods import Month
from enrollment.services import dues
from funds.services import chart, posting
from office.models import Region, RegionLink
from office.services import regions
from policy.models import LocalPolicySet
from reports.services import monthly, submissions
from tests.claims.conftest import id_number, key, land, nothing_kept, office_day, settled, world

__all__ = ["id_number", "key", "land", "nothing_kept", "office_day", "settled", "world"]

START = date(2007, 1, 1)
JULY = Month(2018, 7)
LEVELS = {"000000": "nation", "230000": "heilongjiang", "130000": "hebei", "230800": "jiamusi", "130400": "handan",
          "130682": "dingzhou"}  # fmt: skip


@pytest.fixture
def house(world: SimpleNamespace, office_day: Any, settings: Any, tmp_path: Any) -> SimpleNamespace:
    """The office's day is 2018-08-08: July is over, its reports are to be made."""
    settings.OUT_DIR = tmp_path
    dingzhou = Region.everywhere.create(code="130682", name="定州市", full_name="定州市", level="city", starts_on=START)
    village = Region.everywhere.create(
        code="130682001201", name="定州东村", full_name="定州东村", level="village", starts_on=START
    )
    for child, parent, kind in (
        (dingzhou, world.foreign_city, "administrative"),
        (dingzhou, world.regions["130000"], "reporting"),
        (village, dingzhou, "administrative"),
        (dingzhou, dingzhou, "pooling"),
    ):
        RegionLink.everywhere.create(kind=kind, child=child, parent=parent, starts_on=START)
    regions.rebuild_closure()
    for policy in LocalPolicySet.everywhere.filter(region__code="130400"):
        policy.pk, policy.region, policy.content = None, dingzhou, {**policy.content, "area": "130682"}
        policy.save()
    world.regions["130682"], world.direct_village, world.direct = dingzhou, village, dingzhou
    # People of both provinces are registered by one clerk here.
    world.city_clerk = world.make_clerk("register", "000000", "enrollment_clerk")
    world.analysts, world.directors = {}, {}
    for code, name in LEVELS.items():
        world.analysts[code] = world.make_clerk(f"{name}_analyst", code, "analyst")
        world.directors[code] = world.make_clerk(f"{name}_director", code, "director")
    chart.load()
    for code in ("230800", "130400", "130682"):
        posting.open_books(world.regions[code], opened_on=date(2018, 1, 1))
    world.hands = {
        "230800": (world.analysts["230800"], world.directors["230000"]),
        "130400": (world.analysts["130400"], world.directors["130000"]),
        "130682": (world.analysts["130682"], world.directors["130000"]),
        "230000": (world.analysts["230000"], world.directors["000000"]),
        "130000": (world.analysts["130000"], world.directors["000000"]),
        "000000": (world.analysts["000000"], world.directors["000000"]),
    }
    return world


@pytest.fixture
def stays(house: SimpleNamespace, settled: Callable[..., Any], office_day: Any) -> SimpleNamespace:
    """July has three people of 佳木斯 insured and two stays settled there; 邯郸 and 定州 have one person each."""
    first, poor = house.insured("李大海"), house.insured("王小山", "registered_poor")
    house.insured("赵一")
    house.insured("钱二", region=house.foreign_village)
    house.insured("孙三", region=house.direct_village)
    dues.work_out(actor=house.city_clerk, area=house.city, year=2018)
    office_day("2018-07-20")
    house.first = settled(first, "10000.00", "two", "2018-07-10")
    house.second = settled(poor, "8000.00", "one", "2018-07-12")
    summaries.fold()
    posting.post(house.city)
    office_day("2018-08-08")
    return house


@pytest.fixture
def july(stays: SimpleNamespace) -> SimpleNamespace:
    """The month's end of July has run with all hands."""
    stays.outcome = monthly.month_end(JULY, hands=stays.hands, warn=False)
    stays.report = lambda code, definition="operation": submissions.Submission.everywhere.get(
        definition=definition, region__code=code, period=201807, is_latest=True
    )
    return stays
