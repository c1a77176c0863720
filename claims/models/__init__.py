"""Models of the claims room."""

from claims.models.bill import Bill, BillLine, Filing
from claims.models.catalogue import CatalogueItem, CatalogueVersion
from claims.models.provider import Agreement, Provider
from claims.models.settlement import Settlement, YearTotal
from claims.models.summary import MonthlySummary, SettlementDelta

__all__ = [
    "Agreement",
    "Bill",
    "BillLine",
    "CatalogueItem",
    "CatalogueVersion",
    "Filing",
    "MonthlySummary",
    "Provider",
    "Settlement",
    "SettlementDelta",
    "YearTotal",
]
