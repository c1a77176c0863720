"""「为什么是这个数」: steps of a settlement as lines for the screen and the sheet, with clauses."""

from collections.abc import Iterable
from typing import Any

from claims.models import Settlement
from claims.rules import Year, explanation, relief
from claims.services import computation, policies
from claims.services.reversals import live
from policy.terms import Terms


def lines(steps: Iterable[Any], terms: Terms | None) -> list[dict[str, Any]]:
    """Each step with its sentence and, below it, the terms it rests on; for ``components/explanation.html``."""
    return [
        {
            "name": told.title,
            "fen": told.fen,
            "note": told.sentence,
            "citations": [],
            "because": [
                {
                    "name": ground.label,
                    "value": _readable(ground.used),
                    "citations": [
                        {
                            "document": ground.citation,
                            "clause": "",
                            "words": ground.words,
                            "is_illustrative": ground.is_illustrative,
                        }
                    ]
                    if ground.citation
                    else [],
                }
                for ground in told.grounds
            ],
        }
        for told in explanation.words(steps, terms)
    ]


def _readable(used: str) -> str:
    """An amount of a term with separators; everything else as it stands."""
    whole, point, cents = used.partition(".")
    return f"{int(whole):,}.{cents}" if point and whole.isdigit() and len(cents) == 2 and cents.isdigit() else used


def of_settlement(settlement: Settlement) -> list[dict[str, Any]]:
    """The explanation of a stored settlement under the terms it was made with."""
    return lines(settlement.steps, policies.stored_terms(settlement.snapshot_id))


def is_illustrative(terms: Terms, steps: Iterable[Any]) -> bool:
    """True when a figure rests on a term that is not from a document."""
    return any(ground.is_illustrative for told in explanation.words(steps, terms) for ground in told.grounds)


def relief_parts(settlement: Settlement, rows: list[Settlement]) -> list[relief.ReliefPart]:
    """What the hardship status added to each layer (贫困人口倾斜部分), computed under the settlement's own terms.

    ``rows`` are all settlements of that person and year.
    """
    before = Year()
    for item in live(rows):
        if item.settlement.sequence < settlement.sequence:
            before = before.plus(item.adds)
    case = computation.revived_case(settlement.facts, before, 0)
    return relief.parts(case, policies.stored_terms(settlement.snapshot_id)) if case.statuses else []
