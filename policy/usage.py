"""Where a figure of the law is used: in which programs its key is written, and which terms and local sets it concerns."""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from policy.law import Parameter
from policy.term_keys import KEYS

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ("core", "office", "policy", "enrollment", "claims", "poverty", "funds", "reports")
KEY = re.compile(r"[\"']([a-z_]+(?:\.[a-z0-9_]+)+)[\"']")


@dataclass(frozen=True, slots=True)
class Place:
    """One line of a program that names a key."""

    room: str
    file: str
    line: int


@cache
def _places() -> dict[str, tuple[Place, ...]]:
    found: dict[str, list[Place]] = {}
    for room in ROOMS:
        for file in sorted((ROOT / room).rglob("*.py")):
            if "migrations" in file.parts or file.name == "term_keys.py":
                continue
            for number, text in enumerate(file.read_text(encoding="utf8").splitlines(), 1):
                for key in KEY.findall(text):
                    found.setdefault(key, []).append(Place(room, str(file.relative_to(ROOT)), number))
    return {key: tuple(places) for key, places in found.items()}


def places(key: str) -> tuple[Place, ...]:
    """The lines that name a parameter or a term; read from the programs themselves, so it cannot be out of date."""
    return _places().get(key, ())


def terms_of(parameter: Parameter) -> list[tuple[str, str, str]]:
    """(term, its name, how): the terms that a parameter bounds or gives."""
    bound = [(name, KEYS[name].label, "bounds") for name in parameter.binds if name not in parameter.gives]
    return bound + [(name, KEYS[name].label, "gives") for name in parameter.gives]
