"""What a person is told when the system will not do something. Pure: no Django, so that rules may refuse too."""

from collections.abc import Callable, Mapping

_translate: Callable[[str], str] = str


def translate_with(function: Callable[[str], str]) -> None:
    """Set how templates of messages are translated when they are shown; the core app sets gettext."""
    global _translate
    _translate = function


def gettext_noop(text: str) -> str:
    """Mark a text for the catalogue in a module that must not import Django."""
    return text


# A refusal ends with what to do next; that sentence holds this word of courtesy.
ASKS = "请"


def parts(message: str) -> tuple[str, str]:
    """A refusal's words in two: what happened and why; what to do next. One sentence alone stays whole."""
    sentences = (
        [part + "。" for part in message.removesuffix("。").split("。")] if message.endswith("。") else [message]
    )
    for place, sentence in enumerate(sentences):
        if place and ASKS in sentence:
            return "".join(sentences[:place]), "".join(sentences[place:])
    return message, ""


def problem(
    code: str, message: str, *, field: str | None = None, errors: Mapping[str, list[str]] | None = None
) -> dict[str, object]:
    """An error as machines read it: what happened and why, what to do next, and the field at fault."""
    what, next_step = parts(message)
    return {"code": code, "message": what, "next": next_step, "field": field, "errors": dict(errors or {})}


class Refused(Exception):
    """A refusal in words for a clerk: what happened, why, and what to do next.

    `message` is Chinese; with `params` it is a template (`%(name)s`) that is translated before it is filled.
    `code` is for machines, `field` names the form field at fault. Shown as a message, an HTTP 409 or a failed import row.
    """

    status = 409

    def __init__(
        self,
        message: object,
        *,
        code: str = "refused",
        field: str | None = None,
        params: Mapping[str, object] | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.code = code
        self.field = field
        self.params = dict(params) if params else {}

    def __str__(self) -> str:
        if self.params:
            return _translate(str(self.message)) % self.params
        text = str(self.message)
        return _translate(text) if text else ""


class Conflict(Refused):
    """Someone else changed the record since it was opened."""

    def __init__(self, message: object = "", **kwargs: object) -> None:
        kwargs.setdefault("code", "conflict")
        super().__init__(
            message or gettext_noop("这条记录在您打开之后已被别人修改，您的改动没有保存。请刷新页面，核对后重新填写。"),
            **kwargs,  # type: ignore[arg-type]
        )


class Forbidden(Refused):
    """The person has no right to do this."""

    status = 403

    def __init__(self, message: object = "", **kwargs: object) -> None:
        kwargs.setdefault("code", "forbidden")
        super().__init__(
            message or gettext_noop("您的岗位没有这项权限。如工作需要，请向安全管理员申请。"),
            **kwargs,  # type: ignore[arg-type]
        )
