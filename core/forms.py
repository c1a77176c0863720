"""What every form of the office has: a key so that a double click counts once, and refusals shown in place."""

import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.refusal import Refused


class KeyField(forms.UUIDField):
    """Hidden idempotency key: made when the form is shown, sent back with it, the same for a second click."""

    default_error_messages = {
        "required": _("表单的提交编号不完整，没有办理。请重新打开表单。"),
        "invalid": _("表单的提交编号不完整，没有办理。请重新打开表单。"),
    }

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("initial", uuid.uuid4)
        kwargs.setdefault("label", "")
        super().__init__(widget=forms.HiddenInput(), **kwargs)


class KeyedForm(forms.Form):
    """A form for a command with money in it: `form.cleaned_data["key"]` goes to the service."""

    key = KeyField()


def add_refusal(form: forms.BaseForm, refusal: Refused) -> None:
    """Show a service's refusal in the form, beside its field when it names one; what was typed stays."""
    field = refusal.field if refusal.field in form.fields else None
    form.add_error(field, forms.ValidationError(str(refusal), code=refusal.code))
