"""The pages of the claims room as a clerk walks them, and what another area sees of them."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from claims.models import Bill, Settlement
from tests.claims.conftest import fen, id_number


@pytest.fixture
def clerk(world: SimpleNamespace, client: Client) -> Client:
    client.force_login(world.claims_clerk, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def stranger(world: SimpleNamespace) -> Client:
    other = Client()
    other.force_login(world.sibling_claims, backend="django.contrib.auth.backends.ModelBackend")
    return other


def posted(world: SimpleNamespace, **more: Any) -> dict[str, Any]:
    return {
        "key": str(uuid4()),
        "provider_code": world.providers["two"].code,
        "hospital_number": "ZY900001",
        "visit_kind": "inpatient",
        "filing": "",
        "admitted_on": "2018-03-01",
        "discharged_on": "2018-03-10",
        "diagnosis_code": "I10.x00",
        "code": ["S0014", "D0031"],
        "quantity": ["200", "10"],
        "price": ["50.00", "8.50"],
        "action": "preview",
        **more,
    }


@pytest.mark.django_db
def test_a_person_is_found_by_number_without_it_in_an_address(world: SimpleNamespace, clerk: Client) -> None:
    person = world.insured()
    answer = clerk.post(reverse("claims:window"), {"text": person.identity()})
    assert answer.status_code == 302
    assert answer.url == reverse("claims:window_person", args=[person.number])
    page = clerk.get(answer.url).content.decode()
    assert "成年居民" in page
    assert person.identity() not in page
    nobody = clerk.post(reverse("claims:window"), {"text": id_number(serial=399)})
    assert "没有找到" in nobody.content.decode()


@pytest.mark.django_db
def test_preview_then_settle_at_the_window(world: SimpleNamespace, clerk: Client) -> None:
    person = world.insured()
    address = reverse("claims:window_person", args=[person.number])
    preview = clerk.post(address, posted(world)).content.decode()
    assert "三重保障预结算" in preview
    assert "7,200.00" in preview  # (10,000 − 400) × 75 %
    assert "为什么是这个数" in preview
    assert not Settlement.everywhere.exists()
    content = posted(world, action="settle")
    answer = clerk.post(address, content)
    made = Settlement.everywhere.get()
    assert answer.url == reverse("claims:settlement_detail", args=[made.number])
    assert (made.basic_fen, made.full_self_fen, made.personal_fen) == (fen("7200.00"), fen("85.00"), fen("2885.00"))
    # A double click sends the same key again: the same settlement, nothing twice.
    assert clerk.post(address, content).url == answer.url
    assert Settlement.everywhere.count() == 1
    page = clerk.get(answer.url).content.decode()
    assert "2,885.00" in page


@pytest.mark.django_db
def test_what_was_typed_stays_when_refused(world: SimpleNamespace, clerk: Client) -> None:
    address = reverse("claims:window_person", args=[world.insured().number])
    page = clerk.post(
        address, posted(world, code=["X9999", ""], quantity=["1", ""], price=["50.00", ""])
    ).content.decode()
    assert "X9999" in page
    assert "目录中不存在" in page
    page = clerk.post(address, posted(world, quantity=["abc", "1"])).content.decode()
    assert "数量应为" in page
    page = clerk.post(address, posted(world, discharged_on="2018-02-01")).content.decode()
    assert "出院日期不能早于入院日期" in page


@pytest.mark.django_db
def test_bill_is_kept_settled_and_withdrawn(world: SimpleNamespace, clerk: Client) -> None:
    address = reverse("claims:window_person", args=[world.insured().number])
    clerk.post(address, posted(world, action="keep"))
    bill = Bill.everywhere.get()
    page = clerk.get(reverse("claims:bill_detail", args=[bill.number]))
    assert "7,200.00" in page.content.decode()
    answer = clerk.post(reverse("claims:bill_settle", args=[bill.number]), {"key": str(uuid4())})
    assert answer.status_code == 302
    assert Settlement.everywhere.count() == 1
    clerk.post(reverse("claims:bill_withdraw", args=[bill.number]), {"reason": "录错"})
    bill.refresh_from_db()
    assert bill.state == "settled"


@pytest.mark.django_db
def test_lists_detail_sheet_and_reversal(world: SimpleNamespace, clerk: Client, settled: Callable[..., Any]) -> None:
    person = world.insured("孙贫", "registered_poor")
    first = settled(person, "30000.00", "three", "2018-02-01")
    second = settled(person, "30000.00", "three", "2018-05-01")
    assert first.number in clerk.get(reverse("claims:settlement_list")).content.decode()
    assert clerk.get(reverse("claims:bill_list") + "?state=settled").status_code == 200
    page = clerk.get(reverse("claims:settlement_detail", args=[first.number])).content.decode()
    assert "困难人员倾斜" in page
    for query in ("", "?explain=1"):
        sheet = clerk.get(reverse("claims:settlement_print", args=[first.number]) + query)
        assert sheet.status_code == 200
        assert sheet.content.startswith(b"%PDF")
    address = reverse("claims:settlement_reverse", args=[first.number])
    page = clerk.get(address).content.decode()
    assert second.number in page
    assert clerk.post(address, {"key": str(uuid4()), "reason": ""}).status_code == 200
    answer = clerk.post(address, {"key": str(uuid4()), "reason": "录入错误"})
    assert answer.status_code == 302
    assert Settlement.everywhere.filter(reverses=first).exists()
    for row in Settlement.everywhere.all():
        assert clerk.get(reverse("claims:settlement_detail", args=[row.number])).status_code == 200
        assert clerk.get(reverse("claims:settlement_print", args=[row.number])).status_code == 200
    assert "已冲正" in clerk.get(address).content.decode()


@pytest.mark.django_db
def test_rare_character_goes_to_the_browser_print(
    world: SimpleNamespace, clerk: Client, settled: Callable[..., Any]
) -> None:
    made = settled(world.insured())
    person = made.person
    person.name = "李\U0003134a"  # in no vendored font
    type(person).everywhere.filter(pk=person.pk).update(name=person.name)
    answer = clerk.get(reverse("claims:settlement_print", args=[made.number]))
    assert answer.status_code == 302
    assert "print=1" in answer.url
    assert clerk.get(answer.url).status_code == 200


@pytest.mark.django_db
def test_providers_and_catalogue(world: SimpleNamespace, clerk: Client) -> None:
    assert clerk.get(reverse("claims:provider_list")).status_code == 200
    code = world.providers["one"].code
    assert "定点协议" in clerk.get(reverse("claims:provider_detail", args=[code])).content.decode()
    page = clerk.get(reverse("claims:catalogue_list") + "?text=amxl").content.decode()
    assert "阿莫西林胶囊" in page
    assert "氯化钠注射液" not in page
    options = clerk.get(reverse("claims:catalogue_lookup"), {"code": "amxl"}).content.decode()
    assert 'value="D0001"' in options


@pytest.mark.django_db
def test_another_area_sees_none_of_it(world: SimpleNamespace, stranger: Client, settled: Callable[..., Any]) -> None:
    made = settled(world.insured("甲县人"))
    bill = world.bill(world.insured("甲县人"))
    for name, number in (
        ("settlement_detail", made.number), ("settlement_print", made.number), ("settlement_reverse", made.number),
        ("bill_detail", bill.number), ("window_person", made.person.number),
    ):  # fmt: skip
        assert stranger.get(reverse(f"claims:{name}", args=[number])).status_code == 404, name
    for name in ("bill_settle", "bill_withdraw"):
        assert stranger.post(reverse(f"claims:{name}", args=[bill.number]), {"key": str(uuid4())}).status_code == 404
    for name in ("settlement_list", "bill_list"):
        page = stranger.get(reverse(f"claims:{name}")).content.decode()
        assert "甲县人" not in page
        assert made.number not in page
    assert "没有找到" in stranger.post(reverse("claims:window"), {"text": made.person.identity()}).content.decode()


@pytest.mark.django_db
def test_desk_menu_search_and_panel(world: SimpleNamespace, clerk: Client, settled: Callable[..., Any]) -> None:
    from claims import menu
    from claims.services import summaries
    from office.search import Query

    made = settled(world.insured())
    summaries.fold()
    page = clerk.get("/").content.decode()
    assert "待结算单据" in page
    assert "一站式结算" in page
    hits = menu.find(world.claims_clerk, Query(made.number), 5)
    assert [hit.title for hit in hits] == [made.number]
    assert menu.find(world.sibling_claims, Query(made.number), 5) == []
    _template, context = menu.person_panel(world.claims_clerk, made.person) or ("", {})
    assert [row.number for row in context["settlements"]] == [made.number]
