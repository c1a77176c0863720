"""The enrolment clerk: a registration by keyboard, a file with bad rows from upload to error file."""

from collections.abc import Callable
from types import SimpleNamespace

import pytest
from playwright.sync_api import expect

from core import jobs
from demonstration.register_files import REGISTER_COLUMNS, write_xlsx
from enrollment.models import Enrollment, Person
from tests.journeys import world
from tests.journeys.screen import Screen

pytestmark = pytest.mark.browser


def test_a_registration_by_keyboard(office: SimpleNamespace, screen_of: Callable[[str], Screen]) -> None:
    screen = screen_of("xiangyang_enrollment_clerk")
    page = screen.page
    screen.open("/persons/register/", "register")
    page.locator("[name=id_number]").focus()
    page.keyboard.type(world.number(601, "19850321"))
    page.keyboard.press("Tab")
    page.keyboard.type("钱新来")
    page.locator("[name=region]").focus()
    page.locator("[name=region]").select_option(label=page.locator("[name=region] option").nth(1).inner_text())
    page.locator("[name=book_number]").focus()
    page.keyboard.type("H9001")
    # Ctrl+Enter saves from any field; the guard lets the form go once.
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/persons/P*/")
    expect(page.locator("h1")).to_contain_text("钱新来")
    screen.look("person")
    assert Enrollment.everywhere.filter(person__name="钱新来").count() == 1

    # A wrong check digit: the page says what is wrong and keeps what was typed.
    screen.open("/persons/register/", "register")
    page.locator("[name=id_number]").fill(world.bad_row()[3])
    page.locator("[name=region]").select_option(index=1)
    page.locator("[name=name]").fill("孙错号")
    page.keyboard.press("Control+Enter")
    expect(page.locator("[data-error-summary], .alert-danger").first).to_contain_text("校验")
    expect(page.locator("[name=name]")).to_have_value("孙错号")
    screen.look("register-refused")
    assert not Person.everywhere.filter(name="孙错号").exists()


def test_a_file_with_bad_rows(office: SimpleNamespace, screen_of: Callable[[str], Screen]) -> None:
    fresh = []
    for serial in (1, 3, 5):
        row = [*world.people()[0]]
        row[0], row[1], row[3] = f"H80{serial}", f"周批{'甲乙丙丁戊己'[serial]}", world.number(700 + serial, "19770707")
        fresh.append(row)
    path = office.folder / "新参保.xlsx"
    write_xlsx(path, REGISTER_COLUMNS, [*fresh, world.bad_row(), world.people()[0]])
    screen = screen_of("jiamusi_enrollment_clerk")
    page = screen.page
    screen.open("/imports/new/enrollment.register/", "upload")
    page.locator("#file").set_input_files(path)
    page.get_by_role("button", name="上传并校验").click()
    page.wait_for_url("**/imports/*/")
    screen.look("waiting")
    jobs.run_waiting()
    # The page fetches its state by itself. Four rows can be taken in: three are new, one is as it was.
    confirm = page.get_by_role("button", name="确认导入 4 行")
    expect(confirm).to_be_visible(timeout=10_000)
    expect(page.locator("#import-state")).to_contain_text("校验位不对")
    screen.look("preview")
    with page.expect_download() as download:
        page.get_by_role("link", name="下载错误文件").click()
    assert download.value.suggested_filename.endswith(".xlsx")
    assert not Person.everywhere.filter(name__startswith="周批").exists()
    confirm.click()
    page.wait_for_load_state("load")
    jobs.run_waiting()
    expect(page.locator("#import-state")).to_contain_text("已导入", timeout=10_000)
    screen.page.reload()
    screen.look("report")
    assert Person.everywhere.filter(name__startswith="周批").count() == 3
