"""People and enrolments by the API."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest

from enrollment.models import Enrollment, Person
from tests.enrollment.conftest import id_number


def form(world: SimpleNamespace, **more: Any) -> dict[str, Any]:
    return {
        "name": "孙晓",
        "id_number": id_number(serial=301),
        "region": world.village.code,
        "category": "adult",
        "years": [2019],
        **more,
    }


def test_a_person_is_registered_and_read_back_masked(world: SimpleNamespace, callers: SimpleNamespace) -> None:
    answer = callers.enrollment.post("/persons/", form(world, phone="13812345678"))
    assert answer.status_code == 201, answer.content
    number = answer.json()["person"]
    assert [row["year"] for row in answer.json()["enrolments"]] == [2019]
    read = callers.enrollment.get(f"/persons/{number}/").json()
    assert read["name"] == "孙晓"
    assert read["birth_on"] == "1980-01-01"
    assert id_number(serial=301) not in json.dumps(read)
    assert "13812345678" not in json.dumps(read)
    assert read["identity"].endswith(id_number(serial=301)[-4:])


def test_the_same_key_registers_once(world: SimpleNamespace, callers: SimpleNamespace) -> None:
    key = uuid4()
    first = callers.enrollment.post("/persons/", form(world), key)
    again = callers.enrollment.post("/persons/", form(world), key)
    assert again.status_code == 201
    assert again.json() == first.json()
    assert Enrollment.everywhere.filter(person__name="孙晓").count() == 1
    other = callers.enrollment.post("/persons/", form(world, years=[2018]), key)
    assert other.status_code == 409
    assert other.json()["code"] == "key_reused"


@pytest.mark.parametrize("key", [None, "not-a-uuid"])
def test_a_writing_call_needs_a_key(world: SimpleNamespace, callers: SimpleNamespace, key: Any) -> None:
    answer = callers.enrollment.post("/persons/", form(world), key)
    assert answer.status_code == 400
    assert answer.json()["field"] == "Idempotency-Key"
    assert not Person.everywhere.filter(name="孙晓").exists()


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"id_number": "230803198001010001"}, None),
        ({"category": "king"}, "category"),
        ({"years": []}, "years"),
        ({"region": "130402001201"}, "region"),
        ({"region": "230803001201 "}, "region"),
        ({"is_employee": True}, "is_employee"),
        ({"in_force": True}, "in_force"),
        ({"died_on": "2018-01-01"}, "died_on"),
        ({"name": "\x00"}, "name"),
        ({"name": ""}, "name"),
        ({"birth_on": "2018-02-30"}, "birth_on"),
    ],
)
def test_bad_registrations_are_refused_in_one_form(
    world: SimpleNamespace, callers: SimpleNamespace, change: dict[str, Any], field: str | None
) -> None:
    answer = callers.enrollment.post("/persons/", form(world, **change))
    told = answer.json()
    assert answer.status_code in (400, 409), told
    assert set(told) == {"code", "message", "next", "field", "errors"}
    assert told["message"]
    if field:
        assert told["field"] == field
    assert not Person.everywhere.filter(name="孙晓").exists()


def test_a_refusal_says_what_to_do_next(world: SimpleNamespace, callers: SimpleNamespace) -> None:
    told = callers.enrollment.post("/persons/", form(world, is_employee=True)).json()
    assert told["next"] == "停保后凭停保证明再登记。" or told["next"] == ""
    person = world.insured("李大海")
    told = callers.enrollment.post("/enrolments/", {"person": person.number, "year": 2018, "category": "adult"}).json()
    assert told["message"].endswith("不能重复登记。")
    assert told["next"].startswith("请先在参保地终止")


def test_enrol_and_end(world: SimpleNamespace, callers: SimpleNamespace) -> None:
    person = world.insured("李大海")
    answer = callers.enrollment.post("/enrolments/", {"person": person.number, "year": 2019, "category": "adult"})
    assert answer.status_code == 201, answer.content
    made = answer.json()
    body = {"version": made["version"], "ends_on": "2018-12-31", "reason": "withdrawn", "note": "登记错误"}
    key = uuid4()
    ended = callers.enrollment.post(f"/enrolments/{made['id']}/end/", body, key)
    assert ended.status_code == 200, ended.content
    assert ended.json()["in_force"] is False
    assert callers.enrollment.post(f"/enrolments/{made['id']}/end/", body, key).json() == ended.json()
    stale = callers.enrollment.post(f"/enrolments/{made['id']}/end/", body)
    assert stale.status_code == 409
    assert stale.json()["code"] == "conflict"


def test_lists_are_paged_by_key(world: SimpleNamespace, callers: SimpleNamespace) -> None:
    made = [world.insured(f"李{name}") for name in "甲乙丙丁戊"]
    seen: list[str] = []
    path, query = "/persons/", {"limit": 2}
    for _page in range(3):
        answer = callers.enrollment.get(path, **query).json()
        seen += [row["number"] for row in answer["results"]]
        if answer["next"] is None:
            break
        query = {"limit": 2, "cursor": answer["next"].partition("cursor=")[2].partition("&")[0].replace("%3D", "=")}
    assert seen == [person.number for person in reversed(made)]


@pytest.mark.parametrize(
    "cursor", ["x", "cD1hYmM=", "bz0xMDAwMDAwMCZwPTEyMw==", "cD05OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk="]
)
def test_a_cursor_of_ones_own_making_is_not_found(callers: SimpleNamespace, cursor: str) -> None:
    assert callers.enrollment.get("/persons/", cursor=cursor).status_code in (200, 404)


def test_filters_find_by_region_and_name_and_never_by_number(world: SimpleNamespace, callers: SimpleNamespace) -> None:
    here, there = world.insured("李大海"), world.insured("王小明", region=world.sibling_village)
    by_region = callers.enrollment.get("/persons/", region="230804").json()["results"]
    assert [row["number"] for row in by_region] == [there.number]
    by_name = callers.enrollment.get("/persons/", name="lidahai").json()["results"]
    assert [row["number"] for row in by_name] == [here.number]
    everybody = callers.enrollment.get("/persons/", id_last4=here.id_last4).json()["results"]
    assert len(everybody) == 2, "a filter that is not declared must not filter"


def test_what_lies_outside_does_not_exist(world: SimpleNamespace, callers: SimpleNamespace) -> None:
    person = world.insured("李大海")
    enrollment = person.enrollments.get()
    for outside in (callers.sibling_enrollment, callers.foreign):
        assert outside.get(f"/persons/{person.number}/").status_code == 404
        assert outside.get(f"/enrolments/{enrollment.pk}/").status_code == 404
        assert outside.get("/persons/").json()["results"] == []
        body = {"version": enrollment.version, "ends_on": "2018-12-30", "reason": "withdrawn"}
        assert outside.post(f"/enrolments/{enrollment.pk}/end/", body).status_code == 404
        # Named in a filter or a body, it is no choice, as one that does not exist is none.
        unknown = outside.get("/enrolments/", person="P9999999999")
        known = outside.get("/enrolments/", person=person.number)
        assert (
            (known.status_code, known.json()["code"])
            == (unknown.status_code, unknown.json()["code"])
            == (400, "invalid")
        )
        assert outside.get("/persons/", region="230803").status_code == 400
        answer = outside.post("/enrolments/", {"person": person.number, "year": 2019, "category": "adult"})
        assert answer.status_code == 400
        assert answer.json()["field"] == "person"
    assert Enrollment.everywhere.filter(person=person).count() == 1


def test_an_auditor_reads_and_does_not_write(world: SimpleNamespace, callers: SimpleNamespace) -> None:
    assert callers.auditor.get("/persons/").status_code == 200
    assert callers.auditor.post("/persons/", form(world)).status_code == 403


def test_nobody_and_a_hospital_do_not_read_the_register(callers: SimpleNamespace) -> None:
    assert callers.nobody.get("/persons/").status_code == 401
    assert callers.hospital.get("/persons/").status_code == 403
