"""Triggers that guard rows whatever code asks: append-only tables, and no emptying.

They are the second wall; the first is that the app role has no right to UPDATE, DELETE or TRUNCATE there.
In a model: `append_only = True` and `class Meta: triggers = append_only()`.
"""

import pgtrigger

ERROR_CODE = "OF001"


def _refuse(message: str) -> str:
    return f"RAISE EXCEPTION USING ERRCODE = '{ERROR_CODE}', MESSAGE = '{message}: ' || TG_TABLE_NAME;"


def append_only() -> list[pgtrigger.Trigger]:
    """Rows are added and never changed or removed, and the table is never emptied."""
    return [
        pgtrigger.Trigger(
            name="append_only",
            level=pgtrigger.Row,
            when=pgtrigger.Before,
            operation=pgtrigger.Update | pgtrigger.Delete,
            func=_refuse("只增不改的记录不能修改或删除"),
        ),
        no_truncate(),
    ]


def no_truncate() -> pgtrigger.Trigger:
    """The table is never emptied at a stroke."""
    return pgtrigger.Trigger(
        name="no_truncate",
        level=pgtrigger.Statement,
        when=pgtrigger.Before,
        operation=pgtrigger.Truncate,
        func=_refuse("这张表不能清空"),
    )


def append_only_but(*columns: str) -> list[pgtrigger.Trigger]:
    """As append_only, but the named columns may change (a printed-at stamp, for example); the app role keeps UPDATE."""
    allowed = ", ".join(f"'{column}'" for column in columns)
    return [
        pgtrigger.Trigger(
            name="append_only_but",
            level=pgtrigger.Row,
            when=pgtrigger.Before,
            operation=pgtrigger.Update,
            func=f"IF (to_jsonb(NEW) - ARRAY[{allowed}]) IS DISTINCT FROM (to_jsonb(OLD) - ARRAY[{allowed}]) THEN "
            f"{_refuse('只增不改的记录不能修改')} END IF; RETURN NEW;",
        ),
        pgtrigger.Trigger(
            name="no_delete",
            level=pgtrigger.Row,
            when=pgtrigger.Before,
            operation=pgtrigger.Delete,
            func=_refuse("只增不改的记录不能删除"),
        ),
        no_truncate(),
    ]
