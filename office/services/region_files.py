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


@dataclass(frozen=True)
class Row:
    """One region of the files."""

    code: str
    name: str
    level: str
    parent: str
    starts_on: date
    note: str = ""
    is_demonstration: bool = False


@transaction.atomic
def load(*, demonstration: bool = False) -> Loaded:
    """Add what is missing of the shipped regions; rows that stand are left as staff changed them.

    The made-up townships and villages of the two branches come only with ``demonstration``.
    """
    known = {region.code: region for region in Region.everywhere.all()}
    rows = [
        Row(row["code"], row["name"], row["level"], row["parent"], date.fromisoformat(row["starts_on"]), row["note"])
        for row in _rows("regions.csv")
    ]
    if demonstration:
        starts = {row.code: row.starts_on for row in rows}
        rows += [Row(*made_up, is_demonstration=True) for made_up in _made_up(starts)]
    added = _add(known, [row for row in rows if row.code not in known])
    loaded = Loaded(regions=len(added), links=_link(known, added))
    _load_attributes(known, loaded)
    if loaded.regions or loaded.links:
        regions.rebuild_closure()
    return loaded


def _add(known: dict[str, Region], rows: list[Row]) -> list[Row]:
    """Register the missing regions; ``known`` knows them afterwards."""
    full_names = {code: "" if region.level == "nation" else region.full_name for code, region in known.items()}
    made = []
    for row in rows:
        full_name = full_names.get(row.parent, "") + row.name
        full_names[row.code] = "" if row.level == "nation" else full_name
        made.append(
            Region(
                code=row.code,
                name=row.name,
                full_name=full_name,
                level=row.level,
                pinyin=regions.pinyin(row.name),
                starts_on=row.starts_on,
                note=row.note,
                is_demonstration=row.is_demonstration,
            )
        )
    known |= {region.code: region for region in Region.everywhere.bulk_create(made)}
    return rows


def _link(known: dict[str, Region], added: list[Row]) -> int:
    """The administrative links of new regions, and the shipped links that are missing."""
    links = [
        RegionLink(kind="administrative", child=known[row.code], parent=known[row.parent], starts_on=row.starts_on)
        for row in added
        if row.parent
    ]
    present = set(RegionLink.everywhere.values_list("kind", "child__code"))
    links += [
        RegionLink(
            kind=row["kind"],
            child=known[row["child"]],
            parent=known[row["parent"]],
            starts_on=date.fromisoformat(row["starts_on"]),
            document=row["document"],
        )
        for row in _rows("links.csv")
        if (row["kind"], row["child"]) not in present
    ]
    RegionLink.everywhere.bulk_create(links)
    return len(links)


def _made_up(starts: dict[str, date]) -> Iterator[tuple[str, str, str, str, date]]:
    """Townships and villages of the demonstration: code, name, level, parent, first day."""
    plan = _yaml("demonstration.yaml")
    counties = [(code, plan["townships_each"]) for code in plan["counties"]] + [
        (code, 1) for code in plan["single_township"]
    ]
    names = iter(plan["township_names"])
    for place, (county, townships) in enumerate(counties):
        # 雄安's day of foundation is later than the others'.
        starts_on = max(plan["starts_on"], starts[county])
        for number in range(1, townships + 1):
            township = f"{county}{number:03d}"
            yield township, next(names), "township", county, starts_on
            for village in range(plan["villages_each"]):
                name = plan["village_names"][(place * 5 + number * 4 + village) % len(plan["village_names"])]
                yield f"{township}{201 + village}", name, "village", township, starts_on


def _load_attributes(known: dict[str, Region], loaded: Loaded) -> None:
    present = set(RegionAttribute.everywhere.values_list("region__code", "name", "starts_on"))
    missing = [
        RegionAttribute(
            region=known[code],
            name=entry["name"],
            value=value,
            starts_on=entry["starts_on"],
            ends_on=entry.get("ends_on"),
            document=entry["document"],
            clause=entry["clause"],
            is_unconfirmed=bool(entry.get("unconfirmed")),
        )
        for entry in _yaml("attributes.yaml")
        for value, codes in entry["values"].items()
        for code in codes
        if (code, entry["name"], entry["starts_on"]) not in present
    ]
    RegionAttribute.everywhere.bulk_create(missing)
    loaded.attributes = len(missing)


def _rows(name: str) -> Iterator[dict[str, str]]:
    with (FOLDER / name).open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def _yaml(name: str) -> Any:
    return yaml.safe_load((FOLDER / name).read_text(encoding="utf-8"))
