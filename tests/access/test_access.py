"""Every address × role × area against the one table."""

import pytest

from tests.access import walk
from tests.access.expected import EXEMPT, EXPECTED
from tests.access.walk import World

ROOMS = sorted({name.split(":")[0] for name in EXPECTED})


def test_every_view_stands_behind_a_door() -> None:
    faults = walk.undecorated(walk.endpoints(), EXEMPT)
    assert not faults, "\n".join(faults)


def test_every_address_is_in_the_table() -> None:
    faults = walk.missing(walk.endpoints(), EXPECTED, EXEMPT)
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("room", ROOMS)
def test_every_address_answers_as_the_table_says(world: World, room: str) -> None:
    faults = [
        fault
        for name, line in EXPECTED.items()
        if name.split(":")[0] == room
        for fault in walk.faults_of(name, line, world)
    ]
    assert not faults, "\n".join(faults)


def test_admin_is_for_the_system_administrator(world: World) -> None:
    for role, client in world.clients.items():
        status = client.get("/admin/").status_code
        assert status == (200 if role in ("system_admin", "security_admin") else 302), role
        for path in ("office/office/", "office/user/", "office/regionattribute/"):
            status = client.get(f"/admin/{path}").status_code
            assert status == (200 if role == "system_admin" else 403 if role == "security_admin" else 302), (role, path)


def test_admin_shows_and_takes_the_own_area_alone(world: World) -> None:
    client = world.clients["system_admin"]
    page = client.get("/admin/office/office/").content.decode()
    assert "向阳区机构" in page
    assert "前进区机构" not in page
    assert "邯山区机构" not in page
    assert "邯山区" not in page
    form = client.get("/admin/office/office/add/").content.decode()
    assert "向阳区" in form
    assert "前进区" not in form
    assert "邯山区" not in form
    for area, written in (("own", True), ("sibling", False), ("foreign", False)):
        data = {"code": f"A-{area}", "name": "机构", "region": world.areas[area].pk, "level": "county", "is_open": "on"}
        client.post("/admin/office/office/add/", data)
        from office.models import Office

        assert Office.everywhere.filter(code=f"A-{area}").exists() is written, area
    other = world.others["sibling"]
    assert client.get(f"/admin/office/user/{other.pk}/change/").status_code == 302


def test_admin_has_no_log_in_of_its_own(world: World) -> None:
    from django.test import Client

    assert Client().get("/admin/login/")["Location"] == "/login/"
    assert Client().get("/admin/")["Location"].startswith("/admin/login/")
