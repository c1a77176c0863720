"""Two people, one record: the second is told that it changed since it was opened."""

from typing import Any, Self

from django import forms
from django.db import models
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from core.refusal import Conflict, Refused
from core.scope import ScopedModel


class VersionedModel(ScopedModel):
    """A record edited by hand: `version` counts its changes."""

    version = models.PositiveIntegerField(_("版本"), default=1, editable=False)

    class Meta(ScopedModel.Meta):
        abstract = True

    def save_seen(self, seen: int | str | None, fields: list[str] | None = None) -> Self:
        """Save this edited object if its row still has the version that was seen when it was opened; raises Conflict.

        `fields` limits what is written. Constraints of the database apply as in save().
        """
        try:
            expected = int(seen)  # type: ignore[arg-type]
        except (TypeError, ValueError):
            raise Refused(_("表单缺少版本号，没有保存。请重新打开这条记录。"), code="version_missing") from None
        rows = type(self).everywhere.filter(pk=self.pk, version=expected)
        if not rows.update(version=F("version") + 1):
            raise Conflict()
        self.version = expected + 1
        self.save(update_fields=[*(fields if fields is not None else self._written_fields()), "version"])
        return self

    def _written_fields(self) -> list[str]:
        return [
            field.name
            for field in self._meta.concrete_fields
            if not field.primary_key and field.name != "version" and not field.generated
        ]


class VersionField(forms.IntegerField):
    """The hidden field that carries the seen version through a form."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=forms.HiddenInput(), min_value=1, label="", **kwargs)
