"""Negative controls: the walk that finds nothing in the office finds every deliberate hole."""

from typing import Any

import pytest

from office.models import Office, User
from tests.access import facts, records, walk
from tests.access.expected import CLERKS, EXEMPT, EXPECTED, REGISTER_READERS, SYSTEM
from tests.access.walk import Line, World


def _any_office(world: World, area: str) -> dict[str, object]:
    return {"username": "fresh", "office": Office.everywhere.get(region=world.areas[area]).pk}


LINES = {
    "holes:without_door": Line(SYSTEM),
    "holes:without_permission": Line(SYSTEM),
    "holes:by_everywhere": Line(CLERKS, make=records.work_item),
    "holes:takes_any_key": Line(SYSTEM, ("POST",), posts=_any_office, counts=User),
    "holes:writes_by_get": Line(CLERKS, ("POST",)),
    "holes:shows_the_number": Line(REGISTER_READERS, make=facts.person),
}


@pytest.fixture(autouse=True)
def _with_holes(settings: Any) -> None:
    settings.ROOT_URLCONF = "tests.access.holes"


def _holes() -> list[walk.Endpoint]:
    return [endpoint for endpoint in walk.endpoints("tests.access.holes") if endpoint.name.startswith("holes:")]


def test_a_view_without_its_door_is_caught() -> None:
    assert walk.undecorated(_holes(), EXEMPT) == ["holes:without_door: 没有 @page"]


def test_an_address_that_is_not_in_the_table_is_caught() -> None:
    assert walk.missing(_holes(), LINES, EXEMPT) == ["holes:not_in_the_table: 不在表中"]
    assert "office:nowhere: 没有这个地址" in walk.missing(
        walk.endpoints(), {**EXPECTED, "office:nowhere": Line(None)}, EXEMPT
    )


def test_a_page_that_asks_for_no_permission_is_caught(world: World) -> None:
    faults = walk.faults_of("holes:without_permission", LINES["holes:without_permission"], world)
    assert any("window_clerk GET 应为 [403]，得到 200" in fault for fault in faults)


def test_an_open_view_is_caught_by_the_walk_too(world: World) -> None:
    faults = walk.faults_of("holes:without_door", LINES["holes:without_door"], world)
    assert any("未登录 GET 得到 200" in fault for fault in faults)


def test_a_record_of_another_area_is_caught(world: World) -> None:
    faults = walk.faults_of("holes:by_everywhere", LINES["holes:by_everywhere"], world)
    assert any("sibling 得到 200" in fault for fault in faults)
    assert any("foreign 得到 200" in fault for fault in faults)


def test_a_key_of_another_area_in_a_form_is_caught(world: World) -> None:
    faults = walk.faults_of("holes:takes_any_key", LINES["holes:takes_any_key"], world)
    assert any("提交了 foreign 的记录，却写入了 1 条" in fault for fault in faults)


def test_a_method_too_many_is_caught(world: World) -> None:
    faults = walk.faults_of("holes:writes_by_get", LINES["holes:writes_by_get"], world)
    assert any("GET 应为 405，得到 200" in fault for fault in faults)


def test_a_document_number_in_clear_is_caught(world: World) -> None:
    faults = walk.faults_of("holes:shows_the_number", LINES["holes:shows_the_number"], world)
    assert any("window_clerk GET own 的页面上有完整的证件号码" in fault for fault in faults)
