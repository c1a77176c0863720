"""Tables of the policy app."""

from policy.models.local_sets import LocalPolicySet, PolicyFinding, TermsSnapshot
from policy.models.national import NationalValue, PolicyRevision

__all__ = ["LocalPolicySet", "NationalValue", "PolicyFinding", "PolicyRevision", "TermsSnapshot"]
