"""冲正: the equal and opposite of a settlement, taken from the settlement itself and never computed again."""

from __future__ import annotations

from claims.rules.settlement import Settlement, Step


def opposite(settlement: Settlement) -> Settlement:
    """Every amount negated, every step negated with its grounds kept; the year goes back by what was added.

    Example: 3,379.26 = 956.34 + 186.31 + 197.22 + 2,039.39 becomes −3,379.26 = −956.34 − 186.31 − 197.22 − 2,039.39.
    """
    amounts = {name: -value for name, value in settlement._asdict().items() if name.endswith("_fen")}
    steps = tuple(Step(s.name, -s.fen, tuple(-figure for figure in s.figures), s.because) for s in settlement.steps)
    return settlement._replace(
        **amounts, steps=steps, year_before=settlement.year, year=settlement.year.minus(settlement.adds)
    )
