"""Rights of the three database roles, given anew after every migration.

The owner has the tables. The app role reads and writes rows, never the shape; on append-only tables it may only add.
The read role reads.
"""

from collections.abc import Iterator

from django.apps import apps
from django.db import connections, models
from psycopg import sql


def append_only_tables() -> Iterator[str]:
    """Tables whose rows never change: models that say `append_only = True`, and every table of row versions."""
    for model in apps.get_models(include_auto_created=True):
        if model._meta.managed and not model._meta.proxy and is_append_only(model):
            yield model._meta.db_table


def is_append_only(model: type[models.Model]) -> bool:
    return bool(getattr(model, "append_only", False)) or hasattr(model, "pgh_tracked_model")


def apply(*, owner: str = "owner", app_role: str, read_role: str | None) -> None:
    """Give each role what it needs and nothing else; runs on the connection of the owner.

    Partitions and other tables without a model of their own get the rights of their parent.
    """
    with connections[owner].cursor() as cursor:
        append_only = with_partitions(cursor, sorted(set(append_only_tables())))
        app = sql.Identifier(app_role)
        run = cursor.execute
        run(sql.SQL("REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {}").format(app))
        run(sql.SQL("GRANT USAGE ON SCHEMA public TO {}").format(app))
        run(sql.SQL("GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {}").format(app))
        run(sql.SQL("GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {}").format(app))
        run(sql.SQL("REVOKE INSERT, UPDATE, DELETE ON django_migrations FROM {}").format(app))
        if append_only:
            tables = sql.SQL(", ").join(map(sql.Identifier, append_only))
            run(sql.SQL("REVOKE UPDATE, DELETE, TRUNCATE ON {} FROM {}").format(tables, app))
        if read_role and read_role != app_role:
            reader = sql.Identifier(read_role)
            run(sql.SQL("REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {}").format(reader))
            run(sql.SQL("GRANT USAGE ON SCHEMA public TO {}").format(reader))
            run(sql.SQL("GRANT SELECT ON ALL TABLES IN SCHEMA public TO {}").format(reader))


def with_partitions(cursor: object, tables: list[str]) -> list[str]:
    """The existing tables among these, and their partitions."""
    cursor.execute(  # type: ignore[attr-defined]
        """
        SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p') AND (c.relname = ANY(%(tables)s) OR EXISTS (
            SELECT FROM pg_inherits i JOIN pg_class parent ON parent.oid = i.inhparent
            WHERE i.inhrelid = c.oid AND parent.relname = ANY(%(tables)s)))
        ORDER BY 1
        """,
        {"tables": tables},
    )
    return [name for (name,) in cursor.fetchall()]  # type: ignore[attr-defined]
