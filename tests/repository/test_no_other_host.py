"""No page asks another host for anything, and what pages use is there: templates, style sheets, scripts, icons."""

import re
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
OWN = [*ROOT.glob("templates/**/*.html"), *ROOT.glob("*/templates/**/*.html"), *ROOT.glob("static/css/*.css"),
       *ROOT.glob("static/js/*.js"), *ROOT.glob("static/icons/*.svg")]  # fmt: skip
VENDORED = [*ROOT.glob("static/vendor/**/*.css"), *ROOT.glob("static/vendor/**/*.js")]

# An address with a host, in any form that a browser would follow.
LOADED = re.compile(
    r"""(?:src|href|action|srcset|poster|data|hx-(?:get|post))\s*=\s*["']?\s*(?:https?:)?//|url\(\s*["']?\s*(?:https?:)?//|@import\s"""
    r"""|\b(?:fetch|importScripts|WebSocket|EventSource)\(\s*["'](?:https?:|wss?:)?//""",
    re.IGNORECASE,
)
INLINE_SCRIPT = re.compile(
    r"<script(?![^>]*\bsrc=)(?![^>]*application/json)|\son[a-z]+\s*=\s*[\"']|javascript:", re.IGNORECASE
)


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def test_the_pattern_finds_what_it_is_for() -> None:
    for bad in ('<script src="https://cdn.example/x.js">', '<link href="//x.example/a.css">', "url(http://x.example/f.woff)",
                "@import 'a.css'", 'fetch("https://x.example")', "<a href=//x.example>"):  # fmt: skip
        assert LOADED.search(bad), bad
    for good in (
        '<a href="/x/">',
        'xmlns="http://www.w3.org/2000/svg"',
        "url(data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg')",
    ):
        assert not LOADED.search(good), good


@pytest.mark.parametrize("path", OWN + VENDORED, ids=name)
def test_nothing_is_loaded_from_another_host(path: Path) -> None:
    found = [match.group() for match in LOADED.finditer(path.read_text(encoding="utf-8"))]
    assert found == []


@pytest.mark.parametrize("path", [path for path in OWN if path.suffix == ".html"], ids=name)
def test_no_script_stands_in_a_page(path: Path) -> None:
    assert INLINE_SCRIPT.findall(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("path", [path for path in OWN if path.suffix == ".html"], ids=name)
def test_no_comment_shows_on_a_page(path: Path) -> None:
    """Django's short comment ends at the line's end; a longer one would be printed for the clerk to read."""
    assert [
        line for line in path.read_text(encoding="utf-8").splitlines() if line.count("{#") != line.count("#}")
    ] == []


def test_every_icon_is_in_the_sprite() -> None:
    sprite = set(re.findall(r'<symbol id="([^"]+)"', (ROOT / "static/icons/sprite.svg").read_text(encoding="utf-8")))
    assert len(sprite) > 200
    named: dict[str, str] = {}
    for path in OWN:
        if path.suffix == ".html":
            text = path.read_text(encoding="utf-8")
            for icon in re.findall(r'{%\s*icon "([^"]+)"|icon_name="([^"]+)"', text):
                named[icon[0] or icon[1]] = name(path)
    for path in ROOT.glob("*/menu.py"):
        for icon in re.findall(r'icon="([^"]+)"', path.read_text(encoding="utf-8")):
            named[icon] = name(path)
    assert {icon: place for icon, place in named.items() if icon not in sprite} == {}


def test_every_static_file_named_in_a_template_exists() -> None:
    missing = [
        (name(path), asset)
        for path in OWN
        if path.suffix == ".html"
        for asset in re.findall(r"{%\s*static ['\"]([^'\"]+)['\"]", path.read_text(encoding="utf-8"))
        if not (ROOT / "static" / asset).exists()
    ]
    assert missing == []


def test_vendored_files_are_listed_with_a_licence_beside_them() -> None:
    listed = (ROOT / "static/VENDORED.md").read_text(encoding="utf-8")
    for folder in (ROOT / "static/vendor").iterdir():
        assert f"vendor/{folder.name}/" in listed
        assert (folder / "LICENSE").exists(), folder.name
    for font in (ROOT / "static/fonts").glob("*.ttf"):
        assert font.name in listed
        assert (font.parent / f"LICENSE-{font.stem}.txt").exists()
    assert sum(font.stat().st_size for font in (ROOT / "static/fonts").iterdir()) < 15_000_000


def test_no_source_map_is_asked_for() -> None:
    """Browsers fetch a named map, and collecting static files stops at one that is missing."""
    assert [name(path) for path in VENDORED if "sourceMappingURL=" in path.read_text(encoding="utf-8")[-400:]] == []
