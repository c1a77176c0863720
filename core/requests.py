"""Who is at work: the request or the job that a change belongs to, for the audit trail and the row versions."""

import contextlib
import contextvars
from collections.abc import Iterator
from typing import Any

import pghistory
from django.db import connection
from pghistory import runtime
from psycopg.pq import TransactionStatus

_request_id: contextvars.ContextVar[str] = contextvars.ContextVar("request_id", default="")


def request_id() -> str:
    """The number of the request or job under way, or ''."""
    return _request_id.get()


@contextlib.contextmanager
def acting(actor: Any, *, number: str = "", reason: str = "") -> Iterator[None]:
    """What is written inside belongs to this person: row versions carry who and why, audit entries the number.

    One inside another holds for its own part only: a job that a command carries out is its owner's work.
    """
    token = _request_id.set(number)
    outer = dict(_metadata())
    try:
        with pghistory.context(user=actor_id(actor), name=actor_name(actor), reason=reason, request=number):
            yield
    finally:
        _request_id.reset(token)
        _metadata().clear()
        _metadata().update(outer)
        _forget()


def _metadata() -> dict[str, Any]:
    """What pghistory will write with the next change; it merges nested contexts and never takes the inner one back."""
    current = getattr(runtime._tracker, "value", None)
    return current.metadata if current is not None else {}


def _forget() -> None:
    """pghistory's settings last until the transaction ends: without this, later statements of it would be signed too."""
    if not connection.in_atomic_block or connection.needs_rollback or connection.connection is None:
        return
    if connection.connection.info.transaction_status == TransactionStatus.INTRANS:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT set_config('pghistory.context_id', '', true), set_config('pghistory.context_metadata', '', true)"
            )


def because(reason: str) -> None:
    """Add the reason to the row versions written from here on in this request or job."""
    pghistory.context(reason=reason)


def actor_id(actor: Any) -> int | None:
    return getattr(actor, "pk", None)


def actor_name(actor: Any) -> str:
    """The name to show: the person's, or 系统 for no one."""
    if actor is None or (actor_id(actor) is None and not getattr(actor, "name", "")):
        return "系统"
    return str(getattr(actor, "name", "") or getattr(actor, "username", "") or actor)[:80]


def act_as(actor: Any) -> None:
    """Name the person when it is known only inside the request (a machine's token, a log-in)."""
    pghistory.context(user=actor_id(actor), name=actor_name(actor))
