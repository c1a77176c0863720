"""The import engine for every list: template, upload, COPY into staging, checks in SQL, preview, confirm, apply in chunks,
error file, undo. See kinds.ImportKind for what a room declares, services for what a clerk does."""

from core.staging.kinds import (
    Check,
    Chunk,
    Column,
    ImportKind,
    kind,
    kinds,
    parameters_of,
    register,
    register_lookup,
)
from core.staging.reports import RowView, error_file, rows, template_file
from core.staging.services import confirm, discard, import_file, job_of, receive, undo

__all__ = [
    "Check",
    "Chunk",
    "Column",
    "ImportKind",
    "RowView",
    "confirm",
    "discard",
    "error_file",
    "import_file",
    "job_of",
    "kind",
    "kinds",
    "parameters_of",
    "receive",
    "register",
    "register_lookup",
    "rows",
    "template_file",
    "undo",
]
