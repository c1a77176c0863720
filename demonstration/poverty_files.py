"""Lists as the poverty office, civil affairs and the disabled persons' federation send them, with a few misses of each kind."""

from collections.abc import Sequence
from pathlib import Path
from random import Random

from demonstration.names import check_digit, given_name, identity_number
from demonstration.population import HEAD, Household, Resident
from demonstration.register_files import write_xlsx

LIST_COLUMNS = [
    "户编号",
    "人编号",
    "姓名",
    "证件号码",
    "与户主关系",
    "户主",
    "行政区划代码",
    "困难类别",
    "脱贫属性",
    "身份起始日期",
    "身份终止日期",
    "致贫原因",
    "健康状况",
    "名单来源",
    "联系电话",
]
CATEGORY_NAMES = {
    "registered_poor": ("建档立卡", "未脱贫"),
    "registered_poor_lifted": ("建档立卡", "脱贫享受政策"),
    "returned_poor": ("建档立卡", "返贫"),
    "minimum_living": ("低保", ""),
    "destitute": ("特困", ""),
    "severely_disabled": ("重度残疾", ""),
    "unstable": ("脱贫不稳定户", ""),
    "edge": ("边缘户", ""),
}
SOURCES = {"minimum_living": "民政", "destitute": "民政", "severely_disabled": "残联"}
CAUSES = ("因病", "因残", "因学", "因灾", "缺技术", "缺劳动力", "缺资金")
# How many rows of each kind of miss an area's list holds for each 3,000 rows.
MISSES = {"wrong_id": 40, "not_enrolled": 50, "enrolled_elsewhere": 12, "employee_insured": 25, "dead": 20}


def list_row(resident: Resident, household: Household, random: Random, number: str = "") -> list[str]:
    category, standing = CATEGORY_NAMES[resident.hardship or "registered_poor"]
    return [
        f"{household.village.county}{household.number:06d}",
        f"{household.village.county}{household.number:06d}{household.members.index(resident) + 1:02d}",
        resident.name,
        number or resident.number,
        resident.relation,
        household.head.name,
        household.village.code,
        category,
        standing,
        # Half were poor before the year began, the others were found in its first half.
        random.choice(("2016-01-01", "2017-01-01", "2018-01-01", "2018-03-01", "2018-06-01")),
        "",
        random.choice(CAUSES),
        random.choice(("健康", "健康", "长期慢性病", "患有大病", "残疾")),
        SOURCES.get(resident.hardship or "", "扶贫办"),
        resident.phone,
    ]


def _wrong_number(number: str) -> str:
    """The same number with two digits of its order exchanged or raised, and a sound check digit."""
    order = (int(number[14:17]) + 2) % 1000
    stem = f"{number[:14]}{order:03d}"
    return stem + check_digit(stem)


def write_list(
    path: Path,
    households: Sequence[Household],
    elsewhere: Sequence[tuple[Resident, Household]],
    random: Random,
    taken: set[str],
    *,
    total: int,
) -> int:
    """The list of one area, `total` rows: its poor households, and misses in proportion. Returns the rows written.

    `elsewhere` are people enrolled in another area of the province whom this area's list names.
    """
    poor = [(member, household) for household in households for member in household.members if member.hardship]
    share = len(poor) / 3000
    count = {kind: max(1, round(number * share)) for kind, number in MISSES.items()}
    rows = []
    wrong = {id(member) for member, _ in random.sample(poor, count["wrong_id"])}
    for member, household in poor:
        rows.append(list_row(member, household, random, _wrong_number(member.number) if id(member) in wrong else ""))
    others = [(member, household) for household in households for member in household.members if not member.hardship]
    for kind, test in (
        ("not_enrolled", lambda m: "not_enrolled" in m.marks),
        ("employee_insured", lambda m: m.is_employee_insured),
        ("dead", lambda m: m.died_on is not None),
    ):
        rows += [list_row(m, h, random) for m, h in [pair for pair in others if test(pair[0])][: count[kind]]]
    rows += _elsewhere_rows(elsewhere[: count["enrolled_elsewhere"]], households, random)
    # People whom nobody knows fill the list up to its number.
    for _ in range(max(1, total - len(rows))):
        member, household = random.choice(poor)
        number = identity_number(random, household.village.county, member.born, member.male, taken)
        row = list_row(member, household, random, number)
        row[1], row[2] = row[1][:-2] + f"{random.randrange(60, 99)}", "王" + given_name(random, member.male) + "某"
        rows.append(row)
    write_xlsx(path, LIST_COLUMNS, _one_head(rows))
    return len(rows)


def _elsewhere_rows(
    people: Sequence[tuple[Resident, Household]], households: Sequence[Household], random: Random
) -> list[list[str]]:
    """Rows that place people of another area in a household of this one."""
    rows = []
    for member, household in people:
        row = list_row(member, household, random)
        home = random.choice(households)
        row[0] = f"{home.village.county}{home.number:06d}"
        row[1], row[6] = row[0] + f"{random.randrange(60, 99)}", home.village.code
        rows.append(row)
    return rows


def _one_head(rows: list[list[str]]) -> list[list[str]]:
    """A row that was added to a household is not its head."""
    heads: set[str] = set()
    for row in rows:
        if row[4] == HEAD and row[0] in heads:
            row[4] = "其他"
        elif row[4] == HEAD:
            heads.add(row[0])
    return rows
