"""Reverse a settlement: an equal and opposite row, and one adjustment for each later settlement that it touched."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from claims.codes import BillState, SettlementKind
from claims.models import Settlement
from claims.rules import Year, explanation
from claims.rules import settle as settle_case
from claims.services import computation, policies, storing, years
from claims.services.computation import Stays
from claims.services.figures import AMOUNTS, SETTLEMENT_COLUMNS
from core import audit, clock
from core.idempotency import once
from core.periods import period_of
from core.refusal import Refused
from office.services import numbering

REASON_LIMIT = 200


@dataclass(slots=True)
class Effective:
    """One live settlement of a year with its adjustments: what it amounts to now."""

    settlement: Settlement
    adjustments: list[Settlement] = field(default_factory=list)

    @property
    def amounts(self) -> dict[str, int]:
        rows = (self.settlement, *self.adjustments)
        return {name: sum(getattr(row, name) for row in rows) for name in AMOUNTS}

    @property
    def adds(self) -> Year:
        total = Year()
        for row in (self.settlement, *self.adjustments):
            total = total.plus(computation.year_of(row.contribution))
        return total


@dataclass(slots=True)
class Effect:
    """What a reversal changes in one later settlement: the difference of each amount, and how it is computed now."""

    settlement: Settlement
    before: dict[str, int]
    after: dict[str, int]
    adds: Year
    steps: list[Any]

    @property
    def difference(self) -> dict[str, int]:
        return {name: self.after[name] - self.before[name] for name in AMOUNTS}


@dataclass(slots=True)
class Plan:
    """What a reversal would write: the rows it takes back and the later settlements it changes."""

    settlement: Settlement
    taken_back: list[Settlement]
    effects: list[Effect]


def preview(settlement: Settlement) -> Plan:
    """What reversing this settlement would change, without writing. The caller has come to it through its scope."""
    return _plan(settlement.pk, settlement.person_id, settlement.year)


@transaction.atomic
def reverse(settlement_id: int, *, actor: Any, reason: str, key: UUID | str) -> Settlement:
    """Cancel a settlement by an equal and opposite one; its bill waits again.

    Later settlements of the same person and year that it touched get one adjustment each, today, computed under their own
    terms. Refuses a second reversal, a reversal of a reversal, and an empty reason.
    """
    reason = reason.strip()
    if not reason:
        raise Refused(_("冲正须写明原因。请填写原因后重试。"), field="reason")
    if len(reason) > REASON_LIMIT:
        raise Refused(_("冲正原因最多 %(limit)s 个字。请精简后重试。") % {"limit": REASON_LIMIT}, field="reason")
    with once(key, "claims.reverse", settlement_id, reason) as earlier:
        if earlier is not None:
            return earlier  # type: ignore[no-any-return]
        owner = Settlement.objects.visible_to(actor).filter(pk=settlement_id).values_list("person_id", "year").first()
        if owner is None:
            raise Refused(_("找不到这张结算单，或它不在您的辖区内。请核对结算单号。"), code="not_found")
        year = years.lock(*owner)
        plan = _plan(settlement_id, *owner)
        made = _write(plan, year, actor=actor, reason=reason, day=clock.today())
        once.result(made)
        return made


def live(rows: list[Settlement]) -> list[Effective]:
    """The settlements of a person's year that stand, in order of sequence, each with the adjustments that stand."""
    reversed_ids = {row.reverses_id for row in rows if row.reverses_id}
    standing = [row for row in rows if row.pk not in reversed_ids and row.kind != SettlementKind.REVERSAL]
    found = {row.pk: Effective(row) for row in standing if row.kind == SettlementKind.SETTLEMENT}
    for row in standing:
        if row.kind == SettlementKind.ADJUSTMENT and row.adjusts_id in found:
            found[row.adjusts_id].adjustments.append(row)
    return sorted(found.values(), key=lambda item: item.settlement.sequence)


def settled_again(items: list[Effective], *, changed_from: int = 0) -> list[Effect]:
    """Compute these settlements anew in their order, each under its own terms and facts; gives those that come out otherwise.

    Those with a sequence below ``changed_from`` are taken as they stand.
    """
    effects: list[Effect] = []
    so_far = Year()
    stays = Stays()
    for item in items:
        settlement = item.settlement
        stored = settlement.facts
        admitted_on = date.fromisoformat(stored["admitted_on"])
        discharged_on = date.fromisoformat(stored["discharged_on"])
        before = item.amounts
        adds, deductible_fen = item.adds, before["deductible_fen"]
        if settlement.sequence > changed_from:
            carried = stays.carried_fen(stored["visit_kind"], stored["filing"], admitted_on)
            case = computation.revived_case(stored, so_far, carried)
            result = settle_case(case, policies.stored_terms(settlement.snapshot_id))
            after = computation.amounts_of(result)
            if after != before or result.adds != adds:
                effects.append(Effect(settlement, before, after, result.adds.minus(adds), explanation.compact(result)))
            adds, deductible_fen = result.adds, after["deductible_fen"]
        so_far = so_far.plus(adds)
        stays.add(stored["visit_kind"], discharged_on, deductible_fen)
    return effects


def _plan(settlement_id: int, person_id: int, year: int) -> Plan:
    rows = list(Settlement.everywhere.filter(person_id=person_id, year=year).order_by("sequence"))
    target = next((row for row in rows if row.pk == settlement_id), None)
    if target is None:
        raise Refused(_("找不到这张结算单。请核对结算单号。"), code="not_found")
    if target.kind != SettlementKind.SETTLEMENT:
        raise Refused(
            _("%(number)s 是%(kind)s单，不能冲正。请冲正原结算单。")
            % {"number": target.number, "kind": target.get_kind_display()}
        )
    standing = live(rows)
    own = next((item for item in standing if item.settlement.pk == settlement_id), None)
    if own is None:
        raise Refused(
            _("结算单 %(number)s 已冲正，不能重复冲正。请查看冲正单；需要时可重新结算原单据。")
            % {"number": target.number},
            code="already_reversed",
        )
    others = [item for item in standing if item is not own]
    return Plan(target, [target, *own.adjustments], settled_again(others, changed_from=target.sequence))


def _write(plan: Plan, year: years.LockedYear, *, actor: Any, reason: str, day: date) -> Settlement:
    numbers = iter(numbering.block("settlement", None, day, len(plan.taken_back) + len(plan.effects)))
    now = clock.now()
    hand = {
        "settled_on": day,
        "period": period_of(day),
        "reason": reason,
        "settled_by_id": actor.pk,
        "recorded_at": now,
    }
    first: Settlement | None = None
    for original in plan.taken_back:
        row = {
            **_columns(original),
            **hand,
            **{name: -getattr(original, name) for name in AMOUNTS},
            "kind": SettlementKind.REVERSAL.value,
            "number": next(numbers),
            "sequence": year.last_sequence + 1,
            "steps": [],
            "contribution": computation.stored_year(Year().minus(computation.year_of(original.contribution))),
            "reverses_id": original.pk,
            "adjusts_id": None,
            "cause_id": None if first is None else first.pk,
        }
        is_first = first is None
        made = storing.append(
            row,
            year,
            before=BillState.SETTLED if is_first else BillState.WAITING,
            after=BillState.WAITING,
            bills=-1 if is_first else 0,
        )
        if made is None:
            raise Refused(_("单据状态已改变，没有冲正。请刷新后查看。"))
        first = first or made
    assert first is not None
    for effect in plan.effects:
        storing.append(
            {
                **_columns(effect.settlement),
                **hand,
                **effect.difference,
                "kind": SettlementKind.ADJUSTMENT.value,
                "number": next(numbers),
                "sequence": year.last_sequence + 1,
                "steps": effect.steps,
                "contribution": computation.stored_year(effect.adds),
                "reverses_id": None,
                "adjusts_id": effect.settlement.pk,
                "cause_id": first.pk,
            },
            year,
            before=BillState.SETTLED,
            after=BillState.SETTLED,
            bills=0,
        )
    audit.record(
        actor,
        "claims.settlement.reversed",
        plan.settlement,
        reason=reason,
        changes={"冲正单": first.number, "调整": [effect.settlement.number for effect in plan.effects]},
        label=plan.settlement.number,
        region_code=policies.region_code(plan.settlement.region_id),
    )
    return first


def _columns(row: Settlement) -> dict[str, Any]:
    return {name: getattr(row, name) for name in SETTLEMENT_COLUMNS}
