"""Report definitions: which cells a report has, by month. Read from reports/definitions/*.yaml; pure.

A cell is a whole number (people, visits, fen) that adds up over areas, or a quotient of such cells, which is never added.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from core.money import parse_rate
from core.periods import Month

FOLDER = Path(__file__).resolve().parent.parent / "definitions"
COUNTED, QUOTIENTS = ("persons", "visits", "fen"), ("ratio", "months")
_CELL_KEYS = {"code", "name", "unit", "source", "at_end", "key", "numerator", "denominator"}


class DefinitionFault(Exception):
    """A definition's file says something that cannot be."""


@dataclass(frozen=True)
class Cell:
    """One line of a report. `at_end` cells are as of the month's last day; the others happened within the month."""

    code: str
    name: str
    unit: str
    group: str
    section: str
    source: str = ""
    is_at_end: bool = False
    is_key: bool = False
    numerator: tuple[str, ...] = ()
    denominator: tuple[str, ...] = ()

    @property
    def is_quotient(self) -> bool:
        return self.unit in QUOTIENTS

    def value(self, figures: Mapping[str, int]) -> int | Fraction | None:
        """The figure, or the quotient of summed figures; None where it was not given or there is nothing to divide by."""
        if not self.is_quotient:
            return figures.get(self.code)
        below = sum(figures.get(code) or 0 for code in self.denominator)
        if not below or any(code not in figures for code in (*self.numerator, *self.denominator)):
            return None
        return Fraction(sum(figures[code] for code in self.numerator), below)


@dataclass(frozen=True)
class Check:
    """An equation inside one report: the sum of `left` equals the sum of `right`."""

    left: tuple[str, ...]
    right: tuple[str, ...]


@dataclass(frozen=True)
class Version:
    """The cells of a report from one month on."""

    number: int
    starts: Month
    cells: tuple[Cell, ...]
    checks: tuple[Check, ...]
    outlier_change: Fraction
    digest: str

    @property
    def counted(self) -> tuple[Cell, ...]:
        """The cells that are stored and add up."""
        return tuple(cell for cell in self.cells if not cell.is_quotient)

    def cell(self, code: str) -> Cell:
        return next(cell for cell in self.cells if cell.code == code)

    def first_fault(self, figures: Mapping[str, int]) -> Check | None:
        """The first equation that does not hold; equations over cells that were not given are left out."""
        for check in self.checks:
            if any(code not in figures for code in (*check.left, *check.right)):
                continue
            if sum(figures[code] for code in check.left) != sum(figures[code] for code in check.right):
                return check
        return None


@dataclass(frozen=True)
class Definition:
    """One report and all versions of its cells."""

    code: str
    title: str
    basis: Mapping[str, str]
    confirm: str
    versions: tuple[Version, ...]

    def version_of(self, month: Month) -> Version | None:
        """The version in force for a month; None before the report began."""
        return max((v for v in self.versions if v.starts <= month), key=lambda v: v.starts, default=None)

    def version(self, number: int) -> Version:
        return next(v for v in self.versions if v.number == number)


@lru_cache(maxsize=1)
def load() -> dict[str, Definition]:
    """All definitions by code, checked."""
    found = [read(path.read_text(encoding="utf-8")) for path in sorted(FOLDER.glob("*.yaml"))]
    return {definition.code: definition for definition in found}


def read(text: str) -> Definition:
    """One definition from its file's text; raises DefinitionFault on unknown keys, doubled codes and dangling quotients."""
    content = yaml.safe_load(text)
    versions = tuple(_version(one) for one in content["versions"])
    numbers = [version.number for version in versions]
    if len(set(numbers)) != len(numbers):
        raise DefinitionFault(f"{content['code']}: a version number stands twice")
    return Definition(content["code"], content["title"], content["basis"], content.get("confirm", ""), versions)


def _version(content: Mapping[str, Any]) -> Version:
    cells = tuple(_cell(one, group) for group in content["groups"] for one in group["cells"])
    counted = {cell.code for cell in cells if not cell.is_quotient}
    if len({cell.code for cell in cells}) != len(cells):
        raise DefinitionFault("a cell's code stands twice")
    checks = tuple(Check(tuple(one["left"]), tuple(one["right"])) for one in content.get("checks", ()))
    for code in [c for cell in cells for c in (*cell.numerator, *cell.denominator)] + [
        c for check in checks for c in (*check.left, *check.right)
    ]:
        if code not in counted:
            raise DefinitionFault(f"{code} is no counted cell of this version")
    canonical = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=str)
    return Version(
        content["version"],
        Month.parse(content["starts"]),
        cells,
        checks,
        parse_rate(content["outlier_change"]),
        hashlib.sha256(canonical.encode()).hexdigest(),
    )


def _cell(content: Mapping[str, Any], group: Mapping[str, Any]) -> Cell:
    unknown = set(content) - _CELL_KEYS
    if unknown:
        raise DefinitionFault(f"{content.get('code')}: unknown {', '.join(sorted(unknown))}")
    cell = Cell(
        content["code"],
        content["name"],
        content["unit"],
        group["title"],
        group["section"],
        content.get("source", ""),
        bool(content.get("at_end")),
        bool(content.get("key")),
        tuple(content.get("numerator", ())),
        tuple(content.get("denominator", ())),
    )
    if cell.unit not in (*COUNTED, *QUOTIENTS):
        raise DefinitionFault(f"{cell.code}: unit {cell.unit}")
    if cell.is_quotient == bool(cell.source) or cell.is_quotient != bool(cell.numerator and cell.denominator):
        raise DefinitionFault(f"{cell.code}: a counted cell has a source, a quotient has cells")
    return cell
