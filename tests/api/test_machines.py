"""Log-in of machines by key, limits, and the description of the interface."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.cache import cache

from office.models import MachineToken
from tests.api.conftest import Caller


def test_a_key_lets_in_and_a_revoked_or_expired_one_does_not(world: SimpleNamespace, callers: SimpleNamespace) -> None:
    assert callers.hospital.get("/providers/").status_code == 200
    token = MachineToken.everywhere.get()
    MachineToken.everywhere.filter(pk=token.pk).update(expires_on=date(2018, 12, 30))
    refused = callers.hospital.get("/providers/")
    assert refused.status_code == 401
    assert refused.json()["next"].startswith("请向系统管理员申请")
    assert refused["WWW-Authenticate"] == "Token"
    MachineToken.everywhere.filter(pk=token.pk).update(expires_on=date(2030, 1, 1), revoked_at="2018-12-01T00:00:00Z")
    assert callers.hospital.get("/providers/").status_code == 401


@pytest.mark.parametrize("token", ["x", "x y", "é"])
def test_a_wrong_key_is_refused(world: SimpleNamespace, token: str) -> None:
    assert Caller(token=token).get("/providers/").status_code == 401


def test_a_key_opens_no_page(callers: SimpleNamespace) -> None:
    assert callers.hospital.client.get("/settlements/").status_code == 302


def test_the_key_itself_is_not_kept(world: SimpleNamespace, callers: SimpleNamespace) -> None:
    kept = MachineToken.everywhere.get()
    assert world.token not in (kept.digest, kept.label)


def test_a_program_gone_wild_is_held_back(callers: SimpleNamespace, monkeypatch: pytest.MonkeyPatch) -> None:
    from rest_framework.throttling import UserRateThrottle

    cache.clear()
    monkeypatch.setattr(UserRateThrottle, "THROTTLE_RATES", {"user": "3/min"})
    answers = [callers.hospital.get("/providers/") for _time in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert answers[3].json()["code"] == "throttled"
    assert int(answers[3]["Retry-After"]) > 0
    cache.clear()


@pytest.mark.parametrize("body", [b"{", b"[]", b"null", b'"x"', b"\xff"])
def test_a_body_that_is_no_object_is_refused(callers: SimpleNamespace, body: bytes) -> None:
    answer = callers.claims.client.post(
        "/api/v1/settlements/", body, content_type="application/json", HTTP_IDEMPOTENCY_KEY="0" * 32
    )
    assert answer.status_code == 400
    assert set(answer.json()) == {"code", "message", "next", "field", "errors"}


def test_only_json_is_taken(callers: SimpleNamespace) -> None:
    answer = callers.claims.client.post(
        "/api/v1/settlements/",
        "a=1",
        content_type="application/x-www-form-urlencoded",
        HTTP_IDEMPOTENCY_KEY="0" * 32,
    )
    assert answer.status_code == 415
    assert answer.json()["code"] == "unsupported_media_type"


def test_the_interface_describes_itself_without_another_host(callers: SimpleNamespace) -> None:
    assert callers.nobody.client.get("/api/v1/schema/").status_code == 401
    schema = callers.claims.client.get("/api/v1/schema/", HTTP_ACCEPT="application/vnd.oai.openapi+json").json()
    assert schema["info"]["title"] == "城乡居民医保经办接口"
    written = schema["paths"]["/api/v1/settlements/"]["post"]
    assert [one["name"] for one in written["parameters"] if one["in"] == "header"] == ["Idempotency-Key"]
    assert set(written["responses"]) >= {"201", "400", "401", "403", "404", "409"}
    page = callers.claims.client.get("/api/v1/docs/").content.decode()
    assert "/static/drf_spectacular_sidecar/" in page
    assert "//cdn" not in page


def test_every_amount_of_the_interface_is_whole_fen(callers: SimpleNamespace) -> None:
    schema = callers.claims.client.get("/api/v1/schema/", HTTP_ACCEPT="application/vnd.oai.openapi+json").json()
    amounts: list[tuple[str, Any]] = [
        (f"{name}.{field}", shape.get("type"))
        for name, component in schema["components"]["schemas"].items()
        for field, shape in component.get("properties", {}).items()
        if field.endswith("_fen")
    ]
    assert len(amounts) > 15
    assert {kind for _name, kind in amounts} == {"integer"}
