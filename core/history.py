"""Row versions of master data, written by triggers whatever code changes a row, and read as sentences.

    @history.tracked(exclude=["pinyin"])
    class Person(ScopedModel): ...

    history.of(person)  ->  [Change(at, who, why, deleted, fields=[FieldChange(label, before, after)]), …] newest first

Each version holds the row as it was *before* a change, so that adding rows (imports) costs nothing. Who and why come from
core.requests.acting, which the middleware and the jobs set.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeVar

import pghistory
import pghistory.models
import pgtrigger
from django.db import models
from django.utils import formats, timezone
from django.utils.translation import gettext as _

from core import money
from core.fields import FenField
from core.scope import NOBODY, ScopedManager
from core.triggers import append_only

T = TypeVar("T", bound=type[models.Model])

CHANGED, REMOVED = "changed", "removed"
SECRET_SUFFIXES = ("_cipher", "_index")


class RowVersion(pghistory.models.Event):
    """Base of the tables of row versions: append-only, seen only through history.of() of a visible object."""

    scope = NOBODY
    append_only = True

    pgh_id = models.BigAutoField(primary_key=True)

    everywhere = models.Manager()
    objects = ScopedManager()  # type: ignore[misc,assignment]

    class Meta:
        abstract = True
        default_manager_name = "everywhere"


@dataclass(frozen=True)
class FieldChange:
    """One field that changed, in words."""

    name: str
    label: str
    before: str
    after: str


@dataclass(frozen=True)
class Change:
    """One change of one row: when, who, why, and which fields."""

    at: datetime
    who: str
    user_id: int | None
    why: str
    is_removal: bool
    fields: tuple[FieldChange, ...]
    request_id: str = ""


def tracked(*, exclude: Iterable[str] = (), fields: Iterable[str] | None = None) -> Callable[[T], T]:
    """Class decorator: keep the earlier versions of each row. Makes the table <app>_<model>version."""

    def decorate(model: T) -> T:
        return pghistory.track(
            pghistory.UpdateEvent(CHANGED, row=pghistory.Old),
            pghistory.DeleteEvent(REMOVED, row=pghistory.Old),
            fields=list(fields) if fields is not None else None,
            exclude=list(exclude) or None,
            obj_field=pghistory.ObjForeignKey(related_name="versions", related_query_name="versions"),
            context_field=pghistory.ContextJSONField(),
            context_id_field=None,  # type: ignore[arg-type]
            model_name=f"{model.__name__}Version",
            base_model=RowVersion,
            level=pgtrigger.Statement,
            meta={
                "verbose_name": _verbose(model),
                "verbose_name_plural": _verbose(model),
                "triggers": append_only(),
                "default_manager_name": "everywhere",
            },
        )(model)

    return decorate


def _verbose(model: type[models.Model]) -> Any:
    from django.utils.text import format_lazy
    from django.utils.translation import gettext_lazy

    return format_lazy("{}{}", model._meta.verbose_name, gettext_lazy("（历史版本）"))


def of(obj: models.Model, *, limit: int = 200) -> list[Change]:
    """The changes of one row, newest first, with field labels and shown values; secrets only as "changed"."""
    versions = list(_version_model(obj).everywhere.filter(pgh_obj_id=obj.pk).order_by("-pgh_id")[:limit])  # type: ignore[attr-defined]
    after: models.Model | None = type(obj)._base_manager.filter(pk=obj.pk).first()
    changes = []
    for version in versions:
        context = getattr(version, "pgh_context", None) or {}
        is_removal = version.pgh_label == REMOVED
        differences = () if is_removal or after is None else _differences(type(obj), version, after)
        if differences or is_removal:
            changes.append(
                Change(
                    at=version.pgh_created_at,
                    who=context.get("name") or _("系统"),
                    user_id=context.get("user"),
                    why=context.get("reason") or "",
                    is_removal=is_removal,
                    fields=differences,
                    request_id=context.get("request") or "",
                )
            )
        after = version
    return changes


def as_it_was(obj: models.Model, moment: datetime) -> dict[str, Any] | None:
    """The row's field values at a moment, or None when nothing has changed since."""
    version_model = _version_model(obj)
    version = (
        version_model.everywhere.filter(pgh_obj_id=obj.pk, pgh_created_at__gt=moment).order_by("pgh_id").first()  # type: ignore[attr-defined]
    )
    if version is None:
        return None
    return {field.attname: getattr(version, field.attname) for field in _kept_fields(type(obj), version)}


def _version_model(obj: models.Model) -> type[models.Model]:
    found: type[models.Model] = next(iter(type(obj).pgh_event_models.values()))  # type: ignore[attr-defined]
    return found


def _kept_fields(model: type[models.Model], version: models.Model) -> list[models.Field[Any, Any]]:
    kept = {field.name for field in version._meta.concrete_fields}
    return [field for field in model._meta.concrete_fields if field.name in kept and not field.primary_key]


def _differences(model: type[models.Model], before: models.Model, after: models.Model) -> tuple[FieldChange, ...]:
    found = []
    for field in _kept_fields(model, before):
        old, new = getattr(before, field.attname), getattr(after, field.attname)
        if _comparable(old) == _comparable(new) or field.name == "version":
            continue
        label = str(field.verbose_name)
        if field.name.endswith(SECRET_SUFFIXES) or isinstance(field, models.BinaryField):
            if field.name.endswith("_cipher"):
                found.append(FieldChange(field.name, label, _("（原值不显示）"), _("（已变更）")))
            continue
        found.append(FieldChange(field.name, label, _shown(field, old), _shown(field, new)))
    return tuple(found)


def _comparable(value: Any) -> Any:
    return bytes(value) if isinstance(value, memoryview) else value


def _shown(field: models.Field[Any, Any], value: Any) -> str:
    if value is None or value == "":
        return "—"
    if isinstance(field, FenField):
        return money.yuan(value)
    if isinstance(field, models.ForeignKey):
        related = field.related_model._base_manager.filter(**{field.target_field.attname: value}).first()  # type: ignore[union-attr]
        return str(related) if related is not None else str(value)
    if field.flatchoices:
        return str(dict(field.flatchoices).get(value, value))
    if isinstance(value, bool):
        return _("是") if value else _("否")
    if isinstance(value, datetime):
        return formats.date_format(timezone.localtime(value), "Y-m-d H:i")
    if isinstance(value, date):
        return value.isoformat()
    return str(value)
