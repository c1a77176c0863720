"""Risk indicators as data: one file each, with its formula, its source and the policy parameters that grade it."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

FOLDER = Path(__file__).resolve().parent


@dataclass(frozen=True, slots=True)
class Line:
    """One threshold of an indicator: a policy parameter, or a value that follows from the definition itself."""

    grade: str
    side: str
    says: str
    parameter: str = ""
    value: int | None = None
    source: str = ""


@dataclass(frozen=True, slots=True)
class Indicator:
    """One indicator; `reading` names the function that reads its numerator and denominator.

    `months` is the length of its window; `least_months` how many months the books must hold before it says anything.
    `provinces` empty: it holds everywhere.
    """

    code: str
    name: str
    fund: str
    unit: str
    formula: str
    source: str
    reading: str
    thresholds: tuple[Line, ...]
    months: int = 12
    least_months: int = 1
    provinces: tuple[str, ...] = ()

    def holds_in(self, area_code: str) -> bool:
        """Whether this indicator is asked of a pooling area; the first two digits of a code are its province."""
        return not self.provinces or any(area_code[:2] == province[:2] for province in self.provinces)


@cache
def catalogue() -> dict[str, Indicator]:
    """Every indicator by code, in the order of their files."""
    return {one.code: one for one in (_read(path) for path in sorted(FOLDER.glob("*.yaml")))}


def _read(path: Path) -> Indicator:
    content: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    content["thresholds"] = tuple(Line(**line) for line in content["thresholds"])
    content["provinces"] = tuple(content.get("provinces", ()))
    return Indicator(**content)
