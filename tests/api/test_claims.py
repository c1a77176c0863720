"""Entitlements, bills and settlements by the API."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest

from claims.models import Bill, Settlement
from core.models import AuditEntry


def test_a_hospital_asks_enters_previews_settles_and_reverses(
    world: SimpleNamespace, callers: SimpleNamespace, bill_body: Any
) -> None:
    person, his = world.insured("李大海"), callers.hospital
    asked = his.post("/entitlements/", {"id_number": person.identity(), "name": "李大海", "on": "2018-03-05"})
    assert asked.status_code == 200, asked.content
    assert asked.json()["is_covered"] is True
    assert asked.json()["person"] == person.number
    assert AuditEntry.everywhere.filter(act="claims.entitlement.asked", actor_id=world.machine.pk).count() == 1

    body = bill_body(person)
    seen = his.post("/settlements/preview/", body, None).json()
    assert seen["refusal"] == ""
    assert Bill.everywhere.count() == 0
    entered = his.post("/bills/", body)
    assert entered.status_code == 201, entered.content
    bill = entered.json()
    assert bill["total_fen"] == 1_000_000
    assert his.get(f"/bills/{bill['number']}/preview/").json() == seen

    made = his.post("/settlements/", {"bill": bill["number"]})
    assert made.status_code == 201, made.content
    settlement = made.json()
    assert {name: settlement[name] for name in seen["amounts"]} == seen["amounts"]
    assert (
        settlement["basic_fen"]
        + settlement["critical_fen"]
        + settlement["aid_fen"]
        + settlement["other_fen"]
        + (settlement["personal_fen"])
        == 1_000_000
    )

    national = his.get(f"/settlements/{settlement['number']}/national/").json()
    assert national["medfee_sumamt"] == "10000.00"
    assert int(national["hifp_pay"].replace(".", "")) == settlement["basic_fen"]

    back = his.post(f"/settlements/{settlement['number']}/reverse/", {"reason": "录入错误"})
    assert back.status_code == 201, back.content
    assert back.json()["reverses"] == settlement["number"]
    assert back.json()["total_fen"] == -1_000_000
    again = his.post(f"/settlements/{settlement['number']}/reverse/", {"reason": "录入错误"})
    assert again.status_code == 409
    assert again.json()["code"] == "already_reversed"


@pytest.mark.parametrize("step", ["bill", "settle", "reverse"])
def test_a_command_sent_twice_is_done_once(
    world: SimpleNamespace, callers: SimpleNamespace, bill_body: Any, step: str
) -> None:
    person, key = world.insured("李大海"), uuid4()
    if step == "bill":
        path, body, other = "/bills/", bill_body(person), bill_body(person, "20.00")
    else:
        bill = world.bill(person)
        path, body, other = "/settlements/", {"bill": bill.number}, {"bill": world.bill(person).number}
        if step == "reverse":
            number = callers.claims.post(path, body).json()["number"]
            path, body, other = f"/settlements/{number}/reverse/", {"reason": "录错"}, {"reason": "另一个原因"}
    bills, rows = Bill.everywhere.count(), Settlement.everywhere.count()
    first, again = callers.claims.post(path, body, key), callers.claims.post(path, body, key)
    assert first.status_code == again.status_code == 201, first.content
    assert first.json() == again.json()
    assert Bill.everywhere.count() + Settlement.everywhere.count() == bills + rows + 1
    refused = callers.claims.post(path, other, key)
    assert refused.status_code == 409
    assert refused.json()["code"] == "key_reused"


@pytest.mark.parametrize("path", ["/bills/", "/settlements/"])
def test_money_commands_need_a_key(world: SimpleNamespace, callers: SimpleNamespace, bill_body: Any, path: str) -> None:
    person = world.insured("李大海")
    body = bill_body(person) if path == "/bills/" else {"bill": world.bill(person).number}
    answer = callers.claims.post(path, body, None)
    assert answer.status_code == 400
    assert answer.json()["field"] == "Idempotency-Key"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"discharged_on": "2018-03-01"}, "discharged_on"),
        ({"discharged_on": "2019-03-10"}, None),
        ({"visit_kind": "picnic"}, "visit_kind"),
        ({"lines": []}, "lines"),
        ({"lines": [{"item_code": "NO", "quantity": "1", "unit_price": "1"}]}, "lines"),
        ({"lines": [{"item_code": "S0014", "quantity": "-1", "unit_price": "1"}]}, "lines"),
        ({"lines": [{"item_code": "S0014", "quantity": "NaN", "unit_price": "1"}]}, "lines.0.quantity"),
        ({"lines": [{"item_code": "S0014", "quantity": "1e30", "unit_price": "1"}]}, "lines.0.quantity"),
        (
            {"lines": [{"item_code": "S0014", "quantity": "1", "unit_price": "1", "in_scope_fen": 1}]},
            "lines.0.in_scope_fen",
        ),
        ({"total_fen": 1}, "total_fen"),
        ({"state": "settled"}, "state"),
        ({"other_fen": 1.5}, "other_fen"),
        ({"other_fen": "100"}, "other_fen"),
        ({"provider": "H99999999999"}, "provider"),
        ({"person": "P9999999999"}, "person"),
    ],
)
def test_bad_bills_are_refused_and_nothing_is_kept(
    world: SimpleNamespace, callers: SimpleNamespace, bill_body: Any, change: dict[str, Any], field: str | None
) -> None:
    answer = callers.claims.post("/bills/", bill_body(world.insured("李大海"), **change))
    assert answer.status_code in (400, 409), answer.content
    assert set(answer.json()) == {"code", "message", "next", "field", "errors"}
    if field:
        assert answer.json()["field"] == field
    assert Bill.everywhere.count() == 0


def test_a_bill_that_cannot_be_paid_says_why(world: SimpleNamespace, callers: SimpleNamespace, bill_body: Any) -> None:
    person = world.insured("李大海")
    enrollment = person.enrollments.get()
    callers.enrollment.post(
        f"/enrolments/{enrollment.pk}/end/",
        {"version": enrollment.version, "ends_on": "2018-01-31", "reason": "withdrawn"},
    )
    entered = callers.claims.post("/bills/", bill_body(person)).json()
    seen = callers.claims.get(f"/bills/{entered['number']}/preview/").json()
    assert seen["refusal"]
    assert seen["amounts"] is None
    answer = callers.claims.post("/settlements/", {"bill": entered["number"]})
    assert answer.status_code == 409
    assert answer.json()["code"] == "not_payable"
    assert seen["refusal"].startswith(answer.json()["message"])


def test_what_lies_outside_does_not_exist(
    world: SimpleNamespace, callers: SimpleNamespace, settled: Any, bill_body: Any
) -> None:
    person = world.insured("李大海")
    made, waiting, outside = settled(person), world.bill(person), callers.sibling_claims
    assert callers.claims.get(f"/settlements/{made.number}/").status_code == 200
    for path in (
        f"/settlements/{made.number}/",
        f"/settlements/{made.number}/national/",
        f"/bills/{waiting.number}/",
        f"/bills/{waiting.number}/preview/",
    ):
        assert outside.get(path).status_code == 404, path
    assert outside.post(f"/settlements/{made.number}/reverse/", {"reason": "x"}).status_code == 404
    assert outside.post("/settlements/", {"bill": waiting.number}).json()["field"] == "bill"
    assert outside.post("/bills/", bill_body(person)).json()["field"] == "person"
    assert outside.post("/settlements/preview/", bill_body(person), None).json()["field"] == "person"
    asked = outside.post("/entitlements/", {"id_number": person.identity(), "name": "李大海"})
    assert asked.status_code == 404
    assert outside.get("/settlements/").json()["results"] == []
    assert outside.get("/bills/").json()["results"] == []
    assert outside.get("/bills/", person=person.number).status_code == 400
    assert outside.get("/settlements/", region="230803").status_code == 400
    assert Settlement.everywhere.count() == 1


def test_a_hospital_sees_and_touches_its_own_bills_alone(
    world: SimpleNamespace, callers: SimpleNamespace, settled: Any, bill_body: Any
) -> None:
    person = world.insured("李大海")
    own, other = settled(person, "100.00", "two"), settled(person, "200.00", "three", "2018-04-01")
    waiting = world.bill(person, "300.00", "three", "2018-05-01")
    his = callers.hospital
    assert [row["number"] for row in his.get("/settlements/").json()["results"]] == [own.number]
    assert his.get(f"/settlements/{other.number}/").status_code == 404
    assert his.get(f"/bills/{waiting.number}/").status_code == 404
    assert his.post("/settlements/", {"bill": waiting.number}).json()["field"] == "bill"
    assert his.post(f"/settlements/{other.number}/reverse/", {"reason": "x"}).status_code == 404
    body = bill_body(person, provider=world.providers["three"].code)
    assert his.post("/bills/", body).json()["field"] == "provider"
    assert his.get("/settlements/", person=person.number).status_code == 400
    assert Settlement.everywhere.count() == 2


def test_a_machine_without_a_provider_sees_no_bill(
    world: SimpleNamespace, callers: SimpleNamespace, settled: Any
) -> None:
    settled(world.insured("李大海"))
    world.machine.provider_code = ""
    world.machine.save()
    assert callers.hospital.get("/settlements/").json()["results"] == []


def test_reading_does_not_reverse(world: SimpleNamespace, callers: SimpleNamespace, settled: Any) -> None:
    """The supervisor reads settlements; the window settles but does not reverse."""
    from tests.api.conftest import Caller

    made = settled(world.insured("李大海"))
    supervisor = Caller(world.make_clerk("supervisor", "230800", "supervisor"))
    window = Caller(world.make_clerk("window2", "230800", "window_clerk"))
    path = f"/settlements/{made.number}/"
    assert supervisor.get(path).status_code == 200
    assert supervisor.post(f"{path}reverse/", {"reason": "x"}).status_code == 403
    assert window.post(f"{path}reverse/", {"reason": "x"}).status_code == 403
    assert callers.enrollment.get(path).status_code == 403


def test_reference_lists(world: SimpleNamespace, callers: SimpleNamespace) -> None:
    providers = callers.hospital.get("/providers/", level="two").json()["results"]
    assert [row["code"] for row in providers] == [world.providers["two"].code]
    item = callers.hospital.get("/catalogue/S0014/").json()
    assert item["item_class"] == "甲"
    assert callers.hospital.get("/catalogue/", code="S0014").json()["results"] == [item]
    regions = callers.enrollment.get("/regions/", level="county").json()["results"]
    assert {row["code"] for row in regions} == {"230803", "230804"}
    assert callers.enrollment.get("/regions/130402/").status_code == 404
