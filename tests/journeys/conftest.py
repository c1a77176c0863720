"""One small office for all journeys, in a database of its own, behind a live server."""

import re
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.db import connections
from django.test.utils import override_settings
from pytest_django.live_server_helper import LiveServer

from tests.journeys import world as worlds
from tests.journeys.screen import Screen


@pytest.fixture(scope="package")
def own_database(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """A copy of the empty database that no other test sees or empties."""
    from tests.databases import drop, make_template, owner_connection, point_at

    shared = django_settings.DATABASES["default"]["NAME"]
    name = f"{shared}_journeys"
    with django_db_blocker.unblock():
        with owner_connection("postgres") as link:
            template = make_template(link, shared.partition("_run")[0])
            drop(link, name)
            link.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')  # type: ignore[call-overload]
        point_at(name)
        from tests.databases import apply_grants

        apply_grants()
        try:
            yield
        finally:
            for alias in connections:
                connections[alias].close()
            point_at(shared)
            with owner_connection("postgres") as link:
                drop(link, name)


@pytest.fixture(scope="package")
def office(own_database: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[SimpleNamespace]:
    """The small office with its year of work."""
    from claims.services import policies

    folder = tmp_path_factory.mktemp("office")
    places = {name: folder / name for name in ("var", "papers", "out", "broker")}
    for place in places.values():
        place.mkdir()
    with override_settings(
        OFFICE_DATE=worlds.TODAY,
        VAR_DIR=places["var"],
        MEDIA_ROOT=str(places["papers"]),
        OUT_DIR=places["out"],
        BROKER_DIR=places["broker"],
    ):
        policies.forget()
        yield worlds.build(folder)
        policies.forget()


@pytest.fixture(scope="package")
def server(office: SimpleNamespace) -> Iterator[str]:
    """The address of the office."""
    running = LiveServer("127.0.0.1")
    try:
        yield running.url
    finally:
        running.stop()


@pytest.fixture
def screen_of(
    server: str, new_context: Callable[..., Any], request: pytest.FixtureRequest
) -> Iterator[Callable[[str], Screen]]:
    """screen_of("xiangyang_window_clerk"): that clerk's browser, logged in; every page is looked at when the test ends."""
    opened: list[Screen] = []

    def open_for(username: str) -> Screen:
        context = new_context(base_url=server, accept_downloads=True)
        screen = Screen(
            context.new_page(), server, re.sub(r"[^0-9A-Za-z_-]+", "-", request.node.name.removeprefix("test_"))
        )
        opened.append(screen)
        if username:
            screen.log_in(username)
        return screen

    yield open_for
    faults = [fault for screen in opened for fault in screen.close()]
    assert not faults, "\n".join(dict.fromkeys(faults))
