"""Writes the English catalogue anew: new texts are added empty, gone ones dropped, and the file is compiled."""

import ast
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation.template import templatize

KEYWORDS: dict[str, Any] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
}
Found = tuple[str, str | tuple[str, ...], str]
"""Where a text stands, the text (or its two numbers), its context."""


class Command(BaseCommand):
    """`manage.py build_catalogue [--check]`: needs Babel (requirements-dev.txt), not GNU gettext."""

    help = "Rewrite locale/en/LC_MESSAGES/django.po from the code and templates, and compile it."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="write nothing; fail where a text has no translation")

    def handle(self, *args: Any, **options: Any) -> None:
        from babel.messages.catalog import Catalog
        from babel.messages.mofile import write_mo
        from babel.messages.pofile import read_po, write_po

        path = Path(settings.BASE_DIR) / "locale" / "en" / "LC_MESSAGES" / "django.po"
        known = Catalog(locale="en")
        if path.exists():
            with path.open("rb") as file:
                known = read_po(file, locale="en")
        made = Catalog(locale="en", project="", version="", copyright_holder="", charset="utf-8", fuzzy=False)
        made.header_comment = (
            "# English catalogue; the source texts are Chinese. Rewritten by `manage.py build_catalogue`."
        )
        made.mime_headers = [
            ("Language", "en"),
            ("Plural-Forms", "nplurals=2; plural=(n != 1);"),
            ("MIME-Version", "1.0"),
            ("Content-Type", "text/plain; charset=utf-8"),
            ("Content-Transfer-Encoding", "8bit"),
        ]
        for where, text, context in texts():
            old = known.get(text[0] if isinstance(text, tuple) else text, context or None)
            flags = ["python-format"] if "%(" in str(text) else []
            made.add(text, old.string if old else None, [(where, 0)], flags=flags, context=context or None)
        wanting = [message.id for message in made if message.id and not _is_done(message)]
        if options["check"]:
            if wanting:
                raise CommandError(f"{len(wanting)} texts have no translation, first: {wanting[0]}")
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        po, mo = io.BytesIO(), io.BytesIO()
        write_po(po, made, width=120, sort_output=True, include_lineno=False)
        write_mo(mo, made)
        path.write_bytes(po.getvalue())
        path.with_suffix(".mo").write_bytes(mo.getvalue())
        self.stdout.write(f"{len(made)} texts, {len(wanting)} without a translation")


def _is_done(message: Any) -> bool:
    return all(message.string) if isinstance(message.string, tuple) else bool(message.string)


def texts() -> Iterator[Found]:
    """Every Chinese text of code and templates that is wrapped for translation, in order of the files."""
    root = Path(settings.BASE_DIR)
    folders = [*settings.ROOM_APPS, "config"]
    for folder in folders:
        for path in sorted((root / folder).rglob("*.py")):
            if "migrations" not in path.parts:
                yield from _in_python(str(path.relative_to(root)), path.read_text(encoding="utf-8"))
    for folder in ["templates", *(f"{room}/templates" for room in settings.ROOM_APPS)]:
        for path in sorted((root / folder).rglob("*")):
            if path.is_file() and path.suffix in (".html", ".txt"):
                yield from _in_template(str(path.relative_to(root)), path.read_text(encoding="utf-8"))


def _in_python(where: str, source: str) -> Iterator[Found]:
    from babel.messages.extract import extract_python

    for _line, function, messages, _comments in extract_python(
        io.BytesIO(source.encode()), dict.fromkeys(KEYWORDS), [], {"encoding": "utf-8"}
    ):
        function = str(function)
        found: tuple[Any, ...] = messages if isinstance(messages, tuple) else (messages,)
        context = ""
        if function.startswith("pgettext"):
            context, found = str(found[0]), found[1:2]
        said = [text for text in found if isinstance(text, str)]
        if not said or said[0].isascii():
            continue
        yield where, (said[0], said[1]) if function.startswith("ngettext") and len(said) > 1 else said[0], context


def _in_template(where: str, source: str) -> Iterator[Found]:
    """A template turned into what looks like Python, with its texts in calls of gettext."""
    for line in templatize(source).splitlines():
        for piece in line.split(";"):
            start = min(
                (at for name in ("gettext(", "ngettext(", "pgettext(") if (at := piece.find(name)) >= 0), default=-1
            )
            if start < 0:
                continue
            call = piece[start : piece.rfind(")") + 1]
            try:
                ast.parse(call)
            except SyntaxError:
                continue
            yield from _in_python(where, call)
