"""Finance, poverty, reports, policy and accounts: the officers' ways through their pages."""

from collections.abc import Callable
from types import SimpleNamespace

import pytest
from playwright.sync_api import expect

from office.models import User
from policy.models import LocalPolicySet
from poverty.models import Mismatch
from reports.models import Submission
from tests.journeys import world
from tests.journeys.screen import Screen

pytestmark = pytest.mark.browser


def test_from_the_fund_down_to_the_facts(office: SimpleNamespace, screen_of: Callable[[str], Screen]) -> None:
    screen = screen_of("jiamusi_finance_officer")
    page = screen.page
    screen.open("/funds/", "overview")
    page.locator("main table a[href*='/books/']").first.click()
    screen.look("trial-balance")
    page.locator("main table a[href*='/accounts/']").first.click()
    screen.look("account")
    screen.open("/journal/", "journal")
    page.locator("main table a[href^='/journal/']").first.click()
    screen.look("entry")
    expect(page.get_by_text("所依据的业务")).to_be_visible()


def test_from_coverage_to_the_missing_person(office: SimpleNamespace, screen_of: Callable[[str], Screen]) -> None:
    screen = screen_of("jiamusi_poverty_officer")
    page = screen.page
    screen.open("/poverty/coverage/", "coverage")
    page.locator("main a[href*='/poverty/missing/?region']").first.click()
    page.wait_for_url("**/poverty/missing/**")
    expect(page.locator("main table")).to_contain_text(world.UNPAID)
    screen.look("missing")
    screen.open("/poverty/mismatches/", "mismatches")
    mismatch = Mismatch.everywhere.get(kind="not_found")
    screen.open(f"/poverty/mismatches/{mismatch.pk}/", "mismatch")
    expect(page.locator("h1")).to_contain_text("李未保")


def test_a_report_goes_up_comes_back_and_is_accepted(
    office: SimpleNamespace, screen_of: Callable[[str], Screen]
) -> None:
    report = Submission.everywhere.get(definition="operation", region__code="230800", period=201811)
    lower, upper = screen_of("jiamusi_analyst"), screen_of("heilongjiang_director")
    lower.open(f"/submissions/{report.number}/", "built")
    lower.page.get_by_role("button", name="报送").first.click()
    lower.page.wait_for_load_state("load")
    lower.look("submitted")
    upper.open(f"/submissions/{report.number}/", "to-accept")
    upper.page.get_by_role("button", name="退回").first.click()
    upper.page.locator("dialog[open] textarea[name=reason], textarea[name=reason]").last.fill("请核对就诊人次")
    upper.page.locator("dialog[open] button[type=submit]").click()
    upper.page.wait_for_load_state("load")
    upper.look("returned")
    report.refresh_from_db()
    assert report.state == "returned"


def test_a_standard_is_drafted_and_approved_above(office: SimpleNamespace, screen_of: Callable[[str], Screen]) -> None:
    source = LocalPolicySet.everywhere.get(region__code="230800", effective_on="2019-01-01")
    lower = screen_of("jiamusi_policy_officer")
    page = lower.page
    lower.open(f"/policy/sets/new/?copy={source.pk}", "draft")
    page.locator("[name=name]").fill("佳木斯市2020年度标准")
    page.locator("[name=effective_on]").fill("2020-01-01")
    page.locator("[name=ends_on]").fill("2020-12-31")
    page.get_by_role("button", name="保存草稿").click()
    page.wait_for_url(lambda address: address.rstrip("/").rpartition("/")[2].isdigit())
    lower.look("set")
    if page.locator("#reason").count():
        page.locator("#reason").fill("与上年一致")
    page.get_by_role("button", name="提交上级审批").click()
    page.wait_for_load_state("load")
    lower.look("submitted")
    made = LocalPolicySet.everywhere.get(name="佳木斯市2020年度标准")
    assert made.state == "submitted"
    upper = screen_of("heilongjiang_director")
    upper.open("/approvals/", "approvals")
    upper.page.locator("main table a[href*='/approvals/']").first.click()
    upper.look("approval")
    upper.page.get_by_role("button", name="同意").click()
    upper.page.wait_for_load_state("load")
    upper.look("approved")
    made.refresh_from_db()
    assert made.state == "approved"


def test_accounts_in_two_hands(office: SimpleNamespace, screen_of: Callable[[str], Screen]) -> None:
    system, security = screen_of("heilongjiang_system_admin"), screen_of("heilongjiang_security_admin")
    page = system.page
    system.open("/accounts/new/", "account-new")
    page.locator("[name=username]").fill("xinren")
    page.locator("[name=name]").fill("新人")
    page.locator("[name=office]").select_option(index=1)
    page.get_by_role("button", name="保存").click()
    expect(page.locator("main code")).to_be_visible()
    assert User.everywhere.get(username="xinren").roles == frozenset()
    # Who opens accounts gives no roles, and the other way round.
    assert page.locator("form[action*='/roles/']").count() == 0
    security.open("/accounts/xinren/", "account")
    security.page.locator("[name=role]").select_option("window_clerk")
    security.page.locator("form[action$='/roles/'] button[type=submit]").click()
    security.page.wait_for_load_state("load")
    security.look("granted")
    assert User.everywhere.get(username="xinren").roles == frozenset({"window_clerk"})
    answer = security.page.request.get("/accounts/new/")
    assert answer.status == 403


def test_the_language_is_switched_and_back(office: SimpleNamespace, screen_of: Callable[[str], Screen]) -> None:
    screen = screen_of("xiangyang_window_clerk")
    page = screen.page
    screen.open("/persons/", "persons")
    screen.language = "en"
    page.get_by_role("button", name="EN", exact=True).click()
    page.wait_for_load_state("load")
    assert page.url.endswith("/persons/")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    screen.look("english")
    page.get_by_role("button", name="中文").click()
    page.wait_for_load_state("load")
    expect(page.locator("html")).to_have_attribute("lang", "zh-hans")
    expect(page.locator("h1")).to_have_text("参保人员")
