"""The settlement engine alone: bills a second on one core, beside a plain loop in the same run.

    var/venv/bin/python benchmarks/engine.py [BILLS]

The yardstick is the least any engine must do per bill: one rounded share, one cap, one subtraction, in a Python loop.
"""

from __future__ import annotations

import gc
import random
import sys
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from claims.rules import Amounts, Case, Year, explanation, settle
from policy import national, vocabulary

LEVELS = ("township", "one", "two", "three")
STATUSES = (frozenset(), frozenset(), frozenset(), frozenset({"registered_poor"}), frozenset({"minimum_living"}))


def bills(count: int) -> list[Case]:
    """Inpatient bills of all levels and statuses, in the middle of a year."""
    chance = random.Random(2018)
    return [
        Case(
            "inpatient",
            chance.choice(LEVELS),
            Amounts(chance.randrange(50_000), 0, chance.randrange(30_000), chance.randrange(30_000, 12_000_000)),
            chance.choice(STATUSES),
            year=Year(
                admissions=1, basic_fen=chance.randrange(2_000_000), critical_base_fen=chance.randrange(2_000_000)
            ),
        )
        for _ in range(count)
    ]


def best_of(times: int, work: Callable[[], object]) -> float:
    """The quickest of several runs, in seconds of processor time: what the code needs, not what the machine was doing."""
    results = []
    for _ in range(times):
        gc.collect()
        start = time.process_time()
        work()
        results.append(time.process_time() - start)
    return min(results)


def each(cases: list[Case], work: Callable[[Case], object]) -> None:
    """One after the other, each result given up before the next, as a batch does that writes as it goes."""
    for case in cases:
        work(case)


def yardstick(cases: list[Case]) -> int:
    left = 0
    for case in cases:
        cost = case.amounts.in_scope_fen - 70_000
        paid = (2 * cost * 65 + 100) // 200
        if paid > 8_000_000:
            paid = 8_000_000
        left += cost - paid
    return left


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 50_000
    area = vocabulary.read_file(vocabulary.LOCAL_SETS / "230800-2018.yaml")
    terms = national.resolve("230800", date(2018, 12, 1), area.terms.values())
    cases = bills(count)
    layered = sum(1 for case in cases if settle(case, terms).aid_fen)

    base = best_of(5, lambda: yardstick(cases))
    rows = [
        ("plain loop (yardstick)", base),
        ("settle, with its steps", best_of(5, lambda: each(cases, lambda case: settle(case, terms)))),
        (
            "settle and text to store",
            best_of(3, lambda: each(cases, lambda c: explanation.stored_text(settle(c, terms)))),
        ),
    ]
    settled = [settle(case, terms) for case in cases[: max(count // 50, 1)]]
    words = best_of(3, lambda: [explanation.words(s.steps, terms) for s in settled]) * count / len(settled)
    rows.append(("steps in words with clauses", words))
    print(f"{count} bills, {layered} of them with all three layers, one core, Python {sys.version.split()[0]}")
    print(f"{'':32}{'per second':>12}{'µs a bill':>12}{'× yardstick':>14}")
    for name, seconds in rows:
        print(f"{name:32}{count / seconds:12,.0f}{seconds / count * 1e6:12.2f}{seconds / base:14.1f}")


if __name__ == "__main__":
    main()
