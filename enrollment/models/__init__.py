"""Who is insured, as what, and who paid."""

from enrollment.models.aid import HardshipStatus
from enrollment.models.counts import RegisterCount, RegisterDelta
from enrollment.models.due import Campaign, Due
from enrollment.models.enrollment import Enrollment
from enrollment.models.household import Household, HouseholdMember
from enrollment.models.payment import Payment, PaymentDifference
from enrollment.models.person import Person

__all__ = [
    "Campaign",
    "Due",
    "Enrollment",
    "HardshipStatus",
    "Household",
    "HouseholdMember",
    "Payment",
    "PaymentDifference",
    "Person",
    "RegisterCount",
    "RegisterDelta",
]
