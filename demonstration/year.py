"""What the steps of the main job share: the people, the files' folder, and what each step tells."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from random import Random

from demonstration.areas import AREAS, Area
from demonstration.population import SEED, Household, Population, Resident

POOR_ON_LISTS = 3_000
# List rows beside the poor of the register: people not enrolled, employed, dead, enrolled elsewhere, unknown.
OTHERS_ON_LISTS = 150


@dataclass
class Line:
    """One line of the main job's table."""

    step: str
    what: str
    count: str
    # Text, since the line is kept as JSON.
    seconds: str = "0.0"


@dataclass
class DemonstrationYear:
    """The made-up year: its people, from one seed, and the folder its files go to."""

    folder: Path
    lines: list[Line] = field(default_factory=list)
    files: list[Path] = field(default_factory=list)

    @cached_property
    def population(self) -> Population:
        people = Population([(area.villages, area.people, area.households) for area in AREAS])
        people.mark_poor(POOR_ON_LISTS - OTHERS_ON_LISTS)
        return people

    def households(self, area: Area) -> list[Household]:
        return [h for h in self.population.households if h.village.pooling_area == area.code]

    def residents(self, area: Area) -> Iterator[Resident]:
        return (member for household in self.households(area) for member in household.members)

    def random(self, salt: str) -> Random:
        """A generator of its own for each use, so that one step's draws do not move another's."""
        return Random(f"{SEED} {salt}")

    def tell(self, step: str, what: str, count: object) -> None:
        self.lines.append(Line(step, what, f"{count:,}" if isinstance(count, int) else str(count)))
