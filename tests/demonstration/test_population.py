"""The made-up people: the same from the same seed, sound where they should be and bad where they should be."""

from collections import Counter
from datetime import date

import pytest

from core.identity import IdentityNumber
from core.refusal import Refused
from demonstration.population import HEAD, Population, Village
from demonstration.register_files import FAULTS, NUMBER, bad_rows, register_row
from demonstration.year import OTHERS_ON_LISTS, POOR_ON_LISTS

VILLAGES = [Village(f"23080300{n}201", "230803", "230800", "230800") for n in range(1, 5)]


def made() -> Population:
    people = Population([(VILLAGES, 600, 180)])
    people.mark_poor(90)
    return people


def test_people_and_households_are_exactly_as_many_as_asked():
    people = made()
    assert (sum(1 for _ in people.residents), len(people.households)) == (600, 180)
    assert sum(1 for resident in people.residents if resident.hardship) == 90


def test_same_seed_gives_same_people():
    assert [register_row(r) for r in made().residents] == [register_row(r) for r in made().residents]


def test_numbers_are_sound_and_differ():
    numbers = [r.number for r in made().residents if r.category != "newborn"]
    assert len(set(numbers)) == len(numbers)
    for number in numbers:
        parsed = IdentityNumber.parse(number, on=date(2018, 12, 31))
        assert parsed.number == number


def test_each_household_has_one_head():
    for household in made().households:
        assert [m.relation for m in household.members].count(HEAD) == 1


def test_bad_rows_are_of_twelve_kinds_and_of_new_people():
    people = made()
    rows = [register_row(r) for r in people.residents]
    bad = bad_rows(rows, 24, "130403001201", people.random)
    assert len(FAULTS) == 12
    assert len(bad) == 24
    known = {row[NUMBER] for row in rows}
    assert not known & {row[NUMBER] for row in bad if row[NUMBER]}


@pytest.mark.parametrize("kind", ["身份证校验位错误", "出生日期不存在"])
def test_bad_numbers_are_refused(kind):
    people = made()
    sound = next(register_row(r) for r in people.residents if r.category == "adult")
    with pytest.raises(Refused):
        IdentityNumber.parse(FAULTS[kind](sound, "130403001201")[NUMBER])


def test_lists_hold_more_than_the_poor():
    assert Counter(bool(r.hardship) for r in made().residents)[True] == 90
    assert 0 < OTHERS_ON_LISTS < POOR_ON_LISTS
