"""The table of every list: columns for money, days, states and identity numbers, each with a screen and a file form.

What ``render`` shows and what ``value`` exports differ on purpose: 1,234.50 on screen is the number 1234.50 in Excel.
"""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, ClassVar

import django_tables2 as tables
from django.utils.html import format_html
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from core import money
from core.templatetags import screen


class FenColumn(tables.Column):
    """An amount in fen: yuan with separators, right-aligned; a number of yuan in exports."""

    def __init__(self, *args: Any, **more: Any) -> None:
        more.setdefault("attrs", {"td": {"class": "money"}, "th": {"class": "money"}})
        super().__init__(*args, **more)

    def render(self, value: int) -> str:
        return money.yuan(int(value))

    def value(self, value: int) -> Decimal:
        return Decimal(int(value)).scaleb(-2)


class CountColumn(tables.Column):
    """A whole number with separators, right-aligned."""

    def __init__(self, *args: Any, **more: Any) -> None:
        more.setdefault("attrs", {"td": {"class": "number"}, "th": {"class": "number"}})
        super().__init__(*args, **more)

    def render(self, value: int) -> str:
        return screen.thousands(value)

    def value(self, value: int) -> int:
        return int(value)


class DayColumn(tables.Column):
    """A business date."""

    def __init__(self, *args: Any, **more: Any) -> None:
        more.setdefault("attrs", {"td": {"class": "day"}})
        super().__init__(*args, **more)

    def render(self, value: date) -> str:
        return screen.day(value)

    def value(self, value: date) -> date:
        return value


class MomentColumn(tables.Column):
    """A moment in the office's time zone."""

    def __init__(self, *args: Any, **more: Any) -> None:
        more.setdefault("attrs", {"td": {"class": "day"}})
        super().__init__(*args, **more)

    def render(self, value: datetime) -> str:
        return screen.moment(value)

    def value(self, value: datetime) -> datetime:
        return localtime(value).replace(tzinfo=None)


class PeriodColumn(tables.Column):
    """A stored period, 201807, as 2018-07."""

    def __init__(self, *args: Any, **more: Any) -> None:
        more.setdefault("attrs", {"td": {"class": "day"}})
        super().__init__(*args, **more)

    def render(self, value: int) -> str:
        return screen.period(value)


class StateColumn(tables.Column):
    """A state as a coloured badge with the model's words for it."""

    def render(self, value: Any, record: Any, bound_column: Any) -> str:
        return screen.status_badge(self._code(record, bound_column, value), str(value))

    def value(self, value: Any) -> str:
        return str(value)

    @staticmethod
    def _code(record: Any, bound_column: Any, value: Any) -> str:
        # A field with choices arrives here as its words; the colour belongs to the stored code.
        found = bound_column.accessor.resolve(record, quiet=True) if bound_column.accessor else value
        return str(value if found is None else found)


class IdentityColumn(tables.Column):
    """The last four digits of an identity number, as a masked number; masked in exports too."""

    def render(self, value: str) -> str:
        return screen.mask_last4(value)


class PickColumn(tables.Column):
    """The tick of a row for a bulk action; never exported."""

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(
            *args,
            **{
                "accessor": "pk",
                "orderable": False,
                "verbose_name": "",
                "empty_values": (),
                "attrs": {"td": {"class": "pick"}, "th": {"class": "pick"}},
                "exclude_from_export": True,
                **more,
            },
        )

    @property
    def header(self) -> str:
        return format_html(
            '<input class="form-check-input" type="checkbox" data-pick-all aria-label="{}">', _("全选本页")
        )

    def render(self, value: Any) -> str:
        return format_html(
            '<input class="form-check-input" type="checkbox" name="pick" value="{}" data-pick aria-label="{}">',
            value,
            _("选择"),
        )


class ListTable(tables.Table):
    """Base of the list tables.

    Subclasses set ``default_columns`` (shown unless others are chosen; empty means all) and ``fixed_columns`` (always).
    Ordering and paging belong to ``core.listing.ListPage``; the table draws the rows it is given.
    """

    default_columns: ClassVar[Sequence[str]] = ()
    fixed_columns: ClassVar[Sequence[str]] = ()

    class Meta:
        template_name = "components/table.html"
        attrs: ClassVar[dict[str, Any]] = {"class": "table table-vcenter office-table", "data-keys": ""}
        row_attrs: ClassVar[dict[str, Any]] = {"data-row": ""}
        orderable = False
        default = "—"

    @classmethod
    def choosable(cls) -> list[tuple[str, str]]:
        """(name, label) of the columns a clerk may show or hide, in the table's order."""
        table = cls([])
        return [
            (column.name, str(column.header))
            for column in table.columns.iterall()
            if column.name not in cls.fixed_columns and not isinstance(column.column, PickColumn)
        ]

    @classmethod
    def hidden_for(cls, chosen: Sequence[str]) -> tuple[str, ...]:
        """Names to leave out so that ``chosen`` (or, when nothing known is chosen, the default columns) remain."""
        names = [name for name, _label in cls.choosable()]
        wanted = (
            [name for name in chosen if name in names]
            or [name for name in cls.default_columns if name in names]
            or names
        )
        return tuple(name for name in names if name not in wanted)

    def export_columns(self) -> list[Any]:
        """The bound columns shown, less those without meaning in a file."""
        return [column for column in self.columns if not column.column.exclude_from_export]

    def export_rows(self) -> Iterator[list[Any]]:
        """Each row's values as dates, numbers and text, in the order of ``export_columns``."""
        names = [column.name for column in self.export_columns()]
        for row in self.rows:
            yield [self._plain(row.get_cell_value(name)) for name in names]

    def _plain(self, value: Any) -> Any:
        if value is None or value == self.default:
            return None
        return value if isinstance(value, int | Decimal | date | datetime) else str(value)
