"""Code tables on a day."""

from datetime import date

from office.models import CodeValue
from office.selectors.regions import covering


def choices(table: str, on: date) -> list[tuple[str, str]]:
    """Code and label of the values of a table in force on a day, in the table's order."""
    return list(
        CodeValue.everywhere.filter(covering(on), table__code=table)
        .order_by("position", "code")
        .values_list("code", "label")
    )


def label(table: str, code: str, on: date) -> str:
    """The label of one value on a day; the code itself when the table does not know it."""
    found = (
        CodeValue.everywhere.filter(covering(on), table__code=table, code=code).values_list("label", flat=True).first()
    )
    return found or code
