"""What can be imported: each kind of list is a declaration of columns, checks in SQL, and how its rows are applied."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.backends.utils import CursorWrapper
from django.utils.functional import Promise

from core import clock
from core.models import ImportBatch
from core.refusal import Refused

Words = str | Promise
Lookup = Callable[[ImportBatch], Mapping[str, str]]

KINDS_OF_CELLS = frozenset(
    {"text", "name", "identity", "document", "phone", "date", "month", "yuan", "integer", "code", "region", "yes_no"}
)
SECRET_CELLS = frozenset({"identity", "document", "phone"})


@dataclass(frozen=True)
class Column:
    """One column of the list: its heading, the name of its value, and what a cell must be.

    Values in ImportRow.values by kind: text/name/code/region text; date '2018-07-11'; month 201807; yuan fen; integer; yes_no
    true/false. identity `x`: x (masked), x_last4, x_birth_on, x_sex, and x_index, x_cipher as hex (for the first identity column
    these two are the row's identity_index and identity_cipher instead). document `x`: as identity for a number of 15 or 18
    characters, else x (masked), x_last4, and x_form with letters as A and digits as 9 (a birth certificate: A999999999).
    phone `x`: x (masked), x_cipher as hex.
    A cell that is empty or wrong leaves no value.
    """

    name: str
    field: str
    kind: str = "text"
    required: bool = False
    aliases: Sequence[str] = ()
    max_length: int = 200
    choices: Mapping[str, str] | None = None
    table: str = ""
    lookup: Lookup | None = None
    least: int | None = None
    most: int | None = None
    note: Words = ""
    sample: str = ""

    def __post_init__(self) -> None:
        if self.kind not in KINDS_OF_CELLS:
            raise ValueError(f"{self.field}: no cells of kind {self.kind}")

    @property
    def is_secret(self) -> bool:
        return self.kind in SECRET_CELLS


@dataclass(frozen=True)
class Check:
    """A set-based check. Either `where` (a condition on `r`, the staging row) with a message, or `sql` that gives
    (row_number, message) itself. Parameters: see parameters_of(). A literal % is written %%."""

    name: str
    message: Words = ""
    where: str = ""
    sql: str = ""
    is_warning: bool = False

    def statement(self) -> str:
        if self.sql:
            return self.sql
        head = "SELECT r.row_number, %(message)s::text AS message FROM core_importrow r WHERE r.batch_id = %(batch)s"
        return f"{head} AND ({self.where})"


@dataclass(frozen=True)
class Chunk:
    """Some rows of a batch that are applied in one transaction. `rows` is the SQL condition for them on `r`."""

    batch: ImportBatch
    after: int
    upto: int

    rows = (
        "r.batch_id = %(batch)s AND r.row_number > %(after)s AND r.row_number <= %(upto)s"
        " AND r.outcome = '' AND r.errors = '{}'"
    )

    @property
    def params(self) -> dict[str, Any]:
        return {**parameters_of(self.batch), "after": self.after, "upto": self.upto}


Apply = Callable[[Chunk, CursorWrapper], None]
Prepare = Callable[[ImportBatch, CursorWrapper], None]


@dataclass(frozen=True)
class ImportKind:
    """One kind of list.

    prepare(batch, cursor)   before the checks: resolve what rows mean, e.g. set r.object_id to the person found
    checks                   errors and warnings by row
    effects                  SQL giving (row_number, effect, detail): 'new', 'changed' or 'same', and what changes, in words
    apply(chunk, cursor)     upsert the rows of `chunk.rows`; may set r.object_id and r.before for the undo, and may refuse a row
                             by r.outcome = 'refused' and r.errors
    undo(batch, cursor)      take back what rows with outcome 'accepted' did
    undo_refusals            SQL giving (row_number, message) for rows that something later has touched
    finish(batch, cursor)    once after the last chunk, in its own transaction
    """

    code: str
    title: Words
    columns: Sequence[Column]
    apply: Apply
    permission: str
    checks: Sequence[Check] = ()
    prepare: Prepare | None = None
    effects: str = ""
    undo: Prepare | None = None
    undo_refusals: str = ""
    finish: Prepare | None = None
    unique: Sequence[str] = ()
    max_rows: int = 500_000
    chunk_rows: int = 5_000
    notes: Sequence[Words] = ()
    needs_region: bool = True
    # Tables that apply() fills; their statistics are refreshed afterwards.
    fills: Sequence[str] = ()
    parameters: Sequence[str] = field(default_factory=tuple)

    @property
    def identity_column(self) -> Column | None:
        return next((column for column in self.columns if column.kind in ("identity", "document")), None)


_kinds: dict[str, ImportKind] = {}
_lookups: dict[str, Callable[[ImportBatch, Column], Mapping[str, str]]] = {}


def register(kind: ImportKind) -> ImportKind:
    """Make a kind known to the import pages and commands."""
    _kinds[kind.code] = kind
    return kind


def kinds() -> list[ImportKind]:
    return sorted(_kinds.values(), key=lambda kind: kind.code)


def kind(code: str) -> ImportKind:
    """The kind of this code; refuses an unknown one."""
    if code not in _kinds:
        raise Refused("没有“%(code)s”这种导入。请从导入页面选择种类。", code="no_kind", params={"code": code})
    return _kinds[code]


def register_lookup(cells: str, lookup: Callable[[ImportBatch, Column], Mapping[str, str]]) -> None:
    """Say how cells of kind "code" or "region" become codes: lookup(batch, column) gives {text as written: code}."""
    _lookups[cells] = lookup


def choices_of(column: Column, batch: ImportBatch) -> Mapping[str, str] | None:
    """What may stand in the column, as {text: code}; None when anything may."""
    if column.choices is not None:
        return {**column.choices, **{code: code for code in column.choices.values()}}
    if column.lookup is not None:
        return column.lookup(batch)
    if column.kind in _lookups and (column.table or column.kind == "region"):
        return _lookups[column.kind](batch, column)
    return None


def parameters_of(batch: ImportBatch) -> dict[str, Any]:
    """What SQL of a kind may use: batch, region_id, region_code, actor_id, actor_name, today, and the batch's own parameters."""
    return {
        **batch.parameters,
        "batch": batch.pk,
        "region_id": batch.region_id,
        "region_code": batch.region_code,
        "actor_id": batch.confirmed_by_id or batch.owner_id,
        "actor_name": batch.confirmed_by_name or batch.owner_name,
        "today": clock.today(),
    }
