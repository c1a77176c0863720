"""Settlement rows on their way into the database, one with its year and its month, or thousands by COPY."""

import json
from collections.abc import Mapping, Sequence
from operator import add, itemgetter
from typing import Any
from uuid import UUID

from django.db import connection

from claims.codes import BillState, SettlementKind
from claims.models import Settlement
from claims.services import computation, policies
from claims.services.facts import BillFacts
from claims.services.figures import AMOUNTS, DIMENSIONS, RUNNING, SETTLEMENT_COLUMNS, array
from claims.services.years import LockedYear
from core import audit


def trail(made: str) -> str:
    """The part of a statement that writes the audit entry of the one row that its part ``made`` returns the id of."""
    here = {"object_id": f"{made}.id::text", "changes": "'{}'::jsonb"}
    columns, values = ", ".join(audit.COLUMNS), ", ".join(here.get(name, f"%(audit_{name})s") for name in audit.COLUMNS)
    return f"trail AS (INSERT INTO core_auditentry ({columns}) SELECT {values} FROM {made})"  # noqa: S608 - constants


def signed(entry: Mapping[str, Any]) -> dict[str, Any]:
    """The parameters of `trail`."""
    return {f"audit_{name}": value for name, value in entry.items()}


_JSON = {"steps", "facts", "contribution"}
_DELTA_COLUMNS = (*DIMENSIONS, "bills", *AMOUNTS)
_BILLS = {SettlementKind.SETTLEMENT.value: 1, SettlementKind.REVERSAL.value: -1, SettlementKind.ADJUSTMENT.value: 0}

# One statement writes the settlement, its month's delta, the bill's state and the year's totals. A bill that is not in
# the expected state stops all of it: nothing is returned.
_APPEND = f"""
    WITH bill AS (
        UPDATE claims_bill SET state = %(bill_state)s, settlement_count = settlement_count + %(attempts)s
        WHERE id = %(bill_id)s AND state = %(bill_state_before)s RETURNING id
    ), made AS (
        INSERT INTO claims_settlement ({", ".join(SETTLEMENT_COLUMNS)})
        SELECT {", ".join(f"%({name})s" + ("::jsonb" if name in _JSON else "") for name in SETTLEMENT_COLUMNS)}
        FROM bill RETURNING id
    ), delta AS (
        INSERT INTO claims_settlementdelta ({", ".join(_DELTA_COLUMNS)})
        SELECT {", ".join(f"%({name})s" for name in _DELTA_COLUMNS)} FROM bill
    ), total AS (
        UPDATE claims_yeartotal SET last_sequence = %(sequence)s, bills = bills + %(bills)s, so_far = %(so_far)s::jsonb,
            {", ".join(f"{name} = {name} + %({name})s" for name in RUNNING)}
        FROM bill WHERE claims_yeartotal.id = %(year_total_id)s
    ){{more}}
    SELECT id FROM made
"""  # noqa: S608 - built from constants of this room
_COMMAND = """, command AS (
        UPDATE core_idempotencykey SET result_type = %(audit_object_type)s, result_id = made.id::text
        FROM made WHERE key = %(command_key)s
    )"""
_APPEND_ONE = _APPEND.replace("{more}", "")
_APPEND_FIRST = _APPEND.replace("{more}", f", {trail('made')}{_COMMAND}")


def settlement_row(
    bill: BillFacts, amounts: Mapping[str, int], contribution: Any, *, steps: Any, stored: Any, **more: Any
) -> dict[str, Any]:
    """The columns of a first settlement of a bill; ``more`` gives number, sequence, day, terms and hands.

    ``contribution``, ``steps`` and ``stored`` are plain values, or in a batch their JSON text.
    """
    return {
        "kind": SettlementKind.SETTLEMENT.value,
        "bill_id": bill.id,
        "attempt": bill.settlement_count + 1,
        "person_id": bill.person_id,
        "provider_id": bill.provider_id,
        "year": bill.year,
        "visit_kind": bill.visit_kind,
        "level": bill.level,
        "is_local": bill.is_local,
        **amounts,
        "steps": steps,
        "facts": stored,
        "contribution": contribution,
        "reverses_id": None,
        "adjusts_id": None,
        "cause_id": None,
        "reason": "",
        **more,
    }


def append(row: dict[str, Any], year: LockedYear, *, before: str, after: str, bills: int) -> Settlement | None:
    """Write one row under the lock of its year; None when the bill was not in the state it should have been in.

    ``bills`` is what the row does to the number of settled bills: 1, -1 or 0.
    """
    return _append(_APPEND_ONE, row, year, before=before, after=after, bills=bills)


def append_first(row: dict[str, Any], year: LockedYear, *, entry: dict[str, Any], key: UUID) -> Settlement | None:
    """Write the settlement of a waiting bill with its audit entry and the result of its key, in one statement."""
    return _append(
        _APPEND_FIRST,
        row,
        year,
        before=BillState.WAITING,
        after=BillState.SETTLED,
        bills=1,
        command_key=key,
        **signed(entry),
    )


def _append(
    statement: str, row: dict[str, Any], year: LockedYear, *, before: str, after: str, bills: int, **more: Any
) -> Settlement | None:
    so_far = computation.year_of(year.so_far).plus(computation.year_of(row["contribution"]))
    parameters = {
        **row,
        **{name: compact(row[name]) for name in _JSON},
        "bill_state_before": before,
        "bill_state": after,
        "attempts": 1 if row["kind"] == SettlementKind.SETTLEMENT else 0,
        "bills": bills,
        "so_far": compact(computation.stored_year(so_far)),
        "year_total_id": year.id,
        **more,
    }
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        made = cursor.fetchone()
    if made is None:
        return None
    year.last_sequence, year.so_far = row["sequence"], computation.stored_year(so_far)
    return Settlement(id=made[0], **row)


compact = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
"""JSON without blanks, Chinese as itself."""


# A batch holds its rows with JSON as text: thousands of small lists would cost more to keep than to write out at once.

_columns_of = itemgetter(*SETTLEMENT_COLUMNS)
_dimensions_of = itemgetter(*DIMENSIONS)
_amounts_of = itemgetter(*AMOUNTS)
_running_of = itemgetter(*RUNNING)


def copy_settlements(cursor: Any, ids: Sequence[int], rows: Sequence[dict[str, Any]]) -> None:
    """Many settlements by COPY, under ids drawn before; their JSON is text already."""
    with cursor.copy(f"COPY claims_settlement (id, {', '.join(SETTLEMENT_COLUMNS)}) FROM STDIN") as copy:
        for identity, row in zip(ids, rows, strict=True):
            copy.write_row((identity, *_columns_of(row)))


def copy_deltas(cursor: Any, rows: Sequence[dict[str, Any]]) -> None:
    """The months' deltas of many first settlements, summed by their dimensions before they are written."""
    sums: dict[tuple[Any, ...], list[int]] = {}
    for row in rows:
        found = sums.setdefault(_dimensions_of(row), [0] * (1 + len(AMOUNTS)))
        found[:] = map(add, found, (1, *_amounts_of(row)))
    with cursor.copy(f"COPY claims_settlementdelta ({', '.join(_DELTA_COLUMNS)}) FROM STDIN") as copy:
        for dimensions, figures in sums.items():
            copy.write_row([*dimensions, *figures])


def update_years(cursor: Any, years: Sequence[LockedYear], rows: Sequence[dict[str, Any]]) -> None:
    """Add the amounts of many first settlements to the totals of their (locked) years, in one statement."""
    sums: dict[tuple[int, int], list[int]] = {}
    for row in rows:
        found = sums.setdefault((row["person_id"], row["year"]), [0] * (1 + len(RUNNING)))
        found[:] = map(add, found, (1, *_running_of(row)))
    changed = [(year, sums[owner]) for year in years if (owner := (year.person_id, year.year)) in sums]
    columns = [
        array(year.id for year, _sums in changed),
        array(year.last_sequence for year, _sums in changed),
        f"[{','.join(compact(year.so_far) for year, _sums in changed)}]",
        *(array(found[place] for _year, found in changed) for place in range(1 + len(RUNNING))),
    ]
    figures = ("bills", *RUNNING)
    cursor.execute(
        f"UPDATE claims_yeartotal y SET last_sequence = n.last_sequence, so_far = n.so_far, "  # noqa: S608
        f"{', '.join(f'{name} = y.{name} + n.{name}' for name in figures)} FROM ROWS FROM (unnest(%s::bigint[]), "
        f"unnest(%s::int[]), jsonb_array_elements(%s::jsonb), {', '.join(['unnest(%s::bigint[])'] * len(figures))}) "
        f"AS n(id, last_sequence, so_far, {', '.join(figures)}) WHERE y.id = n.id",
        columns,
    )


def mark_settled(cursor: Any, bill_ids: Sequence[int]) -> None:
    """The bills of many first settlements."""
    cursor.execute(
        "UPDATE claims_bill SET state = %s, settlement_count = settlement_count + 1 WHERE id = ANY(%s::bigint[])",
        [BillState.SETTLED.value, array(bill_ids)],
    )


def copy_audit(
    cursor: Any,
    ids: Sequence[int],
    rows: Sequence[dict[str, Any]],
    *,
    actor_id: int | None,
    actor_name: str,
    request_id: str,
) -> None:
    """One entry of the audit trail for each settlement, in the same transaction."""
    label = Settlement._meta.label
    codes = policies.region_codes({row["region_id"] for row in rows})
    with cursor.copy(f"COPY core_auditentry ({', '.join(audit.COLUMNS)}) FROM STDIN") as copy:
        for identity, row in zip(ids, rows, strict=True):
            copy.write_row(
                [
                    "claims.settlement.made",
                    actor_id,
                    actor_name,
                    codes[row["region_id"]],
                    label,
                    str(identity),
                    row["number"],
                    "",
                    "{}",
                    request_id,
                ]
            )
