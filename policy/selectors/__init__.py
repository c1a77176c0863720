"""Questions about policy: the law with what was entered later, sets in force, and the terms of an area on a day."""

from policy.selectors.law import entry, law, national_value
from policy.selectors.sets import findings_open, sets_in_force
from policy.selectors.terms import one_reading, terms_for

__all__ = ["entry", "findings_open", "law", "national_value", "one_reading", "sets_in_force", "terms_for"]
