"""The pages: the tree and its rows, the missing, mismatches decided, the household on screen and paper, other areas shut out."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from core import audit
from enrollment.models import Person
from office import desk, search
from poverty.models import LedgerHousehold, LedgerMember, Mismatch
from tests.enrollment.conftest import id_number
from tests.poverty.test_coverage import fill

Send = Callable[..., Any]
Resident = Callable[..., Person]


def client_of(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def html(client: Client, name: str, *args: Any, query: str = "") -> str:
    answer = client.get(reverse(name, args=args) + query)
    assert answer.status_code == 200, (name, answer.status_code)
    return answer.content.decode()


@pytest.fixture
def ledger_of_six(send: Send, resident: Resident, paid: Any, land: SimpleNamespace) -> dict[str, Person]:
    return fill(send, resident, paid, land)


def test_the_tree_opens_to_the_village(ledger_of_six: Any, officer: Any) -> None:
    client = client_of(officer)
    page = html(client, "poverty:coverage")
    assert "向阳区" in page
    assert "前进区" in page
    assert "33.33%" in page.replace("33.3%", "33.33%")
    rows = html(client, "poverty:coverage_children", "230803")
    assert "西林街道" in rows
    assert "前进区" not in rows
    assert "东村" in html(client, "poverty:coverage_children", "230803001")
    lifted = html(client, "poverty:coverage", query="?category=registered_poor_lifted")
    assert "前进区</a>" not in lifted


def test_the_missing_list_and_the_telephone_for_a_reason(ledger_of_six: Any, officer: Any) -> None:
    client = client_of(officer)
    page = html(client, "poverty:missing_list", query="?region=230803")
    assert "李未缴" in page
    assert "已登记未缴费" in page
    assert "张未保" not in page
    assert "13812345678" not in page
    member = LedgerMember.everywhere.get(name="李未缴")
    url = reverse("poverty:phone_reveal", args=[member.pk])
    assert client.post(url, {"reason": ""}).status_code == 409
    answer = client.post(url, {"reason": "动员缴费"}, follow=True)
    assert "13812345678" in answer.content.decode()
    entry = audit.history(member).first()
    assert entry is not None
    assert (entry.act, entry.reason) == ("poverty.phone.revealed", "动员缴费")


def test_mismatches_are_decided_on_the_page(ledger_of_six: Any, officer: Any) -> None:
    client = client_of(officer)
    page = html(client, "poverty:mismatch_list", query="?state=open")
    assert all(name in page for name in ("查无人", "孙去世", "钱职工", "张未保"))
    miss = Mismatch.everywhere.get(kind="not_found")
    url = reverse("poverty:mismatch_detail", args=[miss.pk])
    assert "登记中没有找到此人" in client.get(url).content.decode()
    answer = client.post(url, {"decision": "same_person", "reason": "核对", "person": "P9999999999"})
    assert answer.status_code == 200
    assert "没有编号为" in answer.content.decode()
    assert client.post(url, {"decision": "struck", "reason": "名单有误"}).status_code == 302
    miss.refresh_from_db()
    assert miss.state == "closed"
    assert miss.closed_by == officer
    picked = list(
        Mismatch.everywhere.filter(state="open", kind__in=["dead", "employee_insured"]).values_list("pk", flat=True)
    )
    bulk = reverse("poverty:mismatch_close")
    assert "孙去世" in client.post(bulk, {"pick": picked}).content.decode()
    assert Mismatch.everywhere.filter(state="closed").count() == 1
    assert client.post(bulk, {"pick": picked, "decision": "explained", "reason": "情况属实"}).status_code == 302
    assert Mismatch.everywhere.filter(state="closed").count() == 3
    assert client.post(reverse("poverty:match")).status_code == 302
    assert client.post(reverse("poverty:coverage_recount")).status_code == 302


def test_the_household_on_screen_and_on_paper(ledger_of_six: Any, officer: Any) -> None:
    client = client_of(officer)
    household = LedgerHousehold.everywhere.get(book_number="K1")
    assert "K1" in html(client, "poverty:household_list")
    page = html(client, "poverty:household_detail", household.number)
    assert "李未缴" in page
    assert "建档立卡（未脱贫）" in page
    assert "13812345678" not in page
    sheet = client.get(reverse("poverty:household_print", args=[household.number]))
    assert sheet["Content-Type"] == "application/pdf"
    assert sheet.content.startswith(b"%PDF")
    person = html(client, "enrollment:person_detail", ledger_of_six["王小明"].number)
    assert "医保扶贫台账" in person
    assert "扶贫办" in person


def test_a_sibling_county_sees_nothing_of_it(ledger_of_six: Any, sibling_officer: Any) -> None:
    client = client_of(sibling_officer)
    household = LedgerHousehold.everywhere.get(book_number="K1")
    miss = Mismatch.everywhere.get(kind="not_found")
    member = LedgerMember.everywhere.get(name="李未缴")
    for name, argument in (
        ("poverty:household_detail", household.number), ("poverty:household_print", household.number),
        ("poverty:mismatch_detail", miss.pk), ("poverty:coverage_children", "230803"),
    ):  # fmt: skip
        assert client.get(reverse(name, args=[argument])).status_code == 404, name
    assert client.post(reverse("poverty:phone_reveal", args=[member.pk]), {"reason": "x"}).status_code == 404
    assert client.get(reverse("poverty:coverage") + "?region=230803").status_code == 409
    listed = (
        html(client, "poverty:missing_list")
        + html(client, "poverty:mismatch_list")
        + html(client, "poverty:household_list")
    )
    assert "张未保" in listed
    assert "李未缴" not in listed
    assert "查无人" not in listed
    assert client.post(reverse("poverty:mismatch_close"), {"pick": [miss.pk]}).status_code == 409


def test_desk_and_search_know_the_ledger(ledger_of_six: Any, officer: Any, sibling_officer: Any, land: Any) -> None:
    from core import clock

    cards = {card["code"]: card for card in desk.desk_for(officer, clock.today()).figures}
    assert cards["poverty.mismatched"]["value"] == "4"
    assert "2" in cards["poverty.covered"]["hint"]
    household = LedgerHousehold.everywhere.get(book_number="K1")
    found = search.find(officer, search.Query(household.number))
    assert [hit.title for group in found for hit in group["hits"]] == ["王小明"]
    assert not search.find(sibling_officer, search.Query(household.number))


def test_a_window_clerk_reads_and_does_not_decide(ledger_of_six: Any, land: SimpleNamespace) -> None:
    client = client_of(land.window)
    miss = Mismatch.everywhere.get(kind="not_found")
    url = reverse("poverty:mismatch_detail", args=[miss.pk])
    assert client.get(url).status_code == 200
    assert client.post(url, {"decision": "struck", "reason": "x"}).status_code == 403
    assert client.post(reverse("poverty:match")).status_code == 403
    assert id_number(serial=8) not in client.get(url).content.decode()
