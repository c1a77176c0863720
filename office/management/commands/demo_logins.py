"""Command demo_logins: prints the demonstration's log-ins."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from office import demonstration


class Command(BaseCommand):
    """Lists user name, office and role of the demonstration accounts."""

    help = "列出演示账户"

    def handle(self, *args: Any, **options: Any) -> None:
        if not demonstration.is_allowed():
            raise CommandError(str(demonstration.REFUSAL))
        self.stdout.write(f"密码均为 {demonstration.PASSWORD}")
        for username, office, role in demonstration.logins():
            self.stdout.write(f"  {username:<32}{office}  {role}")
