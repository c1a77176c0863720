"""Tells every process that policy changed."""

from uuid import uuid4

from django.db import connection


def renew() -> None:
    """Renew the stamp within the running transaction; takes a lock on one row, so policy changes one after another."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO policy_policyrevision (id, stamp) VALUES (1, %s) ON CONFLICT (id) DO UPDATE SET stamp = excluded.stamp",
            [uuid4()],
        )
