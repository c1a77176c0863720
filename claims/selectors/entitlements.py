"""Is a person covered on a day, as what, and with which hardship statuses: for one bill or ten thousand at once."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from enrollment.selectors import coverage


@dataclass(frozen=True, slots=True)
class Entitlement:
    """What a person is entitled to on one day; ``category`` is empty when nobody has enrolled the person for it."""

    category: str
    pooling_area_id: int | None
    region_id: int | None
    benefits_start_on: date | None
    is_paid: bool
    statuses: frozenset[str]

    @property
    def is_enrolled(self) -> bool:
        return bool(self.category)


_NOBODY: frozenset[str] = frozenset()


def of(pairs: Iterable[tuple[int, date]]) -> dict[tuple[int, date], Entitlement]:
    """The entitlement of each (person id, day), in two statements for however many."""
    wanted = sorted(set(pairs))
    covers = coverage.coverage_pairs(wanted)
    statuses = coverage.statuses_pairs(wanted)
    found = {}
    for pair in wanted:
        cover = covers.get(pair)
        held = statuses.get(pair, _NOBODY)
        found[pair] = (
            Entitlement(
                cover.category, cover.pooling_area_id, cover.region_id, cover.benefits_start_on, cover.is_paid, held
            )
            if cover is not None
            else Entitlement("", None, None, None, False, held)
        )
    return found
