"""`manage reach`: can the database and the broker that the settings name be used? One line when not."""

from typing import Any

from celery import current_app
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError, connections

VARIABLES = {"default": "DATABASE_URL", "owner": "MIGRATION_DATABASE_URL", "read": "READ_DATABASE_URL"}
OLDEST = 15


class Command(BaseCommand):
    """Exit status 0 when all answer; else the first that does not, by the name of its setting."""

    help = "Check that the database and the broker named by the settings can be used."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        for alias in connections:
            self.reach_database(alias)
        self.check_roles()
        if settings.REDIS_URL:
            self.reach_broker()

    def reach_database(self, alias: str) -> None:
        connection = connections[alias]
        try:
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT current_setting('server_version_num')::int / 10000, current_setting('server_encoding')"
                )
                version, encoding = cursor.fetchone()
        except OperationalError as error:
            reason = str(error).strip().splitlines()[-1]
            raise CommandError(f"{VARIABLES[alias]} cannot be used: {reason}") from None
        if version < OLDEST:
            raise CommandError(f"{VARIABLES[alias]} names a PostgreSQL {version}; the office needs {OLDEST} or newer.")
        if encoding != "UTF8":
            raise CommandError(f"{VARIABLES[alias]} names a database in {encoding}; the office needs UTF8.")

    def check_roles(self) -> None:
        with connections["default"].cursor() as cursor:
            cursor.execute(
                "SELECT rolsuper OR has_schema_privilege(current_user, 'public', 'CREATE') FROM pg_roles WHERE rolname = current_user"
            )
            if cursor.fetchone()[0]:
                raise CommandError(
                    "DATABASE_URL names a role that may change tables; use the app role that deploy/roles.sql makes."
                )
        names = {connections[alias].settings_dict["NAME"] for alias in connections}
        if len(names) != 1:
            raise CommandError("DATABASE_URL and MIGRATION_DATABASE_URL name different databases.")

    def reach_broker(self) -> None:
        try:
            with current_app.connection_for_write() as broker:
                broker.ensure_connection(max_retries=1, timeout=3)
        except Exception as error:  # each transport has its own kinds of failure
            raise CommandError(f"REDIS_URL cannot be used: {error}") from None
