"""Loading the shipped regions, their relations and attributes; run again it changes nothing that stands."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import yaml
from django.db import transaction

from office.models import Region, RegionAttribute, RegionLink
from office.services import regions

FOLDER = Path(__file__).resolve().parent.parent / "regions"


@dataclass
class Loaded:
    """What a load added."""

    regions: int = 0
    links: int = 0
    attributes: int = 0


@transaction.atomic
def load(*, demonstration: bool = False) -> Loaded:
    """Add what is missing of the shipped regions; rows that stand are left as staff changed them.

    The made-up townships and villages of the two branches come only with ``demonstration``.
    """
    loaded = Loaded()
    known = {region.code: region for region in Region.everywhere.all()}
    for row in _rows("regions.csv"):
        _add(known, loaded, row["code"], row["name"], row["level"], row["parent"], date.fromisoformat(row["starts_on"]), note=row["note"])
    if demonstration:
        for code, name, level, parent, starts_on in _made_up(known):
            _add(known, loaded, code, name, level, parent, starts_on, is_demonstration=True)
    for row in _rows("links.csv"):
        child, parent = known[row["child"]], known[row["parent"]]
        if not RegionLink.everywhere.filter(kind=row["kind"], child=child).exists():
            RegionLink.everywhere.create(
                kind=row["kind"], child=child, parent=parent, starts_on=date.fromisoformat(row["starts_on"]), document=row["document"]
            )
            loaded.links += 1
    _load_attributes(known, loaded)
    if loaded.regions or loaded.links:
        regions.rebuild_closure()
    return loaded


def _add(
    known: dict[str, Region],
    loaded: Loaded,
    code: str,
    name: str,
    level: str,
    parent_code: str,
    starts_on: date,
    *,
    note: str = "",
    is_demonstration: bool = False,
) -> None:
    if code in known:
        return
    parent = known.get(parent_code)
    above = parent.full_name if parent is not None and parent.level != "nation" else ""
    region = Region.everywhere.create(
        code=code,
        name=name,
        full_name=f"{above}{name}",
        level=level,
        pinyin=regions.pinyin(name),
        starts_on=starts_on,
        note=note,
        is_demonstration=is_demonstration,
    )
    known[code] = region
    loaded.regions += 1
    if parent is not None:
        RegionLink.everywhere.create(kind="administrative", child=region, parent=parent, starts_on=starts_on)
        loaded.links += 1


def _made_up(known: dict[str, Region]) -> Iterator[tuple[str, str, str, str, date]]:
    """Townships and villages of the demonstration: code, name, level, parent, first day."""
    plan = _yaml("demonstration.yaml")
    counties = [(code, plan["townships_each"]) for code in plan["counties"]] + [(code, 1) for code in plan["single_township"]]
    names = iter(plan["township_names"])
    for place, (county, townships) in enumerate(counties):
        # 雄安's day of foundation is later than the others'.
        starts_on = max(plan["starts_on"], known[county].starts_on)
        for number in range(1, townships + 1):
            township = f"{county}{number:03d}"
            yield township, next(names), "township", county, starts_on
            for village in range(plan["villages_each"]):
                name = plan["village_names"][(place * 5 + number * 4 + village) % len(plan["village_names"])]
                yield f"{township}{201 + village}", name, "village", township, starts_on


def _load_attributes(known: dict[str, Region], loaded: Loaded) -> None:
    for entry in _yaml("attributes.yaml"):
        for value, codes in entry["values"].items():
            for code in codes:
                if RegionAttribute.everywhere.filter(region=known[code], name=entry["name"], starts_on=entry["starts_on"]).exists():
                    continue
                RegionAttribute.everywhere.create(
                    region=known[code],
                    name=entry["name"],
                    value=value,
                    starts_on=entry["starts_on"],
                    ends_on=entry.get("ends_on"),
                    document=entry["document"],
                    clause=entry["clause"],
                    is_unconfirmed=bool(entry.get("unconfirmed")),
                )
                loaded.attributes += 1


def _rows(name: str) -> Iterator[dict[str, str]]:
    with (FOLDER / name).open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def _yaml(name: str) -> Any:
    return yaml.safe_load((FOLDER / name).read_text(encoding="utf-8"))
