"""Fresh table statistics after a table has grown at a stroke: without them the planner works on a size that is long gone.

Autovacuum does it too, a minute later; an import that reads what it has just loaded cannot wait for that.
"""

from django.db import connection

MANY_ROWS = 1_000


def refresh(*tables: str) -> None:
    """ANALYZE these tables. The app role does not own them, so a function of the owner's does it (migration 0002)."""
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute("SELECT core_refresh_statistics(%s)", [table])


def refresh_after(rows: int, *tables: str) -> None:
    """ANALYZE the tables when so many rows were written at once that the planner's picture of them is wrong."""
    if rows >= MANY_ROWS:
        refresh(*tables)
