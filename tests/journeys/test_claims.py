"""The claims clerk reverses a settlement; later ones of the year are adjusted, and the page says so beforehand."""

from collections.abc import Callable
from types import SimpleNamespace

import pytest
from playwright.sync_api import expect

from claims.models import Settlement
from claims.services import proofs
from tests.journeys.screen import Screen

pytestmark = pytest.mark.browser


def test_a_reversal(office: SimpleNamespace, screen_of: Callable[[str], Screen]) -> None:
    screen = screen_of("jiamusi_claims_clerk")
    page = screen.page
    number = office.bills["ZY0003"]
    screen.open(f"/settlements/{number}/", "settlement")
    page.get_by_role("link", name="冲正").first.click()
    page.wait_for_url("**/reverse/")
    expect(page.get_by_role("heading", name="受影响的后续结算")).to_be_visible()
    screen.look("plan")
    page.get_by_role("button", name="确认冲正").click()
    expect(page.locator("[data-error-summary], .invalid-feedback, .alert-danger").first).to_be_visible()
    page.locator("[name=reason]").fill("医院单据录入错误")
    page.get_by_role("button", name="确认冲正").click()
    page.wait_for_url(lambda address: "/reverse/" not in address)
    screen.look("reversed")
    made = Settlement.everywhere.get(reverses__number=number)
    assert made.total_fen == -Settlement.everywhere.get(number=number).total_fen
    assert not proofs.first_fault()
    assert page.goto(f"/settlements/{number}/reverse/") is not None
    expect(page.get_by_role("button", name="确认冲正")).to_have_count(0)
