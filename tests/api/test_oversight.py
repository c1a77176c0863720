"""Risk warnings and reports by the API."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest

from core.periods import Month
from funds.services import warnings
from reports.models import Submission
from reports.services import submissions
from tests.api.conftest import Caller
from tests.funds.conftest import books
from tests.reports.conftest import JULY, house, stays

__all__ = ["books", "house", "stays"]


def test_warnings_are_read_in_the_area_alone(books: SimpleNamespace) -> None:
    made = warnings.assess(books.city, Month(2018, 6))
    own, foreign = Caller(books.finance), Caller(books.foreign_finance)
    found = own.get("/warnings/", limit=200).json()["results"]
    assert {row["indicator"] for row in found} == {row.indicator for row in made}
    one = own.get(f"/warnings/{made[0].pk}/").json()
    assert one["pooling_area"] == "230800"
    assert (one["grade"] == "missing") == bool(one["missing"])
    missing = own.get("/warnings/", grade="missing", limit=200).json()["results"]
    assert {row["grade"] for row in missing} <= {"missing"}
    assert foreign.get("/warnings/").json()["results"] == []
    assert foreign.get(f"/warnings/{made[0].pk}/").status_code == 404
    assert foreign.get("/warnings/", area="230800").status_code == 400
    assert own.post("/warnings/", {}).status_code == 405


@pytest.fixture
def report(stays: SimpleNamespace) -> Submission:
    return submissions.build("operation", stays.city, JULY, actor=stays.analysts["230800"])


def test_a_report_is_handed_in_returned_and_accepted(stays: SimpleNamespace, report: Submission) -> None:
    city, province = Caller(stays.analysts["230800"]), Caller(stays.directors["230000"])
    read = city.get(f"/submissions/{report.number}/").json()
    assert read["state"] == "built"
    assert read["figures"]["enrolled"] == 3
    key = uuid4()
    sent = city.post(f"/submissions/{report.number}/submit/", {"note": "按期"}, key)
    assert sent.status_code == 200, sent.content
    assert sent.json()["state"] == "submitted"
    assert city.post(f"/submissions/{report.number}/submit/", {"note": "按期"}, key).json() == sent.json()
    again = city.post(f"/submissions/{report.number}/submit/", {})
    assert again.status_code == 409
    assert again.json()["code"] == "conflict"
    assert province.post(f"/submissions/{report.number}/return/", {}).json()["field"] == "reason"
    back = province.post(f"/submissions/{report.number}/return/", {"reason": "人数不符"})
    assert back.json()["state"] == "returned"
    redone = submissions.build("operation", stays.city, JULY, actor=stays.analysts["230800"])
    city.post(f"/submissions/{redone.number}/submit/", {})
    accepted = province.post(f"/submissions/{redone.number}/accept/", {})
    assert accepted.status_code == 200, accepted.content
    assert accepted.json()["state"] == "accepted"


@pytest.mark.parametrize("act", ["submit", "accept", "return"])
def test_whose_report_it_is_not_does_not_act_on_it(stays: SimpleNamespace, report: Submission, act: str) -> None:
    body: dict[str, Any] = {"reason": "x"} if act == "return" else {}
    path = f"/submissions/{report.number}/{act}/"
    for outside in (stays.analysts["130400"], stays.directors["130400"]):
        assert Caller(outside).post(path, body).status_code in (403, 404)
    own = stays.directors["230800"] if act != "submit" else stays.analysts["230000"]
    refused = Caller(own).post(path, body)
    assert refused.status_code in (403, 409)
    report.refresh_from_db()
    assert report.state == "built"


def test_a_reading_call_changes_nothing(stays: SimpleNamespace, report: Submission) -> None:
    city = Caller(stays.analysts["230800"])
    assert city.client.put(f"/api/v1/submissions/{report.number}/", {}, format="json").status_code == 405
    assert city.post(f"/submissions/{report.number}/submit/", {"state": "accepted"}).json()["field"] == "state"
    assert city.post(f"/submissions/{report.number}/submit/", {}, None).json()["field"] == "Idempotency-Key"
