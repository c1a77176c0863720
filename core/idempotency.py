"""A money command is carried out once, however often it is sent.

    with once(key, settlement_id, reason) as earlier:
        if earlier:
            return earlier
        ...
        once.result(reversal)

The key is taken in the same transaction as the work: a second sender waits for the first, then gets its result. The same key
with other content is refused. Keys are kept for ever.
"""

import contextvars
import hashlib
import json
from datetime import date, datetime
from fractions import Fraction
from types import TracebackType
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import connection, models
from django.utils.translation import gettext as _

from core.models import IdempotencyKey
from core.refusal import Refused

_open: contextvars.ContextVar[tuple["once", ...]] = contextvars.ContextVar("open_commands", default=())


class once:  # noqa: N801  # reads as a word of the language: `with once(key, ...) as earlier`
    """Context manager; gives None when the work is to be done now, else the object that came of it before."""

    def __init__(self, key: UUID | str, *content: object) -> None:
        self.key = key if isinstance(key, UUID) else _uuid(key)
        self.digest = content_hash(content)
        self.was_done = False
        self.has_result = False

    def __enter__(self) -> Any:
        if not connection.in_atomic_block:
            raise RuntimeError("once() is used inside a transaction")
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO core_idempotencykey (key, content_hash, result_type, result_id) VALUES (%s, %s, '', '')"
                " ON CONFLICT (key) DO NOTHING",
                [self.key, self.digest],
            )
            is_new = cursor.rowcount == 1
        earlier = None if is_new else self._earlier()
        _open.set((*_open.get(), self))
        return earlier

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        _open.set(_open.get()[:-1])
        if kind is None and not self.was_done and not self.has_result:
            raise RuntimeError("a command under once() ended without once.result(object)")

    @staticmethod
    def result(obj: models.Model) -> None:
        """Say what came of the work; a later sender of the same key gets this object."""
        current = _open.get()[-1]
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE core_idempotencykey SET result_type = %s, result_id = %s WHERE key = %s",
                [obj._meta.label, str(obj.pk), current.key],
            )
        current.has_result = True

    @staticmethod
    def open_key() -> UUID:
        """The key of the command under way, for a statement that stores the result itself; `stored` says that it has."""
        return _open.get()[-1].key

    @staticmethod
    def stored() -> None:
        """The work's own statement has stored what came of it."""
        _open.get()[-1].has_result = True

    def _earlier(self) -> models.Model:
        stored = IdempotencyKey.everywhere.get(pk=self.key)
        if bytes(stored.content_hash) != self.digest:
            raise Refused(
                _("这次提交的内容与同一张表单先前已办理的内容不同，没有办理。请打开新的表单重新填写。"),
                code="key_reused",
            )
        self.was_done = True
        found: models.Model = apps.get_model(stored.result_type)._base_manager.get(pk=stored.result_id)
        return found


def content_hash(content: Any) -> bytes:
    """32 bytes for what a command was asked; equal for equal content in whatever order of keys."""
    return hashlib.sha256(
        json.dumps(content, default=_plain, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()
    ).digest()


def _plain(value: Any) -> Any:
    if isinstance(value, models.Model):
        return [value._meta.label, str(value.pk)]
    if isinstance(value, (date, datetime, UUID, Fraction)):
        return str(value)
    if isinstance(value, (set, frozenset)):
        return sorted(map(str, value))
    if isinstance(value, (bytes, memoryview)):
        return bytes(value).hex()
    raise TypeError(f"content of a command holds {type(value).__name__}")


def _uuid(text: str) -> UUID:
    try:
        return UUID(str(text))
    except ValueError:
        raise Refused(_("表单的提交编号不完整，没有办理。请重新打开表单。"), code="bad_key") from None
