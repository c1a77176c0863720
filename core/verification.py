"""What must be true of the whole office, each proof under its name; the command `verify` runs them all."""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.functional import Promise

Check = Callable[[], object | None]


@dataclass(frozen=True)
class Proof:
    """One thing that must be true: a name for machines, a title for people, and what finds the first fault."""

    name: str
    title: str | Promise
    check: Check


@dataclass(frozen=True)
class Outcome:
    """What a proof found: no fault, or the first row at fault in words."""

    proof: Proof
    fault: object | None

    @property
    def is_well(self) -> bool:
        return self.fault is None


_proofs: dict[str, Proof] = {}


def register(name: str, check: Check, *, title: str | Promise = "") -> None:
    """Add a proof; `check` gives None when all is well, else the first fault (its str() is shown)."""
    _proofs[name] = Proof(name, title or name, check)


def proofs() -> list[Proof]:
    return [_proofs[name] for name in sorted(_proofs)]


def run(names: list[str] | None = None) -> list[Outcome]:
    """Run the proofs (all, or those named) and give what each found, in order of name."""
    unknown = set(names or ()) - set(_proofs)
    if unknown:
        raise KeyError(", ".join(sorted(unknown)))
    return [Outcome(proof, proof.check()) for proof in proofs() if not names or proof.name in names]
