"""The commands: an empty production office, the demonstration's accounts, code tables."""

import io
from datetime import date

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from office import demonstration
from office.models import CodeTable, CodeValue, Posting, Region, User
from office.permissions import ADMIN_ROLES
from office.selectors import codes, staff
from office.services import reference_files, region_files

DAY = date(2018, 12, 31)


@pytest.mark.django_db
def test_open_office_makes_an_empty_office_with_one_administrator(client: Client) -> None:
    out = io.StringIO()
    call_command("open_office", "--province", "黑龙江省", stdout=out)
    assert not Region.everywhere.filter(is_demonstration=True).exists()
    assert not User.everywhere.filter(is_demonstration=True).exists()
    assert {posting.role for posting in Posting.everywhere.all()} == ADMIN_ROLES
    password = out.getvalue().split("一次性密码 ")[1].split("（")[0]
    client.post("/login/", {"username": "administrator", "password": password})
    assert client.get("/")["Location"] == "/password/"
    assert User.everywhere.get(username="administrator").region.code == "230000"
    with pytest.raises(CommandError, match="已有账户"):
        call_command("open_office", "--province", "黑龙江省", stdout=out)


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["", "不存在", "省"])
def test_open_office_refuses_an_unknown_province_and_leaves_nothing(name: str) -> None:
    with pytest.raises(CommandError):
        call_command("open_office", "--province", name, stdout=io.StringIO())
    assert not User.everywhere.exists()


@pytest.mark.django_db
def test_demonstration_accounts_are_refused_in_a_working_office(settings) -> None:
    settings.DEMONSTRATION = False
    region_files.load()
    for command in ("load_demo_staff", "demo_logins"):
        with pytest.raises(CommandError, match="不是演示环境"):
            call_command(command, stdout=io.StringIO())
    with pytest.raises(CommandError, match="不是演示环境"):
        call_command("load_regions", "--demonstration", stdout=io.StringIO())
    assert not User.everywhere.exists()


@pytest.mark.django_db
def test_demonstration_has_one_account_for_each_role_and_level(client: Client) -> None:
    region_files.load(demonstration=True)
    assert demonstration.load_staff() > 80
    assert demonstration.load_staff() == 0
    clerk = staff.demo("xiangyang", "window_clerk")
    assert clerk.can("claims.settle")
    assert clerk.level == "county"
    client.post("/login/", {"username": clerk.username, "password": demonstration.PASSWORD})
    assert client.get("/").status_code == 200
    out = io.StringIO()
    call_command("demo_logins", stdout=out)
    assert "xiangyang_window_clerk" in out.getvalue()


@pytest.mark.django_db
def test_code_tables_load_once_and_are_dated() -> None:
    tables, values = reference_files.load_codes()
    assert tables >= 25
    assert values > 300
    assert reference_files.load_codes() == (0, 0)
    assert ("390", "城乡居民基本医疗保险") in codes.choices("insutype", DAY)
    assert codes.label("psn_cert_type", "01", DAY) == "居民身份证（户口簿）"
    assert codes.label("psn_cert_type", "zz", DAY) == "zz"
    assert not CodeTable.everywhere.filter(source="").exists()
    ended = CodeValue.everywhere.get(table__code="gend", code="1")
    ended.ends_on = date(2018, 12, 30)
    ended.save()
    assert "1" not in dict(codes.choices("gend", DAY))


@pytest.mark.django_db
def test_holders_of_a_permission_in_a_region() -> None:
    region_files.load(demonstration=True)
    demonstration.load_staff()
    names = {user.username for user in staff.holders("reports.submit", Region.everywhere.get(code="230800"), DAY)}
    assert names == {"jiamusi_analyst"}
