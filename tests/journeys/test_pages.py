"""Every kind of page that a menu leads to, and the first record behind each list, looked at once by a role that works there."""

from collections.abc import Callable
from types import SimpleNamespace
from urllib.parse import urlsplit

import pytest

from tests.journeys.screen import Screen

pytestmark = pytest.mark.browser

ROLES = (
    "xiangyang_window_clerk",
    "jiamusi_enrollment_clerk",
    "jiamusi_claims_clerk",
    "jiamusi_poverty_officer",
    "jiamusi_finance_officer",
    "jiamusi_analyst",
    "jiamusi_policy_officer",
    "nation_director",
    "heilongjiang_auditor",
    "heilongjiang_system_admin",
    "heilongjiang_security_admin",
    "heilongjiang_audit_admin",
)
MENU = "() => [...document.querySelectorAll('#sidebar-menu a[href]')].map(a => a.getAttribute('href'))"
# The records that this page's content links to.
RECORDS = """
() => [...document.querySelectorAll('main table a[href], main .list-group a[href]')]
    .map(a => a.getAttribute('href')).filter(h => h.startsWith('/') && !/export|print|template|errors|file|result|download/.test(h))
"""
_seen: set[str] = set()


def kind_of(path: str) -> str:
    """An address without the parts that name one record."""
    parts = urlsplit(path).path.strip("/").split("/")
    kind = "/".join("#" if any(sign.isdigit() for sign in part) else part for part in parts)
    return "policy/parameters/#" if kind.startswith("policy/parameters/") else kind


@pytest.mark.parametrize("username", ROLES)
def test_every_page_of_the_menu(office: SimpleNamespace, screen_of: Callable[[str], Screen], username: str) -> None:
    screen = screen_of(username)
    screen.look("desk")
    pages = [path for path in screen.page.evaluate(MENU) if path != "/"]
    assert pages
    for path in pages:
        if kind_of(path) in _seen:
            continue
        _seen.add(kind_of(path))
        if path.startswith("/admin/"):
            continue  # Django's own pages for reference data
        screen.open(path)
        found = [record for record in screen.page.evaluate(RECORDS) if kind_of(record) not in _seen]
        for record in dict.fromkeys(found):
            if kind_of(record) not in _seen:
                _seen.add(kind_of(record))
                screen.open(record)


def test_the_look_finds_what_it_is_for(office: SimpleNamespace, screen_of: Callable[[str], Screen]) -> None:
    """The control: a page spoilt in each of these ways must be found out."""
    screen = screen_of("xiangyang_window_clerk")
    spoils = {
        "wider than the screen": "document.body.insertAdjacentHTML('beforeend', '<div style=\"width:2000px\">宽</div>')",
        "not Chinese: Save": "document.querySelector('h1').textContent = 'Save'",
        "clipped by its box": "document.querySelector('h1').innerHTML = "
        '\'<div style="width:20px;overflow:hidden"><span class="badge">长长长长长长</span></div>\'',
        "console error": "console.error('x')",
        # From an empty page: on the office's own pages the policy of contents stops it before it is asked for.
        "another host": "fetch('http://127.0.0.1:9/', {mode: 'no-cors'}).catch(() => 0)",
    }
    for expected, spoil in spoils.items():
        screen.page.goto("about:blank" if expected == "another host" else "/notices/")
        screen.faults.clear()
        screen.page.evaluate(spoil)
        screen.look("spoilt")
        assert any(expected in fault for fault in screen.faults), (expected, screen.faults)
    screen.faults.clear()
