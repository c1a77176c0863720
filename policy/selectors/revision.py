"""What a process keeps of policy, and when it must read again."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from uuid import UUID

from policy.models import PolicyRevision

STAMP = "SELECT stamp FROM policy_policyrevision ORDER BY id LIMIT 1"
"""The stamp as a subquery, for a statement that reads it among other things; see `reading_at`."""

_pinned: ContextVar[UUID | str | None] = ContextVar("policy_revision", default="")


def stamp() -> UUID | None:
    """The stamp of the last change of policy; one statement, none inside `one_reading`."""
    pinned = _pinned.get()
    if not isinstance(pinned, str):
        return pinned
    return PolicyRevision.everywhere.values_list("stamp", flat=True).first()


@contextmanager
def one_reading() -> Iterator[None]:
    """Within it policy is read as of the first look: a batch asks for the stamp once, not once per bill."""
    with reading_at(stamp()):
        yield


@contextmanager
def reading_at(known: UUID | None) -> Iterator[None]:
    """Within it the stamp is the one the caller has just read with a statement of its own."""
    token = _pinned.set(known)
    try:
        yield
    finally:
        _pinned.reset(token)
