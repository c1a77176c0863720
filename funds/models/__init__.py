"""Models of the funds room."""

from funds.models.journal import Account, Book, JournalEntry, JournalLine
from funds.models.risk import AnnualBook, Budget, RiskWarning, WarningStep
from funds.models.subsidy import PremiumTransfer, SubsidyDue, SubsidyReceipt, SubsidyShare

__all__ = [
    "Account",
    "AnnualBook",
    "Book",
    "Budget",
    "JournalEntry",
    "JournalLine",
    "PremiumTransfer",
    "RiskWarning",
    "SubsidyDue",
    "SubsidyReceipt",
    "SubsidyShare",
    "WarningStep",
]
