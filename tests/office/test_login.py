"""Coming in: lock-out, disabled accounts, one-time passwords, the second factor, machines."""

import pytest
from django.test import Client
from django.urls import reverse
from django_otp.oath import TOTP
from django_otp.plugins.otp_totp.models import TOTPDevice

from office.models import User
from office.services import accounts
from tests.office.conftest import Tree

PASSWORD = "Correct-horse-9-battery"
LOGIN = "/login/"


def come_in(client: Client, user: User, password: str = PASSWORD):
    return client.post(LOGIN, {"username": user.username, "password": password})


def test_right_password_opens_the_desk(tree: Tree, client: Client) -> None:
    user = tree.person("130400", "claims_clerk")
    assert come_in(client, user).status_code == 302
    answer = client.get("/")
    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]


def test_wrong_passwords_lock_even_the_right_one_out(tree: Tree, client: Client, settings) -> None:
    user = tree.person("130400", "claims_clerk")
    for _ in range(settings.AXES_FAILURE_LIMIT):
        come_in(client, user, "wrong")
    come_in(client, user)
    assert client.get("/").status_code == 302
    accounts.reset_password(user, actor=tree.person("130000", "system_admin"), reason="本人到场")
    password = accounts.reset_password(user, actor=tree.person("130000", "system_admin"), reason="本人到场")
    come_in(client, user, password)
    assert client.get("/")["Location"] == reverse("office:password_change")


def test_a_disabled_account_is_out_at_the_next_click(tree: Tree, client: Client) -> None:
    user = tree.person("130400", "claims_clerk")
    come_in(client, user)
    assert client.get("/").status_code == 200
    accounts.set_active(user, False, actor=tree.person("130000", "system_admin"), reason="离职")
    assert client.get("/")["Location"].startswith(LOGIN)


def test_a_withdrawn_role_acts_at_the_next_click(tree: Tree, client: Client) -> None:
    user = tree.person("130400", "claims_clerk")
    come_in(client, user)
    assert client.get("/work/").status_code == 200
    user.postings.all().delete()
    assert client.get("/work/").status_code == 403


def test_a_one_time_password_must_be_changed_and_old_ones_do_not_come_back(
    tree: Tree, client: Client, settings
) -> None:
    settings.PASSWORD_HISTORY = 5
    user, password = accounts.open_account(
        username="newcomer",
        name="新人",
        office=tree.person("130400").office,
        actor=tree.person("130000", "system_admin"),
    )
    come_in(client, user, password)
    assert client.get("/")["Location"] == "/password/"
    change = {"old": password, "new": "Another-horse-7-battery", "again": "Another-horse-7-battery"}
    assert client.post("/password/", {**change, "again": "x"}).status_code == 200
    assert client.post("/password/", {**change, "new": "short1A", "again": "short1A"}).status_code == 200
    assert client.post("/password/", change).status_code == 302
    assert client.get("/").status_code == 200
    back = {"old": "Another-horse-7-battery", "new": password, "again": password}
    assert client.post("/password/", back).status_code == 200
    assert User.everywhere.get(pk=user.pk).check_password("Another-horse-7-battery")


def test_the_second_factor_is_asked_by_role_and_a_code_works_once(tree: Tree, client: Client, settings) -> None:
    settings.SECOND_FACTOR_ROLES = ("claims_clerk",)
    settings.OTP_TOTP_THROTTLE_FACTOR = 0
    user = tree.person("130400", "claims_clerk")
    come_in(client, user)
    assert client.get("/")["Location"] == "/second-factor/"
    assert client.get("/second-factor/").status_code == 200
    device = TOTPDevice.objects.get(user=user)
    code = f"{TOTP(device.bin_key, device.step, device.t0, device.digits, device.drift).token():06d}"
    assert client.post("/second-factor/", {"token": "000000" if code != "000000" else "111111"}).status_code == 200
    assert client.get("/").status_code == 302
    assert client.post("/second-factor/", {"token": code}).status_code == 302
    assert client.get("/").status_code == 200
    other = Client()
    come_in(other, user)
    assert other.post("/second-factor/", {"token": code}).status_code == 200
    assert other.get("/").status_code == 302


def test_a_machine_has_no_pages(tree: Tree, client: Client) -> None:
    machine = tree.person("130400", "hospital")
    machine.is_machine = True
    machine.save()
    come_in(client, machine)
    assert client.get("/").status_code == 302


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example", "javascript:alert(1)"])
def test_log_in_does_not_send_elsewhere(tree: Tree, client: Client, target: str) -> None:
    user = tree.person("130400", "claims_clerk")
    answer = client.post(LOGIN, {"username": user.username, "password": PASSWORD, "next": target})
    assert answer["Location"] == "/"
