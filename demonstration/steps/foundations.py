"""What stands before the first person comes: law, regions, staff, codes, local sets, catalogue, providers, books."""

import io

from django.core.management import call_command

from demonstration.year import DemonstrationYear

COMMANDS: tuple[tuple[str, ...], ...] = (
    ("load_regions", "--demonstration"),
    ("load_codes",),
    ("load_holidays",),
    ("load_demo_staff",),
    ("load_law",),
    ("load_local_sets",),
    ("load_catalogue",),
    ("load_providers", "--demonstration"),
    ("load_chart",),
    ("load_published",),
)


def lay(year: DemonstrationYear) -> None:
    """Each command is one an office would run itself; a second run changes nothing."""
    for command in COMMANDS:
        said = io.StringIO()
        call_command(*command, stdout=said)
        for text in said.getvalue().splitlines():
            year.tell("foundations", text.strip(), "")
