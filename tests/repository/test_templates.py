"""Every template is used by some page, and every template a page names is there."""

import ast
import re

from tests.repository.sources import ROOT, modules, templates

NAMED = re.compile(r"""{%\s*(?:extends|include)\s+["']([^"']+)["']""")
# Found by Django or a library by its name.
BY_CONVENTION = {"400.html", "403.html", "404.html", "500.html", "locked.html"}
BY_CONVENTION_FOLDERS = ("admin/", "registration/", "django/", "bootstrap5/", "rest_framework/", "drf_spectacular/")


def named_in_code() -> set[str]:
    """Every text in the code that looks like a template's name."""
    return {
        node.value
        for _, tree in modules()
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.endswith((".html", ".txt"))
    }


def test_every_template_is_used() -> None:
    used = named_in_code() | {
        name for _, path in templates() for name in NAMED.findall(path.read_text(encoding="utf-8"))
    }
    unused = [
        name
        for name, _ in templates()
        if name not in used and name not in BY_CONVENTION and not name.startswith(BY_CONVENTION_FOLDERS)
    ]
    assert unused == []


def test_every_named_template_is_there() -> None:
    there = {name for name, _ in templates()}
    for name, path in templates():
        for wanted in NAMED.findall(path.read_text(encoding="utf-8")):
            assert wanted in there or wanted.startswith(BY_CONVENTION_FOLDERS), f"{name} names {wanted}"
    for name in BY_CONVENTION:
        assert (ROOT / "templates" / name).exists(), name
