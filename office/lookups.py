"""How cells of imported lists become codes: code tables by label or code, regions by code or name inside the batch's area."""

from collections.abc import Mapping

from core import clock
from core.models import ImportBatch
from core.staging import Column, register_lookup
from office.models import Region, RegionClosure
from office.selectors import codes
from office.selectors.regions import covering


def register() -> None:
    """Tell the import engine; called once when the app is ready."""
    register_lookup("code", values_of_table)
    register_lookup("region", regions_of_batch)


def values_of_table(batch: ImportBatch, column: Column) -> Mapping[str, str]:
    """Labels and codes of the column's code table in force today."""
    pairs = codes.choices(column.table, clock.today())
    return {label: code for code, label in pairs} | {code: code for code, _label in pairs}


def regions_of_batch(batch: ImportBatch, column: Column) -> Mapping[str, str]:
    """Codes of the regions in the batch's area today, by code."""
    ids = RegionClosure.everywhere.filter(covering(clock.today()), kind="scope", ancestor_id=batch.region_id).values(
        "descendant"
    )
    return {code: code for code in Region.everywhere.filter(pk__in=ids).values_list("code", flat=True)}
