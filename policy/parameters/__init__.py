"""The figures of the law, one file each by topic; `load()` and `value(name, on)` read them."""

from policy.law import Catalogue, catalogue, value

__all__ = ["Catalogue", "load", "value"]

load = catalogue
