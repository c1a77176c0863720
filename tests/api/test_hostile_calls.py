"""Calls made up from the description of the interface: whatever is sent, the answer is no fault of ours."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
import schemathesis
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.api.conftest import Caller

# Examples for each operation: few in every run, many in the long one.
FEW = settings(max_examples=12, deadline=None, database=None, suppress_health_check=list(HealthCheck))
MANY = settings(FEW, max_examples=400)


def operations(caller: Caller) -> list[Any]:
    raw = caller.client.get("/api/v1/schema/", HTTP_ACCEPT="application/vnd.oai.openapi+json").json()
    schema = schemathesis.openapi.from_dict(raw)
    return [found.ok() for found in schema.get_all_operations()]


def ask(caller: Caller, operation: Any, profile: Any) -> int:
    """Send made-up calls to one operation; gives how many were sent."""
    sent = 0

    @profile
    @given(data=st.data())
    def send(data: Any) -> None:
        nonlocal sent
        case = data.draw(operation.as_strategy())
        path = operation.path
        for name, value in (case.path_parameters or {}).items():
            path = path.replace("{" + name + "}", str(value).replace("/", "").replace("?", "").replace("#", "") or "x")
        headers = {str(name): str(value) for name, value in (case.headers or {}).items()}
        headers = {name: value for name, value in headers.items() if value.isascii() and value.isprintable()}
        is_body = isinstance(case.body, (dict, list, str, int, float, bool)) or case.body is None
        with transaction.atomic():
            answer = caller.client.generic(
                operation.method.upper(),
                path,
                data=_json(case.body) if is_body and operation.method.upper() == "POST" else b"",
                content_type="application/json",
                QUERY_STRING=_query(case.query or {}),
                headers=headers,
            )
            transaction.set_rollback(True)
        sent += 1
        assert answer.status_code < 500, (path, case.query, case.body, answer.content[:300])
        if answer.status_code >= 400:
            assert set(answer.json()) == {"code", "message", "next", "field", "errors"}, answer.content

    send()
    return sent


def _json(body: Any) -> bytes:
    import json

    return json.dumps(body).encode()


def _query(query: dict[str, Any]) -> str:
    from urllib.parse import urlencode

    return urlencode({name: value for name, value in query.items() if value is not None}, doseq=True, errors="replace")


def walk(callers: SimpleNamespace, profile: Any) -> None:
    sent = 0
    for caller in (callers.claims, callers.enrollment, callers.analyst):
        for operation in operations(caller):
            sent += ask(caller, operation, profile)
    assert sent > 100


def test_no_call_brings_the_office_down(callers: SimpleNamespace, settings: Any) -> None:
    settings.REST_FRAMEWORK = {**settings.REST_FRAMEWORK, "DEFAULT_THROTTLE_CLASSES": []}
    walk(callers, FEW)


def test_a_fault_would_be_found(callers: SimpleNamespace, monkeypatch: pytest.MonkeyPatch) -> None:
    def fault(staff: Any) -> Any:
        raise RuntimeError("a fault of ours")

    [listed] = [one for one in operations(callers.claims) if (one.method, one.path) == ("get", "/api/v1/providers/")]
    monkeypatch.setattr("claims.selectors.reference.providers", fault)
    with pytest.raises(AssertionError, match="fault"):
        ask(callers.claims, listed, FEW)


@pytest.mark.long
def test_no_call_brings_the_office_down_at_length(callers: SimpleNamespace, settings: Any) -> None:
    settings.REST_FRAMEWORK = {**settings.REST_FRAMEWORK, "DEFAULT_THROTTLE_CLASSES": []}
    walk(callers, MANY)
