"""Fresh table statistics after a table has grown at a stroke: without them the planner works on a size that is long gone.

Autovacuum does it too, a minute later; an import that reads what it has just loaded cannot wait for that.
"""

from django.db import connection


def refresh(*tables: str) -> None:
    """ANALYZE these tables. The app role does not own them, so a function of the owner's does it (migration 0002)."""
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute("SELECT core_refresh_statistics(%s)", [table])
