"""The test database: migrated once for each state of the migrations, then copied for every run.

The owner makes it and empties it; the tests themselves run as the app role.
"""

import contextlib
import hashlib
import os
from collections.abc import Iterator, Sequence
from typing import Any

import psycopg
from django.conf import settings
from django.core.management import call_command
from django.db import connections
from psycopg import sql

from core import grants
from launcher import places

KEPT_TEMPLATES = 3
DROP_TRIES = 5
DROP_SECONDS = 60
# Rows that migrating itself has made; emptying them would mean making them again after each test.
KEPT_TABLES = ("django_migrations", "django_content_type", "auth_permission", "spatial_ref_sys")
BUILDING = 7_420_417  # advisory lock: one process makes or copies a template at a time


def owner_connection(name: str) -> psycopg.Connection[Any]:
    """A connection of the owner to one database of the test server."""
    address = settings.DATABASES["owner"]
    return psycopg.connect(
        dbname=name,
        user=address["USER"],
        password=address["PASSWORD"] or None,
        host=address["HOST"] or None,
        port=address["PORT"] or None,
        autocommit=True,
        options="-c lock_timeout=120000",
    )


def shape_digest() -> str:
    """A hash of all that decides the shape of a fresh database."""
    digest = hashlib.sha256()
    files = [places.ROOT / "requirements.txt", places.ROOT / "core" / "grants.py"]
    files += [path for room in settings.ROOM_APPS for path in sorted((places.ROOT / room / "migrations").glob("*.py"))]
    for path in files:
        digest.update(str(path.relative_to(places.ROOT)).encode() + b"\0" + path.read_bytes() + b"\0")
    address = settings.DATABASES["owner"]
    digest.update(f"{address['HOST']}:{address['PORT']}:{address['USER']}".encode())
    return digest.hexdigest()[:16]


def point_at(name: str) -> None:
    """Let every alias speak to this database."""
    for alias in connections:
        connection = connections[alias]
        connection.close()
        connection.settings_dict["NAME"] = name
        settings.DATABASES[alias]["NAME"] = name


def apply_grants() -> None:
    read_role = settings.DATABASE_READ_ROLE if "read" in settings.DATABASES else None
    grants.apply(app_role=settings.DATABASES["default"]["USER"], read_role=read_role)


def existing(link: psycopg.Connection[Any], prefix: str) -> list[str]:
    rows = link.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s) ORDER BY oid", [prefix])
    return [name for (name,) in rows]


def drop(link: psycopg.Connection[Any], name: str) -> bool:
    """Drop a database; False when somebody stays in it.

    FORCE may not end the server's own clean-up, a plain DROP asks it to go and waits, but ends nobody else: so by turns.
    A connection that a thread of this very run left open goes with its process; the next run finds the database and drops it.
    """
    plain = sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(name))
    for _ in range(DROP_TRIES):
        for statement in (plain + sql.SQL(" WITH (FORCE)"), plain):
            with contextlib.suppress(psycopg.errors.InsufficientPrivilege, psycopg.errors.ObjectInUse):
                link.execute(statement)
                return True
    return False


def make_template(link: psycopg.Connection[Any], base: str) -> str:
    """The migrated empty database for today's migrations; made when it is not there."""
    name = f"{base}_template_{shape_digest()}"
    templates = existing(link, f"{base}_template_")
    if name in templates:
        return name
    draft = f"{base}_draft_{os.getpid()}"
    drop(link, draft)
    like_the_real_one = "CREATE DATABASE {} ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0"
    link.execute(sql.SQL(like_the_real_one).format(sql.Identifier(draft)))
    try:
        point_at(draft)
        call_command("migrate", verbosity=0, interactive=False)
        for alias in connections:
            connections[alias].close()
        link.execute(sql.SQL("ALTER DATABASE {} RENAME TO {}").format(sql.Identifier(draft), sql.Identifier(name)))
    except BaseException:
        for alias in connections:
            connections[alias].close()
        drop(link, draft)
        raise
    for old in templates[: -KEPT_TEMPLATES + 1]:
        drop(link, old)
    return name


@contextlib.contextmanager
def test_database(suffix: str) -> Iterator[str]:
    """A fresh database for this process, dropped at the end."""
    real = settings.DATABASES["default"]["NAME"]
    base = f"test_{real}"
    name = f"{base}_run_{suffix}" if suffix else f"{base}_run"
    maintenance = "postgres"
    with owner_connection(maintenance) as link:
        link.execute("SELECT pg_advisory_lock(%s)", [BUILDING])
        try:
            template = make_template(link, base)
            drop(link, name)
            link.execute(
                sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(template))
            )
        finally:
            link.execute("SELECT pg_advisory_unlock(%s)", [BUILDING])
    point_at(name)
    apply_grants()
    connections["default"].ops.execute_sql_flush = empty_tables  # type: ignore[method-assign]
    try:
        yield name
    finally:
        for alias in connections:
            connections[alias].close()
        point_at(real)
        with owner_connection(maintenance) as link:
            drop(link, name)


def empty_tables(sql_list: Sequence[str] = ()) -> None:
    """Empty every table that holds a row, as the owner: the app role may not truncate."""
    with owner_connection(settings.DATABASES["default"]["NAME"]) as link:
        names = [
            name
            for (name,) in link.execute(
                """
                SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p') AND NOT c.relispartition
                  AND NOT (c.relname = ANY(%s)) ORDER BY 1
                """,
                [list(KEPT_TABLES)],
            )
        ]
        query = sql.SQL(" UNION ALL ").join(
            sql.SQL("SELECT {} WHERE EXISTS (SELECT FROM {})").format(sql.Literal(name), sql.Identifier(name))
            for name in names
        )
        filled = [name for (name,) in link.execute(query)] if names else []
        if not filled:
            return
        guarded = [
            name
            for (name,) in link.execute(
                "SELECT DISTINCT tgrelid::regclass::text FROM pg_trigger WHERE NOT tgisinternal AND tgtype & 32 <> 0"
            )
        ]
        with link.transaction():
            for name in guarded:
                link.execute(sql.SQL("ALTER TABLE {} DISABLE TRIGGER USER").format(sql.SQL(name)))
            tables = sql.SQL(", ").join(map(sql.Identifier, filled))
            link.execute(sql.SQL("TRUNCATE {} CASCADE").format(tables))
            for name in guarded:
                link.execute(sql.SQL("ALTER TABLE {} ENABLE TRIGGER USER").format(sql.SQL(name)))
