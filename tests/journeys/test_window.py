"""The window clerk: log in, find a person, take a bill, see why, settle, hand out the sheet."""

from collections.abc import Callable
from types import SimpleNamespace

import pytest
from playwright.sync_api import expect

from claims.models import Bill, Settlement
from tests.journeys import world
from tests.journeys.screen import Screen

pytestmark = pytest.mark.browser


def test_from_search_to_the_printed_sheet(office: SimpleNamespace, screen_of: Callable[[str], Screen]) -> None:
    screen = screen_of("xiangyang_window_clerk")
    page = screen.page
    screen.look("desk")
    expect(page.locator("h1")).to_have_text("工作台")
    # The whole identity number is typed into the search that "/" reaches; the address must not hold it.
    page.keyboard.press("/")
    number = next(row[3] for row in world.people() if row[1] == "王建国")
    page.keyboard.type(number)
    page.keyboard.press("Enter")
    page.wait_for_url("**/persons/**")
    assert number not in page.url
    expect(page.locator("h1")).to_contain_text("王建国")
    assert number not in page.content()
    screen.look("person")

    screen.open("/claims/window/", "window")
    page.locator("#id_text").fill(number)
    page.keyboard.press("Enter")
    page.wait_for_url("**/claims/window/P*/")
    screen.look("window-person")
    # By keyboard alone: the bill in the paper's order, then its lines.
    page.locator("[name=provider_code]").focus()
    for text in ("H23080000007", "ZY9001", "", ""):
        page.keyboard.type(text)
        page.keyboard.press("Tab")
    page.locator("[name=admitted_on]").fill("2018-12-18")
    page.locator("[name=discharged_on]").fill("2018-12-24")
    page.locator("[name=diagnosis_code]").focus()
    for text in ("I63.900", "脑梗死"):
        page.keyboard.type(text)
        page.keyboard.press("Tab")
    code = page.locator("[name=code]").first
    code.focus()
    for text in ("S0017", "30", "560.00", "S0005", "6", "30.00"):
        page.keyboard.type(text)
        page.keyboard.press("Tab")
    settle = page.locator("button[value=settle]")
    expect(settle).to_be_disabled()
    page.locator("button[value=preview]").press("Enter")
    expect(page.get_by_text("为什么是这个数")).to_be_visible()
    for summary in page.locator("details.office-step > summary").all()[:3]:
        summary.click()
    screen.look("preview")
    assert not Bill.everywhere.filter(hospital_number="ZY9001").exists()
    settle.click()
    page.wait_for_url("**/settlements/JS*/")
    screen.look("settlement")
    made = Settlement.everywhere.get(bill__hospital_number="ZY9001")
    expect(page.locator("body")).to_contain_text(made.number)
    assert made.total_fen == 1_698_000
    sheet = page.request.get(f"/settlements/{made.number}/print/")
    assert sheet.status == 200 and sheet.headers["content-type"].startswith("application/pdf")
    assert sheet.body().startswith(b"%PDF")


def test_a_waiting_bill_is_settled_from_the_window(office: SimpleNamespace, screen_of: Callable[[str], Screen]) -> None:
    screen = screen_of("xiangyang_window_clerk")
    page = screen.page
    number = office.bills["ZY0007"]
    screen.open(f"/bills/{number}/", "bill")
    page.get_by_role("button", name="结算", exact=True).click()
    page.wait_for_url("**/settlements/JS*/")
    screen.look("settlement")
    assert Settlement.everywhere.filter(bill__number=number, kind="settlement").count() == 1
