"""Base of what the API takes: named fields and nothing else."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers


class TakenSerializer(serializers.Serializer):  # type: ignore[type-arg]
    """What a call may send; a field it does not know is refused, not dropped, so that no caller thinks it was heard."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, dict):
            unknown = sorted(str(name) for name in data if name not in self.fields)
            if unknown:
                raise serializers.ValidationError({name: [_("没有这个字段。")] for name in unknown})
        return super().to_internal_value(data)

    def create(self, validated_data: Any) -> Any:
        raise NotImplementedError("the API writes through services")

    def update(self, instance: Any, validated_data: Any) -> Any:
        raise NotImplementedError("the API writes through services")


class ProblemSerializer(serializers.Serializer):  # type: ignore[type-arg]
    """An error as the API tells it."""

    code = serializers.CharField(help_text=_("机器可读的代码，例如 invalid、not_found、refused、key_reused"))
    message = serializers.CharField(help_text=_("发生了什么，为什么"))
    next = serializers.CharField(help_text=_("下一步怎么办"), allow_blank=True)
    field = serializers.CharField(help_text=_("出错的字段"), allow_null=True)
    errors = serializers.DictField(  # type: ignore[assignment]  # taken out by the metaclass, it hides nothing
        child=serializers.ListField(child=serializers.CharField()), help_text=_("逐字段的错误")
    )
