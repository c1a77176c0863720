"""Command load_codes: the code tables of the national interface that the system uses."""

from typing import Any

from django.core.management.base import BaseCommand

from office.services import reference_files


class Command(BaseCommand):
    """Loads the shipped code tables; run again it changes nothing."""

    help = "载入代码表；再次运行不作改动"

    def handle(self, *args: Any, **options: Any) -> None:
        tables, values = reference_files.load_codes()
        self.stdout.write(f"代码表 +{tables}  代码 +{values}")
