"""The people of the demonstration: households, births, deaths and identities, from one seed.

The same villages and seed give the same people, so that a second run changes nothing.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from demonstration import names

SEED = 20181231
# The office's year: who is an adult, a pupil or newly born is told from this day.
YEAR_START = date(2018, 1, 1)
ONE_YEAR = timedelta(days=365)


@dataclass(frozen=True)
class Village:
    """Where a household lives: codes as in the region table."""

    code: str
    county: str
    city: str
    pooling_area: str


@dataclass
class Resident:
    """One person as the paper form has him."""

    household: int
    name: str
    # Identity number, or the birth certificate's for a newborn that has no other yet.
    number: str
    born: date
    male: bool
    relation: str
    category: str
    village: Village
    phone: str
    # Benefit years the person enrols for; those with 2017 only are no longer covered in the office's year.
    years: tuple[int, ...] = (2018, 2019)
    registered_on: date = date(2017, 11, 1)
    died_on: date | None = None
    is_employee_insured: bool = False
    hardship: str | None = None
    marks: set[str] = field(default_factory=set)


@dataclass
class Household:
    number: int
    village: Village
    members: list[Resident]

    @property
    def head(self) -> Resident:
        return self.members[0]


# Relation to the head, as the paper form names it.
HEAD, SPOUSE, CHILD, PARENT, GRANDCHILD = "户主", "配偶", "子", "父母", "孙子女"


# Shares of the hardship categories among poor households, in percent; made up.
HARDSHIP_SHARE = {
    "registered_poor": 46,
    "registered_poor_lifted": 24,
    "minimum_living": 13,
    "destitute": 5,
    "severely_disabled": 5,
    "returned_poor": 3,
    "unstable": 2,
    "edge": 2,
}


def household_sizes(people: int, households: int, random: Random) -> list[int]:
    """`households` sizes between 1 and 7 that sum to `people`."""
    sizes = [max(1, min(7, round(random.gauss(people / households, 1.2)))) for _ in range(households)]
    gap = people - sum(sizes)
    step = 1 if gap > 0 else -1
    while gap:
        place = random.randrange(households)
        if 1 <= sizes[place] + step <= 7:
            sizes[place] += step
            gap -= step
    return sizes


def _born(random: Random, youngest: int, oldest: int) -> date:
    return YEAR_START - timedelta(days=random.randrange(youngest * 365 + 1, oldest * 365))


def _category(born: date) -> str:
    age = (YEAR_START - born).days // 365
    if born >= YEAR_START:
        return "newborn"
    if age < 6:
        return "minor"
    if age < 18:
        return "pupil"
    return "adult"


def _before(resident: Resident) -> date:
    """A day of the season before, on which the person was there already."""
    return max(resident.registered_on - ONE_YEAR, resident.born + timedelta(days=7))


class Population:
    """Generates the households of several pooling areas.

    `shares` gives for each pooling area its villages, people and households.
    """

    def __init__(self, shares: Sequence[tuple[Sequence[Village], int, int]], seed: int = SEED):
        self.random = Random(seed)
        self.taken: set[str] = set()
        self.households: list[Household] = []
        for villages, people, households in shares:
            for size in household_sizes(people, households, self.random):
                self.households.append(self._household(len(self.households) + 1, self.random.choice(villages), size))
        self._mark()

    @property
    def residents(self) -> Iterator[Resident]:
        return (member for household in self.households for member in household.members)

    def _household(self, number: int, village: Village, size: int) -> Household:
        surname = self.random.choice(names.SURNAMES)
        relations = [HEAD, SPOUSE, CHILD, CHILD, PARENT, PARENT, GRANDCHILD][:size]
        ages = {HEAD: (28, 75), SPOUSE: (28, 75), CHILD: (1, 27), PARENT: (55, 92), GRANDCHILD: (1, 6)}
        members = []
        for relation in relations:
            male = self.random.random() < (0.8 if relation == HEAD else 0.2 if relation == SPOUSE else 0.5)
            born = _born(self.random, *ages[relation])
            own = surname if relation in (HEAD, CHILD, GRANDCHILD) else self.random.choice(names.SURNAMES)
            members.append(
                Resident(
                    household=number,
                    name=own + names.given_name(self.random, male),
                    number=names.identity_number(self.random, village.county, born, male, self.taken),
                    born=born,
                    male=male,
                    relation=("女" if relation == CHILD and not male else relation),
                    category=_category(born),
                    village=village,
                    registered_on=max(
                        date(2017, 9, 1) + timedelta(days=self.random.randrange(115)), born + timedelta(days=7)
                    ),
                    phone=f"1{self.random.choice('3578')}{self.random.randrange(10**9):09d}",
                )
            )
        return Household(number, village, members)

    def _mark(self) -> None:
        """Sets apart the newborn, the lapsed, the dead, the employed and those who are registered only."""
        for resident in list(self.residents):
            if resident.relation == GRANDCHILD and self.random.random() < 0.08:
                self._make_newborn(resident)
        residents = list(self.residents)
        self.random.shuffle(residents)
        pool = iter(residents)

        def take(count: int, test=lambda r: True) -> list[Resident]:
            out: list[Resident] = []
            for resident in pool:
                if test(resident) and resident.relation != HEAD and resident.category != "newborn":
                    out.append(resident)
                    if len(out) == count:
                        break
            return out

        for resident in take(260):
            resident.years = (2017,)
            resident.registered_on = _before(resident)
            resident.marks.add("not_enrolled")
        for resident in take(120, lambda r: r.category == "adult"):
            resident.years, resident.is_employee_insured = (2017,), True
            resident.registered_on = _before(resident)
        for resident in take(80, lambda r: r.category == "adult"):
            resident.years = (2018,)
            resident.died_on = YEAR_START + timedelta(days=self.random.randrange(30, 350))
        for resident in take(300):
            resident.years = (2018,)
            resident.marks.add("lapsed")

    def mark_poor(self, people: int) -> None:
        """Gives whole households a hardship category until `people` persons have one."""
        households = [h for h in self.households if all(m.category != "newborn" for m in h.members)]
        self.random.shuffle(households)
        count = 0
        for household in households:
            if count >= people:
                break
            category = self.random.choices(list(HARDSHIP_SHARE), list(HARDSHIP_SHARE.values()))[0]
            for member in household.members[: people - count]:
                member.hardship = category
                count += 1

    def _make_newborn(self, resident: Resident) -> None:
        resident.born = YEAR_START + timedelta(days=self.random.randrange(10, 330))
        resident.number = f"P{self.random.randrange(10**8, 10**9)}"
        resident.category = "newborn"
        resident.registered_on = resident.born + timedelta(days=self.random.randrange(3, 25))
        resident.phone = ""
