"""The project's own Python and templates, for the tests that read them."""

import ast
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

ROOT = Path(settings.BASE_DIR)
ROOMS: list[str] = settings.ROOM_APPS


def modules(*folders: str) -> Iterator[tuple[str, ast.Module]]:
    """Path and syntax tree of every module, migrations left out."""
    for folder in folders or (*ROOMS, "config", "launcher"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            if "migrations" not in path.parts:
                yield str(path.relative_to(ROOT)), ast.parse(path.read_text(encoding="utf-8"))


def dotted(node: ast.AST) -> str:
    """`a.b.c` for a chain of names, with () for a call in between."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        return f"{dotted(node.value)}.{node.attr}"
    if isinstance(node, ast.Call):
        return f"{dotted(node.func)}()"
    return "…"


def templates() -> Iterator[tuple[str, Path]]:
    """Name and file of every template of our own."""
    for folder in [ROOT / "templates", *(ROOT / room / "templates" for room in ROOMS)]:
        for path in sorted(folder.rglob("*")):
            if path.is_file() and path.suffix in (".html", ".txt"):
                yield str(path.relative_to(folder)), path
