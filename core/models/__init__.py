"""Tables of the core app: audit trail, jobs, staged imports, idempotency keys."""

from core.models.audit import AuditEntry, AuditSeal
from core.models.idempotency import IdempotencyKey
from core.models.jobs import Heartbeat, Job, JobState
from core.models.staging import BatchState, ImportBatch, ImportFile, ImportRow

__all__ = [
    "AuditEntry",
    "AuditSeal",
    "BatchState",
    "Heartbeat",
    "IdempotencyKey",
    "ImportBatch",
    "ImportFile",
    "ImportRow",
    "Job",
    "JobState",
]
