"""Walks the URLconf and asks every address as every role for records of its own, a sibling and a foreign area.

What must come out stands in one table (tests/access/expected.py). The functions here return faults as sentences, so that the
same functions can be shown deliberate holes (test_holes.py) and be seen to catch them.
"""

from collections.abc import Callable, Iterator, Mapping, Set
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from django.db import models, transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from core.identity import check_digit
from office.models import Region, User
from office.permissions import ROLE_CHOICES

ROLES = [role for role, _label in ROLE_CHOICES if role != "hospital"]
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
AREAS = ("own", "sibling", "foreign")
EVERYBODY = frozenset(ROLES)
# An answer that lets in: the page, a redirect after it, a refusal of what was sent, a message that something changed.
LET_IN = frozenset({200, 201, 204, 302, 400, 409})
# The document number of every person the harness makes: whole, it stands on no page of anybody.
CANARY = "230803198001012" + "99" + check_digit("23080319800101299")


@dataclass
class World:
    """Three areas and one person of each role in the first of them."""

    areas: dict[str, Region]
    people: dict[str, User]
    others: dict[str, User]
    clients: dict[str, Client] = field(default_factory=dict)


Make = Callable[[World, str, User], Mapping[str, Any]]


@dataclass(frozen=True)
class Line:
    """What one address must answer.

    roles     who is let in (a role not named gets 403); None: everybody, logged in or not
    methods   the methods it knows; others get 405
    make      for an address with a record: make(world, area, person) -> the address's arguments, the record lying in that area
    sibling, foreign   the status for a role that is let in, when the record lies there (404: it does not exist for them)
    outside   the status for a role that is not let in: 403, or 404 where the record does not exist for it
    writers   who is let in by POST, when that is fewer than by GET
    query     what a GET's address carries after its question mark: query(world, area, person)
    posts     a POST that names a record of another area must write nothing: posts(world, area) -> data, counted in `counts`
    """

    roles: frozenset[str] | None
    methods: tuple[str, ...] = ("GET",)
    make: Make | None = None
    sibling: int = 404
    foreign: int = 404
    outside: int = 403
    writers: frozenset[str] | None = None
    query: Make | None = None
    posts: Callable[[World, str], dict[str, Any]] | None = None
    counts: type[models.Model] | None = None


@dataclass(frozen=True)
class Endpoint:
    """One address of the URLconf."""

    name: str
    view: Callable[..., Any]


def endpoints(urlconf: Any = None) -> list[Endpoint]:
    """Every address of the URLconf by its full name; one without a name goes by its route."""
    return list(_walk(get_resolver(urlconf).url_patterns, "", ""))


def _walk(patterns: list[Any], namespace: str, route: str) -> Iterator[Endpoint]:
    for pattern in patterns:
        here = route + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from _walk(pattern.url_patterns, inner, here)
        elif isinstance(pattern, URLPattern):
            yield Endpoint(f"{namespace}{pattern.name}" if pattern.name else f"route {here}", pattern.callback)


# --- the faults ------------------------------------------------------------------------------------------------------


def undecorated(found: list[Endpoint], exempt: frozenset[str]) -> list[str]:
    """Views that neither stand behind @page nor are API views with their permissions."""
    faults = []
    for endpoint in found:
        if endpoint.name in exempt or _is_admin(endpoint):
            continue
        is_page = hasattr(endpoint.view, "page_permissions")
        api = getattr(endpoint.view, "cls", None)
        is_api = api is not None and getattr(api, "required_permissions", None) is not None
        if not is_page and not is_api:
            faults.append(f"{endpoint.name}: 没有 @page")
    return faults


def _is_admin(endpoint: Endpoint) -> bool:
    """Django's admin has its own tests: its views come and go with the registered models."""
    return endpoint.name.startswith(("admin:", "route admin/"))


def missing(found: list[Endpoint], table: Mapping[str, Line], exempt: frozenset[str]) -> list[str]:
    """Addresses that the table does not know, and lines without an address."""
    names = {endpoint.name for endpoint in found if endpoint.name not in exempt and not _is_admin(endpoint)}
    return [f"{name}: 不在表中" for name in sorted(names - set(table))] + [
        f"{name}: 没有这个地址" for name in sorted(set(table) - names)
    ]


def faults_of(name: str, line: Line, world: World) -> list[str]:
    """Where the answers of one address differ from its line."""
    return [
        *_faults_of_methods(name, line, world),
        *_faults_of_strangers(name, line, world),
        *_faults_of_roles(name, line, world),
        *_faults_of_posts(name, line, world),
    ]


def _faults_of_methods(name: str, line: Line, world: World) -> Iterator[str]:
    role = sorted(line.roles or EVERYBODY)[0]
    for method in METHODS:
        if method not in line.methods:
            status = _ask(world, role, name, line, "own", method)
            if status != 405:
                yield f"{name}: {method} 应为 405，得到 {status}"


def _faults_of_strangers(name: str, line: Line, world: World) -> Iterator[str]:
    for method in line.methods:
        status = _ask(world, "", name, line, "own", method)
        expected = LET_IN if line.roles is None else {401, 403} if name.startswith("api:") else {302}
        if status not in expected:
            yield f"{name}: 未登录 {method} 得到 {status}"


def _faults_of_roles(name: str, line: Line, world: World) -> Iterator[str]:
    if line.roles is None:
        return
    for role in ROLES:
        for method in line.methods:
            allowed = line.roles if method == "GET" or line.writers is None else line.writers
            if role not in allowed:
                status = _ask(world, role, name, line, "own", method)
                # A reader is turned away from writing before the record is looked for.
                expected: Set[int] = {403} if method == "POST" and role == "auditor" else {line.outside}
                if status not in expected:
                    yield f"{name}: {role} {method} 应为 {sorted(expected)}，得到 {status}"
                continue
            for area in AREAS if line.make else ("own",):
                status, shows_number = _ask_and_read(world, role, name, line, area, method)
                if shows_number:
                    yield f"{name}: {role} {method} {area} 的页面上有完整的证件号码"
                expected = {"own": LET_IN, "sibling": {line.sibling}, "foreign": {line.foreign}}[area]
                if area != "own" and {"sibling": line.sibling, "foreign": line.foreign}[area] == 200:
                    expected = LET_IN
                if status not in expected:
                    yield f"{name}: {role} {method} {area} 得到 {status}，应为 {sorted(expected)}"


def _faults_of_posts(name: str, line: Line, world: World) -> Iterator[str]:
    """Another area's record named in a form must not be taken."""
    if line.posts is None or line.counts is None:
        return
    writers = line.writers if line.writers is not None else line.roles or EVERYBODY
    for role in sorted(writers):
        for area in AREAS:
            with transaction.atomic():
                before = line.counts._default_manager.count()
                _answer(world, role, name, line, "own", "POST", line.posts(world, area))
                written = line.counts._default_manager.count() - before
                transaction.set_rollback(True)
            if area == "own" and written != 1:
                yield f"{name}: {role} 用本辖区的记录提交，应写入 1 条，实为 {written}"
            if area != "own" and written:
                yield f"{name}: {role} 提交了 {area} 的记录，却写入了 {written} 条"


def _ask(world: World, role: str, name: str, line: Line, area: str, method: str) -> int:
    """The status of one request; what it changed is undone."""
    return _ask_and_read(world, role, name, line, area, method)[0]


def _ask_and_read(world: World, role: str, name: str, line: Line, area: str, method: str) -> tuple[int, bool]:
    """The status of one request, and whether its answer holds the canary; what it changed is undone."""
    with transaction.atomic():
        answer = _answer(world, role, name, line, area, method, {})
        # A file is read to its end, so that it is closed; closing the answer would close the test's connection.
        parts = answer.streaming_content if answer.streaming else [answer.content]  # type: ignore[attr-defined]
        content = b"".join(parts)
        told = content + str(dict(answer.items())).encode()
        transaction.set_rollback(True)
    return answer.status_code, CANARY.encode() in told


def _answer(
    world: World, role: str, name: str, line: Line, area: str, method: str, data: dict[str, Any]
) -> HttpResponse:
    person = world.people.get(role) or next(iter(world.people.values()))
    arguments = line.make(world, area, person) if line.make else {}
    client = world.clients[role] if role else Client(raise_request_exception=False)
    url = reverse(name, kwargs=dict(arguments))
    send = getattr(client, method.lower())
    answer: HttpResponse
    if name.startswith("api:") and method != "GET":
        answer = send(url, data, content_type="application/json", headers={"Idempotency-Key": str(uuid4())})
    elif method == "GET" and line.query is not None:
        answer = send(url, line.query(world, area, person))
    elif method in ("GET", "POST"):
        answer = send(url, data)
    else:
        answer = send(url)
    return answer
