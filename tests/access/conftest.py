"""The world of the access tests: three counties, one person of each role in the first, one person in each."""

import sys
from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import pytest
from django.contrib.auth.hashers import make_password
from django.test import Client

from core import staging
from office.models import Office, Posting, Region, User
from office.services import regions
from tests.access.records import START
from tests.access.walk import ROLES, World
from tests.office.conftest import Tree

# The package has a function of the same name: the module itself is wanted.
kinds_module = sys.modules["core.staging.kinds"]
PASSWORD = "Correct-horse-9-battery"


def _nothing(chunk: Any, cursor: Any) -> None:
    """The harness's import takes nothing in."""


@pytest.fixture
def world(db: None, settings: Any, tmp_path: Any) -> Iterator[World]:
    """向阳区 (own), 前进区 beside it, 邯山区 in another province."""
    settings.MEDIA_ROOT = str(tmp_path)
    settings.VAR_DIR = tmp_path
    # Statuses are asked for here, thousands of them; the frame around each page has its own tests.
    templates = deepcopy(settings.TEMPLATES)
    templates[0]["OPTIONS"]["context_processors"].remove("office.context.screen")
    settings.TEMPLATES = templates
    staging.register(
        staging.ImportKind(
            code="access.list",
            title="检查用名单",
            columns=[staging.Column(name="姓名", field="name", required=True)],
            apply=_nothing,
            permission="enrollment.import",
        )
    )
    tree = Tree()
    tree.region("000000", "nation", name="国家")
    for province, city in (("230000", "230800"), ("130000", "130400")):
        tree.region(province, "province", "000000")
        tree.region(city, "city", province)
    tree.region("230803", "county", "230800", "向阳区")
    tree.region("230804", "county", "230800", "前进区")
    tree.region("130402", "county", "130400", "邯山区")
    regions.rebuild_closure()
    areas = {"own": tree["230803"], "sibling": tree["230804"], "foreign": tree["130402"]}
    offices = {name: _office(region) for name, region in areas.items()}
    password = make_password(PASSWORD)
    people = {role: _person(f"own_{role}", offices["own"], password, role) for role in ROLES}
    others = {name: _person(f"{name}_other", offices[name], password) for name in areas}
    world = World(areas, people, others)
    for role, person in people.items():
        # A fault of a view must come back as 500, not end the walk.
        client = Client(raise_request_exception=False)
        client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
        world.clients[role] = client
    yield world
    kinds_module._kinds.pop("access.list", None)


def _office(region: Region) -> Office:
    return Office.everywhere.create(
        code=f"YB{region.code}", name=f"{region.name}机构", region=region, level=region.level
    )


def _person(username: str, office: Office, password: str, role: str = "") -> User:
    user = User.everywhere.create(username=username, name=username, office=office, password=password)
    if role:
        Posting.everywhere.create(user=user, role=role, starts_on=START)
    return user
