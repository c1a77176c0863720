"""How the API describes itself (OpenAPI): its two ways to log in, and words for people, not for programmers."""

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension


class MachineToken(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """A hospital's key."""

    target_class = "office.api.authentication.MachineTokenAuthentication"
    name = "machineToken"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "apiKey", "in": "header", "name": "Authorization", "description": "Token <密钥>"}


class StaffSession(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """The browser's session."""

    target_class = "office.api.authentication.StaffSessionAuthentication"
    name = "staffSession"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "apiKey", "in": "cookie", "name": "sessionid"}


def without_docstrings(result: dict[str, Any], generator: Any, request: Any, public: bool) -> dict[str, Any]:
    """Drop descriptions that come from docstrings: they are English, for programmers, on a page in another language."""
    described = [*result.get("components", {}).get("schemas", {}).values()]
    for operations in result.get("paths", {}).values():
        described += [operation for operation in operations.values() if isinstance(operation, dict)]
    for part in described:
        if str(part.get("description", "")).isascii():
            part.pop("description", None)
    return result


def with_problems(result: dict[str, Any], generator: Any, request: Any, public: bool) -> dict[str, Any]:
    """Say of every operation what it may answer instead: lists and records fail in the same form as writing calls."""
    operations = [
        operation
        for path in result.get("paths", {}).values()
        for operation in path.values()
        if isinstance(operation, dict) and "responses" in operation
    ]
    problems: dict[str, Any] = {}
    for operation in operations:
        problems |= {code: answer for code, answer in operation["responses"].items() if code >= "400"}
    for operation in operations:
        operation["responses"] = {**problems, **operation["responses"]}
    return result
