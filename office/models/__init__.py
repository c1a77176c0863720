"""The models of the agency itself: regions, staff, approvals, work items, papers, numbers, payables, notices, codes."""

from office.models.approvals import Approval
from office.models.codes import CodeTable, CodeValue, ServiceItem
from office.models.notices import Notice, SavedFilter, SearchTicket
from office.models.papers import Paper
from office.models.payables import Payable
from office.models.regions import Region, RegionAttribute, RegionClosure, RegionLink
from office.models.staff import MachineToken, Office, PasswordRecord, Posting, User
from office.models.work import Holiday, WorkItem

__all__ = [
    "Approval",
    "CodeTable",
    "CodeValue",
    "Holiday",
    "MachineToken",
    "Notice",
    "Office",
    "Paper",
    "PasswordRecord",
    "Payable",
    "Posting",
    "Region",
    "RegionAttribute",
    "RegionClosure",
    "RegionLink",
    "SavedFilter",
    "SearchTicket",
    "ServiceItem",
    "User",
    "WorkItem",
]
