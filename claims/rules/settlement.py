"""What a settlement gives: the amounts, the year afterwards, and each step with the terms it rests on."""

from __future__ import annotations

from functools import partial
from typing import Any, NamedTuple, cast

from claims.rules.case import Year


class Because(NamedTuple):
    """One ground of a step: the term, the row of its table (-1 = no table), and the value used, as written."""

    term: str
    row: int
    used: str


class Step(NamedTuple):
    """One figure of the settlement: what it is, in fen, from which figures, because of which terms.

    `name` is a key of explanation.WORDS, which also names the figures in their order.
    """

    name: str
    fen: int
    figures: tuple[int, ...]
    because: tuple[Because, ...] = ()


# Building a tuple directly is twice as fast as calling the class, and a bill has a dozen of them.
step_of = cast(Any, partial(tuple.__new__, Step))
"""A Step from (name, fen, figures, because)."""


class Settlement(NamedTuple):
    """One bill settled. Amounts in fen; negative in a reversal.

    total = full_self + over_limit + first_self + in_scope = basic + critical + aid + other + hospital + personal;
    personal = account + cash. `aid_fen` includes `tilt_fen`. `status` is the hardship status it was settled under.
    """

    total_fen: int
    full_self_fen: int
    over_limit_fen: int
    first_self_fen: int
    in_scope_fen: int
    deductible_fen: int
    basic_fen: int
    critical_base_fen: int
    critical_fen: int
    aid_fen: int
    tilt_fen: int
    other_fen: int
    hospital_fen: int
    personal_fen: int
    account_fen: int
    cash_fen: int
    status: str
    steps: tuple[Step, ...]
    year_before: Year
    year: Year

    @property
    def fund_fen(self) -> int:
        """What the three layers pay together."""
        return self.basic_fen + self.critical_fen + self.aid_fen

    @property
    def personal_in_scope_fen(self) -> int:
        """In-scope cost that no layer of the three paid, before other payers."""
        return self.in_scope_fen - self.fund_fen

    @property
    def adds(self) -> Year:
        """What this settlement adds to the year's sums; a reversal takes exactly this away."""
        return self.year.minus(self.year_before)


settlement_of = cast(Any, partial(tuple.__new__, Settlement))
"""A Settlement from the tuple of its fields."""
