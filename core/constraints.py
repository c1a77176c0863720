"""What a broken constraint or a busy database means, in words for a clerk."""

import functools
from collections.abc import Iterator

import psycopg.errors
from django.apps import apps
from django.db import DatabaseError, IntegrityError, InterfaceError, OperationalError, models
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from core.refusal import Refused

BUSY = (
    psycopg.errors.LockNotAvailable,
    psycopg.errors.DeadlockDetected,
    psycopg.errors.SerializationFailure,
    psycopg.errors.QueryCanceled,
)


def explain(error: BaseException) -> Refused | None:
    """The refusal for a database error caused by named constraint or by a guard of append-only rows; None for others."""
    cause = error.__cause__ if isinstance(error, DatabaseError) else error
    if isinstance(cause, psycopg.Error):
        if cause.sqlstate == "OF001":
            return Refused(_("这类记录只增不改，不能修改或删除。需要更正时，请用冲正或补记。"), code="append_only")
        if isinstance(error, IntegrityError) and cause.diag.constraint_name:
            message = messages().get(cause.diag.constraint_name)
            if message:
                return Refused(str(message), code=cause.diag.constraint_name)
            if isinstance(cause, psycopg.errors.ForeignKeyViolation):
                return Refused(_("这条记录正被其他记录使用，或所引用的记录已不存在。请刷新后再试。"), code="in_use")
            if isinstance(cause, psycopg.errors.UniqueViolation):
                return Refused(_("同样的记录已经存在，没有重复保存。请查找已有记录。"), code="exists")
    return None


def is_busy(error: BaseException) -> bool:
    """Someone else holds the rows for too long, or the statement took too long: trying again may help."""
    cause = error.__cause__ if isinstance(error, DatabaseError) else error
    return isinstance(cause, BUSY)


def is_down(error: BaseException) -> bool:
    """The database does not answer, or refuses connections."""
    return isinstance(error, (OperationalError, InterfaceError)) and not is_busy(error)


@functools.cache
def messages() -> dict[str, str | Promise]:
    """The messages that models gave to their constraints, by the constraint's name in the database."""
    return dict(_messages())


def _messages() -> Iterator[tuple[str, str | Promise]]:
    for model in apps.get_models(include_auto_created=True):
        for constraint in model._meta.constraints:
            message = constraint.violation_error_message
            if message and message != models.BaseConstraint.default_violation_error_message:
                yield constraint.name, message
