"""Command load_regions: the nation, the provinces and the two branches, with their dated attributes."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from office import demonstration
from office.services import region_files


class Command(BaseCommand):
    """Loads the shipped regions; run again it changes nothing."""

    help = "载入行政区划、隶属关系和地区属性；再次运行不作改动"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--demonstration", action="store_true", help="同时载入编造的演示乡镇和村")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["demonstration"] and not demonstration.is_allowed():
            raise CommandError(demonstration.REFUSAL)
        loaded = region_files.load(demonstration=options["demonstration"])
        self.stdout.write(f"地区 +{loaded.regions}  关系 +{loaded.links}  属性 +{loaded.attributes}")
