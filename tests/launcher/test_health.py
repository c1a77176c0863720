"""/healthz tells which part is down; /metrics answers this machine or a holder of the token; headers keep scripts at home."""

from datetime import timedelta
from typing import Any

import pytest
from celery import Celery
from django.test import Client

from config import health
from core import clock, jobs
from core.models import Heartbeat

pytestmark = pytest.mark.django_db


def test_all_well(client: Client) -> None:
    jobs.beat()
    jobs.beat("sweeper")
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()) == (
        200,
        {"status": "ok", "database": "ok", "broker": "ok", "worker": "ok"},
    )


def test_silent_sweeper_is_told(client: Client) -> None:
    jobs.beat()
    jobs.beat("sweeper")
    Heartbeat.everywhere.filter(name="sweeper").update(at=clock.now() - health.RECENT - timedelta(seconds=1))
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()["worker"]) == (503, "late: sweeper")


def test_broker_that_does_not_answer_is_told(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "celery_app", Celery("nowhere", broker="redis://127.0.0.1:9/0", set_as_current=False))
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()["broker"]) == (503, "down")


def test_metrics_answer_this_machine_only(client: Client, settings: Any) -> None:
    settings.METRICS_TOKEN = ""
    assert b"django_http_requests" in client.get("/metrics").content
    assert client.get("/metrics", REMOTE_ADDR="10.1.2.3").status_code == 404
    assert client.get("/metrics", headers={"X-Forwarded-For": "127.0.0.1"}).status_code == 404


def test_metrics_ask_for_the_token(client: Client, settings: Any) -> None:
    settings.METRICS_TOKEN = "letmesee"
    assert client.get("/metrics").status_code == 404
    assert client.get("/metrics", headers={"Authorization": "Bearer other"}).status_code == 404
    assert client.get("/metrics", headers={"Authorization": "Bearer letmesee"}).status_code == 200


def test_every_answer_keeps_scripts_at_home(client: Client) -> None:
    policy = client.get("/healthz").headers["Content-Security-Policy"]
    assert "script-src 'self';" in policy
    assert "http" not in policy


@pytest.mark.parametrize(("cookie", "language"), [("", "zh-hans"), ("en", "en"), ("fr", "zh-hans")])
def test_language_is_the_cookies_else_chinese(client: Client, cookie: str, language: str) -> None:
    if cookie:
        client.cookies["django_language"] = cookie
    answer = client.get("/healthz", headers={"Accept-Language": "en-US,en;q=0.9"})
    assert answer.headers["Content-Language"] == language


def test_missing_page_is_a_page(client: Client) -> None:
    answer = client.get("/no-such-page/")
    assert answer.status_code == 404
    assert "没有这一页" in answer.content.decode()
    assert client.get("/api/v1/no-such-thing/").json()["message"].startswith("没有这一页")
