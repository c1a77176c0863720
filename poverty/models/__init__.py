"""The household ledger (专项管理台账): households, members, their marks, mismatches with the register, coverage."""

from poverty.models.coverage import CoverageCount
from poverty.models.ledger import LedgerHousehold, LedgerMark, LedgerMember
from poverty.models.mismatch import Mismatch

__all__ = ["CoverageCount", "LedgerHousehold", "LedgerMark", "LedgerMember", "Mismatch"]
