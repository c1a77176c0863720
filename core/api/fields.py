"""Serializer fields and serializer base of the API: machines see fen as an integer."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from core import money
from core.fields import FenField


class FenSerializerField(serializers.IntegerField):
    """An amount in fen: a JSON integer and nothing else, so that no caller sends yuan by mistake."""

    default_error_messages = {"not_fen": _("金额以分为单位，必须是整数。")}

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("max_value", money.LARGEST_FEN)
        kwargs.setdefault("min_value", -money.LARGEST_FEN)
        super().__init__(**kwargs)

    def to_internal_value(self, data: Any) -> int:
        if isinstance(data, bool) or not isinstance(data, int):
            self.fail("not_fen")
        return super().to_internal_value(data)


class ModelSerializer(serializers.ModelSerializer):  # type: ignore[type-arg]
    """The serializers' base: knows FenField."""

    serializer_field_mapping = {**serializers.ModelSerializer.serializer_field_mapping, FenField: FenSerializerField}
