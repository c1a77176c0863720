"""What a process keeps of policy, and when it must read again."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from uuid import UUID

from policy.models import PolicyRevision

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
    token = _pinned.set(stamp())
    try:
        yield
    finally:
        _pinned.reset(token)
