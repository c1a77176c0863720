"""The settlement rules: plain functions over immutable tuples. No clock, no database, no settings inside.

`settle(case, terms)` in settle.py gives the order of the layers; each layer has its own file.
"""

from claims.rules.case import Amounts, Case, Line, OtherPayer, Year
from claims.rules.settle import settle
from claims.rules.settlement import Because, Settlement, Step

__all__ = ["Amounts", "Because", "Case", "Line", "OtherPayer", "Settlement", "Step", "Year", "settle"]
