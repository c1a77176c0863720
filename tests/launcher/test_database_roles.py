"""The three database roles, as the server itself enforces them."""

import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection, transaction
from django.db.utils import Error
from psycopg import errors

from core import grants

pytestmark = pytest.mark.django_db


def existing(tables: list[str]) -> list[str]:
    """Those of the tables that a migration has made."""
    with connection.cursor() as cursor:
        return sorted(set(tables) & set(connection.introspection.table_names(cursor)))


def refusal(statement: str) -> type[BaseException] | None:
    """The error PostgreSQL answers the app role with, or None when it does what it is told."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    except Error as error:
        return type(error.__cause__)
    return None


def test_tests_run_as_the_app_role() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user, rolsuper, rolcreatedb FROM pg_roles WHERE rolname = current_user")
        assert cursor.fetchone() == (settings.DATABASES["default"]["USER"], False, False)


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TABLE public.intruder (id int)",
        "ALTER TABLE django_session ADD COLUMN intruder int",
        "DROP TABLE django_session",
        "TRUNCATE django_session",
        "CREATE FUNCTION public.intruder() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "DELETE FROM django_migrations",
    ],
)
def test_app_role_changes_no_shape(statement: str) -> None:
    assert refusal(statement) is errors.InsufficientPrivilege


def test_app_role_works_on_ordinary_tables() -> None:
    assert refusal("DELETE FROM django_session WHERE false") is None


@pytest.mark.parametrize("verb", ["UPDATE", "DELETE", "TRUNCATE"])
def test_app_role_only_adds_to_append_only_tables(verb: str) -> None:
    tables = existing(list(grants.append_only_tables()))
    assert tables, "no model is append-only: the check below would prove nothing"
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT t FROM unnest(%s::text[]) t WHERE has_table_privilege(current_user, quote_ident(t), %s)",
            [tables, verb],
        )
        assert cursor.fetchall() == []
        cursor.execute(
            "SELECT t FROM unnest(%s::text[]) t WHERE NOT has_table_privilege(current_user, quote_ident(t), 'INSERT')",
            [tables],
        )
        assert cursor.fetchall() == []


def test_partitions_are_as_protected_as_their_parent() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
            JOIN pg_class parent ON parent.oid = i.inhparent
            WHERE parent.relname = ANY(%s) AND c.relkind = 'r' AND has_table_privilege(current_user, c.oid, 'UPDATE')
            """,
            [sorted(grants.append_only_tables())],
        )
        assert cursor.fetchall() == []


def test_read_role_reads_and_no_more() -> None:
    role = settings.DATABASE_READ_ROLE
    tables = existing([model._meta.db_table for model in apps.get_models()])
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT t FROM unnest(%s::text[]) t WHERE NOT has_table_privilege(%s, quote_ident(t), 'SELECT')
               OR has_table_privilege(%s, quote_ident(t), 'INSERT, UPDATE, DELETE, TRUNCATE')
            """,
            [tables, role, role],
        )
        assert cursor.fetchall() == []


def test_each_role_has_its_limits() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT array_to_string(setconfig, ' ') FROM pg_db_role_setting s JOIN pg_roles r ON r.oid = s.setrole"
            " WHERE r.rolname = %s AND s.setdatabase = 0",
            [settings.DATABASES["default"]["USER"]],
        )
        (limits,) = cursor.fetchone()
    for name in ("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout"):
        assert name in limits
