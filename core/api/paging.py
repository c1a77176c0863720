"""Pages by key: a page begins where the last one ended, however many rows lie before it."""

from typing import Any

from rest_framework.exceptions import NotFound
from rest_framework.pagination import Cursor, CursorPagination
from rest_framework.request import Request


class KeysetPagination(CursorPagination):
    """50 rows, at most 200 (`limit`), newest first; `next` and `previous` are addresses to follow."""

    page_size = 50
    page_size_query_param = "limit"
    max_page_size = 200
    ordering = "-id"

    def decode_cursor(self, request: Request) -> Cursor | None:  # type: ignore[override]
        """The place a cursor names; one that was tampered with is not found."""
        try:
            cursor = super().decode_cursor(request)
        except (ValueError, UnicodeError):
            raise NotFound(self.invalid_cursor_message) from None
        position: Any = cursor.position if cursor is not None else None
        if position is not None and not (position.isascii() and position.isdigit() and len(position) < 19):
            raise NotFound(self.invalid_cursor_message)
        return cursor  # type: ignore[no-any-return]
