"""FenField: integer fen in the database and the API, yuan with two decimals for people."""

from typing import Any

from django import forms
from django.core import checks
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from core import money
from core.refusal import Refused


class FenFormField(forms.CharField):
    """An amount as people write it, in yuan; its value is fen."""

    default_error_messages = {
        "required": _("请填写金额。"),
        "max_fen": _("金额不能大于 %(limit)s 元。"),
        "min_fen": _("金额不能小于 %(limit)s 元。"),
    }

    def __init__(self, *, min_fen: int | None = None, max_fen: int | None = None, **kwargs: Any) -> None:
        kwargs.pop("min_value", None)
        kwargs.pop("max_value", None)
        self.min_fen, self.max_fen = min_fen, max_fen
        kwargs.setdefault("empty_value", None)
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> int | None:  # type: ignore[override]
        if value in self.empty_values:
            return None
        if isinstance(value, int) and not isinstance(value, bool):
            return value
        try:
            return money.parse_yuan(value)
        except Refused as refusal:
            raise ValidationError(str(refusal), code=refusal.code) from refusal

    def validate(self, value: int | None) -> None:  # type: ignore[override]
        super().validate(value)  # type: ignore[arg-type]
        if value is None:
            return
        if self.min_fen is not None and value < self.min_fen:
            raise ValidationError(
                self.error_messages["min_fen"], code="min_fen", params={"limit": money.yuan(self.min_fen)}
            )
        if self.max_fen is not None and value > self.max_fen:
            raise ValidationError(
                self.error_messages["max_fen"], code="max_fen", params={"limit": money.yuan(self.max_fen)}
            )

    def prepare_value(self, value: Any) -> Any:
        return money.plain_yuan(value) if isinstance(value, int) and not isinstance(value, bool) else value

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return initial != self.to_python(data)
        except ValidationError:
            return True

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {**super().widget_attrs(widget), "inputmode": "decimal", "autocomplete": "off"}


class FenField(models.BigIntegerField):
    """An amount in fen. A model with `paid_fen` also has `paid_yuan`, the text for screens and admin lists."""

    description = _("金额（分）")

    def __init__(self, verbose_name: Any = None, *args: Any, min_fen: int | None = None, **kwargs: Any) -> None:
        self.min_fen = min_fen
        super().__init__(verbose_name, *args, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        if self.min_fen is not None:
            kwargs["min_fen"] = self.min_fen
        return name, path, args, kwargs

    @property
    def validators(self) -> Any:  # type: ignore[override]
        least = -money.LARGEST_FEN if self.min_fen is None else self.min_fen
        return [*self._validators, MinValueValidator(least), MaxValueValidator(money.LARGEST_FEN)]  # type: ignore[attr-defined]

    def check(self, **kwargs: Any) -> list[checks.CheckMessage]:
        problems = super().check(**kwargs)
        if not self.name.endswith("_fen"):
            problems.append(
                checks.Error(f"{self.model.__name__}.{self.name}: an amount is named …_fen", id="core.E001")
            )
        return problems

    def get_prep_value(self, value: Any) -> Any:
        # A float that slipped in would be cut to an integer without a word.
        if isinstance(value, float):
            raise TypeError(f"{self.name}: fen is an integer, not {value!r}")
        return super().get_prep_value(value)

    def contribute_to_class(self, cls: type[models.Model], name: str, private_only: bool = False) -> None:
        super().contribute_to_class(cls, name, private_only)
        shown_as = name.removesuffix("_fen") + "_yuan"
        if not hasattr(cls, shown_as):

            def shown(instance: models.Model) -> str:
                fen = getattr(instance, name)
                return "" if fen is None else money.yuan(fen)

            shown.short_description = self.verbose_name  # type: ignore[attr-defined]
            shown.admin_order_field = name  # type: ignore[attr-defined]
            setattr(cls, shown_as, property(shown))

    def formfield(self, **kwargs: Any) -> Any:  # type: ignore[override]
        kwargs.setdefault("min_fen", self.min_fen)
        kwargs.setdefault("max_fen", money.LARGEST_FEN)
        return models.Field.formfield(self, **{"form_class": FenFormField, **kwargs})

    def value_to_string(self, obj: models.Model) -> str:
        return str(self.value_from_object(obj))
