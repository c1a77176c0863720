"""Files as offices send them: the register of one pooling area, with a share of bad rows, and its payments."""

import csv
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from pathlib import Path
from random import Random

import xlsxwriter

from demonstration.names import check_digit
from demonstration.population import HEAD, Resident

REGISTER_COLUMNS = [
    "户编号",
    "姓名",
    "证件类型",
    "证件号码",
    "性别",
    "出生日期",
    "与户主关系",
    "民族",
    "人员类别",
    "行政区划代码",
    "联系电话",
    "参保年度",
    "参保职工医保",
    "登记日期",
]
PAYMENT_COLUMNS = ["证件号码", "姓名", "缴费年度", "缴费金额", "缴费日期", "缴费方式", "票据号"]
CATEGORY_NAMES = {"adult": "成年居民", "minor": "未成年居民", "pupil": "中小学生", "newborn": "新生儿"}

# A fixed date in a file keeps the file, and so its fingerprint, the same on each run.
YEAR_END = datetime(2018, 12, 31)  # noqa: DTZ001 - a stamp in a file, of no zone  # noqa: DTZ001 - workbooks know no time zones

Row = list[str]
NAME, NUMBER, RELATION, CATEGORY, REGION, PHONE, YEARS, EMPLOYEE = 1, 3, 6, 8, 9, 10, 11, 12


def register_row(resident: Resident) -> Row:
    newborn = resident.category == "newborn"
    return [
        f"H{resident.household:05d}",
        resident.name,
        "医学出生证明" if newborn else "居民身份证",
        resident.number,
        ("男" if resident.male else "女") if newborn else "",
        resident.born.isoformat() if newborn else "",
        resident.relation,
        "汉族",
        CATEGORY_NAMES[resident.category],
        resident.village.code,
        resident.phone,
        ",".join(map(str, resident.years)),
        "",
        resident.registered_on.isoformat(),
    ]


def _fresh(random: Random, row: Row) -> Row:
    """The row as a new person, so that only the fault under test is wrong with it."""
    stem = row[NUMBER][:14] + f"{random.randrange(500, 999):03d}"
    return [*row[:NUMBER], stem + check_digit(stem), *row[NUMBER + 1 :]]


def _with(row: Row, place: int, text: str) -> Row:
    return [*row[:place], text, *row[place + 1 :]]


def _wrong_check_digit(row: Row) -> Row:
    last = row[NUMBER][-1]
    return _with(row, NUMBER, row[NUMBER][:-1] + ("1" if last != "1" else "2"))


def _impossible_birth(row: Row) -> Row:
    stem = row[NUMBER][:6] + "19990230" + row[NUMBER][14:17]
    return _with(row, NUMBER, stem + check_digit(stem))


# Twelve kinds of bad rows; each takes a sound row of a new person and a village code outside the area.
FAULTS: dict[str, Callable[[Row, str], Row]] = {
    "身份证校验位错误": lambda row, outside: _wrong_check_digit(row),
    "出生日期不存在": lambda row, outside: _impossible_birth(row),
    "姓名为空": lambda row, outside: _with(row, NAME, ""),
    "姓名过长": lambda row, outside: _with(row, NAME, "王" * 60),
    "区划代码不存在": lambda row, outside: _with(row, REGION, "999999999999"),
    "区划不在本地区": lambda row, outside: _with(row, REGION, outside),
    "人员类别不存在": lambda row, outside: _with(row, CATEGORY, "退休职工"),
    "已参加职工医保": lambda row, outside: _with(row, EMPLOYEE, "是"),
    "参保年度错误": lambda row, outside: _with(row, YEARS, "二〇一八"),
    "电话错误": lambda row, outside: _with(row, PHONE, "12345"),
    "与户主关系错误": lambda row, outside: _with(row, RELATION, "邻居"),
    "证件号码为空": lambda row, outside: _with(row, NUMBER, ""),
}


def bad_rows(rows: Sequence[Row], count: int, outside: str, random: Random) -> list[Row]:
    """`count` bad rows, every kind in turn, made from members of `rows` who are not heads."""
    sound = [row for row in rows if row[RELATION] != HEAD and row[2] == "居民身份证"]
    kinds = list(FAULTS.values())
    return [kinds[n % len(kinds)](_fresh(random, random.choice(sound)), outside) for n in range(count)]


def write_xlsx(path: Path, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with xlsxwriter.Workbook(path, {"constant_memory": True, "strings_to_numbers": False}) as book:
        book.set_properties({"created": YEAR_END})
        sheet = book.add_worksheet("名册")
        for number, row in enumerate((columns, *rows)):
            for place, text in enumerate(row):
                sheet.write_string(number, place, text)


def write_csv(path: Path, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """UTF-8 with BOM, as spreadsheet programs like it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        writer.writerows(rows)
