"""The English catalogue: every Chinese text of the screens has its translation, and the compiled file is fresh."""

import ast
import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_python
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po
from django.utils.translation.template import templatize

from tests.repository.sources import ROOMS, ROOT, templates

PO = ROOT / "locale" / "en" / "LC_MESSAGES" / "django.po"
KEYWORDS = [
    "_",
    "gettext",
    "gettext_lazy",
    "gettext_noop",
    "ngettext:1,2",
    "ngettext_lazy:1,2",
    "pgettext:1c,2",
    "pgettext_lazy:1c,2",
]
NAMES = {keyword.partition(":")[0] for keyword in KEYWORDS}

pytestmark = pytest.mark.skipif(not PO.exists(), reason="the English catalogue is not made yet")


def catalogue() -> Catalog:
    with PO.open("rb") as file:
        return read_po(file, locale="en")


def texts(source: str) -> Iterator[str]:
    """The Chinese source texts in one piece of Python."""
    for _, function, messages, _ in extract_python(io.BytesIO(source.encode()), NAMES, [], {"encoding": "utf-8"}):
        found = messages if isinstance(messages, tuple) else (messages,)
        if function.startswith("pgettext"):
            found = found[1:2]
        yield from (text for text in found if isinstance(text, str) and not text.isascii())


def all_texts() -> Iterator[tuple[str, str]]:
    for folder in (*ROOMS, "config"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            if "migrations" not in path.parts:
                for text in texts(path.read_text(encoding="utf-8")):
                    yield str(path.relative_to(ROOT)), text
    for name, path in templates():
        for text in template_texts(path):
            yield name, text


def template_texts(path: Path) -> Iterator[str]:
    """A template turned into what looks like Python with its texts in gettext calls, line by line."""
    for line in templatize(path.read_text(encoding="utf-8")).splitlines():
        for piece in line.split(";"):
            start = min(
                (at for name in ("gettext(", "ngettext(", "pgettext(") if (at := piece.find(name)) >= 0), default=-1
            )
            if start < 0:
                continue
            try:
                ast.parse(code := piece[start : piece.rfind(")") + 1])
            except SyntaxError:
                continue
            yield from texts(code)


def test_every_text_is_translated() -> None:
    known = {}
    for message in catalogue():
        for source in message.id if isinstance(message.id, tuple) else (message.id,):
            known[source] = message
    wanting = []
    for where, text in all_texts():
        message = known.get(text)
        done = (
            message is not None
            and not message.fuzzy
            and (all(message.string) if isinstance(message.string, tuple) else message.string)
        )
        if not done:
            wanting.append(f"{where}: {text}")
    assert wanting == []


def test_translations_keep_their_places() -> None:
    faults = [(message.id, [str(error) for error in errors]) for message, errors in catalogue().check()]
    assert faults == []


def test_compiled_catalogue_is_fresh() -> None:
    with PO.with_suffix(".mo").open("rb") as file:
        compiled = read_mo(file)
    fresh = {_key(m): _told(m) for m in catalogue() if m.id and m.string and not m.fuzzy}
    assert {_key(m): _told(m) for m in compiled if m.id} == fresh


def _key(message: Message) -> tuple[str | None, str | tuple[str, ...]]:
    # A text with a plural has two ids.
    return message.context, message.id if isinstance(message.id, str) else tuple(message.id)


def _told(message: Message) -> list[str]:
    return [message.string] if isinstance(message.string, str) else list(message.string)
