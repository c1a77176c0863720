"""Callers of the API: clerks by their session, a hospital's machine by its key, over the small office of the claims tests."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest
from rest_framework.test import APIClient

from office.models import Posting, User
from office.services import accounts
from tests.claims.conftest import id_number, key, land, nothing_kept, office_day, settled, world

__all__ = ["id_number", "key", "land", "nothing_kept", "office_day", "settled", "world"]

START = date(2007, 1, 1)
API = "/api/v1"


class Caller:
    """Calls the API as one account; writing calls carry a fresh key unless one is given."""

    def __init__(self, user: User | None = None, token: str = "") -> None:
        self.client = APIClient(raise_request_exception=False)
        if user is not None:
            self.client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        if token:
            self.client.credentials(HTTP_AUTHORIZATION=f"Token {token}")

    def get(self, path: str, **query: Any) -> Any:
        return self.client.get(f"{API}{path}", query)

    def post(self, path: str, body: Any, key: Any = "fresh") -> Any:
        headers = {} if key is None else {"HTTP_IDEMPOTENCY_KEY": str(uuid4() if key == "fresh" else key)}
        return self.client.post(f"{API}{path}", body, format="json", **headers)


@pytest.fixture
def callers(world: SimpleNamespace) -> SimpleNamespace:
    """One caller of each kind the tests need."""
    city = world.city_clerk.office
    machine = User.everywhere.create(
        username="hospital", name="示例医院", is_machine=True, office=city, provider_code=world.providers["two"].code
    )
    Posting.everywhere.create(user=machine, role="hospital", starts_on=START)
    admin = world.make_clerk("system_admin_of_city", "230800", "system_admin")
    world.machine = machine
    world.token = accounts.issue_token(machine, label="his", expires_on=date(2030, 1, 1), actor=admin)
    return SimpleNamespace(
        nobody=Caller(),
        enrollment=Caller(world.city_clerk),
        claims=Caller(world.city_claims),
        sibling_enrollment=Caller(world.sibling),
        sibling_claims=Caller(world.sibling_claims),
        foreign=Caller(world.foreign),
        auditor=Caller(world.auditor),
        analyst=Caller(world.analyst),
        hospital=Caller(token=world.token),
    )


@pytest.fixture
def bill_body(world: SimpleNamespace) -> Any:
    """A bill as the API takes it: bill_body(person, "1000.00", hospital_number=...)."""
    numbers = iter(range(1, 1000))

    def body(patient: Any, cost: str = "10000.00", /, **more: Any) -> dict[str, Any]:
        return {
            "person": patient.number,
            "provider": world.providers["two"].code,
            "hospital_number": f"API{next(numbers):05d}",
            "visit_kind": "inpatient",
            "admitted_on": "2018-03-05",
            "discharged_on": "2018-03-10",
            "diagnosis_code": "I10.x00",
            "lines": [{"item_code": "S0014", "quantity": cost, "unit_price": "1.00"}],
            **more,
        }

    return body
