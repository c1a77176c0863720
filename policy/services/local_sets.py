"""Local policy sets: draft → submitted → approved by the level above → in force; withdrawn with a reason."""

from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from core import audit, clock
from core.refusal import Refused
from office.models import Approval, Region, User
from office.selectors import regions
from office.services import approvals
from policy import marked_yaml, vocabulary
from policy.bounds import Shortfall
from policy.models import LocalPolicySet
from policy.selectors.sets import term_set
from policy.selectors.terms import local_terms
from policy.services import findings, revisions
from policy.terms import Term
from policy.vocabulary import TermSet

KIND = "policy.local_set"
State = LocalPolicySet.State


@transaction.atomic
def draft(*, region: Region, text: str, actor: User, kind: str = LocalPolicySet.Kind.FULL) -> LocalPolicySet:
    """Start a set from its YAML text; refuses every fault of the text with its line, and an area outside one's own."""
    _may_draft(region, actor)
    policy_set = LocalPolicySet(region=region, kind=kind, made_by=actor)
    _take(policy_set, text)
    policy_set.save()
    audit.record(actor, "policy.local_set.drafted", policy_set)
    return policy_set


@transaction.atomic
def edit(policy_set: LocalPolicySet, *, text: str, kind: str, seen: int | str | None, actor: User) -> LocalPolicySet:
    """Replace the text of a draft or returned set; refuses one that is submitted, approved, or changed since it was opened."""
    _may_draft(policy_set.region, actor)
    if not policy_set.is_editable:
        raise Refused(_("“%(name)s”%(state)s，不能修改。要改动请复制为新的草稿。") % _named(policy_set))
    policy_set.kind = kind
    policy_set.made_by = actor
    _take(policy_set, text)
    policy_set.save_seen(seen)
    audit.record(actor, "policy.local_set.edited", policy_set)
    return policy_set


@transaction.atomic
def submit(policy_set: LocalPolicySet, *, actor: User, departure_reason: str = "") -> Approval:
    """Send a draft to the level above.

    Refuses a value under a floor, over a ceiling or other than prescribed; one that departs from an average or a
    principle ("原则上") needs a reason, which the level above reads.
    """
    policy_set = (
        LocalPolicySet.everywhere.select_for_update(of=("self",)).select_related("region").get(pk=policy_set.pk)
    )
    _may_draft(policy_set.region, actor)
    if not policy_set.is_editable:
        raise Refused(_("“%(name)s”%(state)s，不能再次提交。") % _named(policy_set))
    policy_set.departure_reason = departure_reason.strip()[:500]
    hold(policy_set, published_by=clock.today())
    policy_set.state, policy_set.made_by, policy_set.return_reason = State.SUBMITTED, actor, ""
    policy_set.save(update_fields=["state", "made_by", "departure_reason", "return_reason"])
    audit.record(actor, "policy.local_set.submitted", policy_set, reason=policy_set.departure_reason)
    return approvals.request(
        KIND,
        policy_set,
        content_of(policy_set),
        actor=actor,
        region=level_above(policy_set.region),
        reason=policy_set.departure_reason,
        due_days=10,
        url=f"/policy/sets/{policy_set.pk}/",
        title=str(policy_set),
    )


@transaction.atomic
def retract(policy_set: LocalPolicySet, *, actor: User) -> LocalPolicySet:
    """Take a submitted set back to a draft; refuses when the level above has decided, or another person submitted it."""
    policy_set = (
        LocalPolicySet.everywhere.select_for_update(of=("self",)).select_related("region").get(pk=policy_set.pk)
    )
    if policy_set.state != State.SUBMITTED:
        raise Refused(_("“%(name)s”%(state)s，不能撤回。请刷新页面。") % _named(policy_set))
    _may_draft(policy_set.region, actor)
    waiting = approvals.waiting_for(policy_set, KIND)
    if waiting is not None:
        approvals.withdraw(waiting, actor=actor)
    policy_set.state = State.DRAFT
    policy_set.save(update_fields=["state"])
    audit.record(actor, "policy.local_set.retracted", policy_set)
    return policy_set


@transaction.atomic
def withdraw(policy_set: LocalPolicySet, *, actor: User, reason: str) -> LocalPolicySet:
    """Take an approved set out of force altogether; only the level above may, with a reason."""
    policy_set = (
        LocalPolicySet.everywhere.select_for_update(of=("self",)).select_related("region").get(pk=policy_set.pk)
    )
    if policy_set.state != State.APPROVED:
        raise Refused(_("“%(name)s”%(state)s，不是已批准的标准，不能撤销。") % _named(policy_set))
    if not reason.strip():
        raise Refused(_("撤销标准须写明理由，审计据此核查。"), field="reason")
    if not actor.can("policy.approve") or not actor.may_see(level_above(policy_set.region)):
        raise Refused(_("只有上级机构有审批权限的人员可以撤销。"))
    policy_set.state, policy_set.withdrawn_by, policy_set.withdrawn_at = State.WITHDRAWN, actor, clock.now()
    policy_set.withdrawn_reason = reason.strip()[:500]
    policy_set.save(update_fields=["state", "withdrawn_by", "withdrawn_at", "withdrawn_reason"])
    audit.record(actor, "policy.local_set.withdrawn", policy_set, reason=policy_set.withdrawn_reason)
    revisions.renew()
    findings.recompute(clock.today(), actor=actor, region=policy_set.region)
    return policy_set


@transaction.atomic
def load_approved(text: str, *, source: str, actor: User | None = None) -> tuple[LocalPolicySet, bool]:
    """Take in a set that came into force before the office opened, as approved on its day; the same set twice is one.

    It is held against the bounds published by that day. Gives the set and whether it is new.
    """
    content = marked_yaml.load(text, source)
    found = vocabulary.parse(content, source)
    region = regions.by_code(found.area_code)
    if found.effective_on is None:
        raise Refused(_("%(source)s没有写 effective_on（生效日期）。请补写后重新装入。") % {"source": source})
    earlier = LocalPolicySet.everywhere.filter(
        region=region, effective_on=found.effective_on, state=State.APPROVED
    ).first()
    if earlier is not None:
        if earlier.text != text:
            raise Refused(
                _("%(source)s与已装入的“%(name)s”内容不同。已批准的标准不能修改：请先撤销原标准。")
                % {"source": source, "name": earlier.name}
            )
        return earlier, False
    policy_set = LocalPolicySet(region=region)
    _take(policy_set, text)
    policy_set.approved_on = found.issued_on or found.effective_on
    hold(policy_set, published_by=policy_set.approved_on)
    policy_set.state, policy_set.approved_at = State.APPROVED, clock.now()
    policy_set.save()
    audit.record(actor, "policy.local_set.loaded", policy_set, reason=source.strip())
    revisions.renew()
    return policy_set, True


def level_above(region: Region) -> Region:
    """The region that approves an area's set: the one it reports to."""
    above = regions.reporting_parent(region, clock.today())
    if above is None:
        raise Refused(_("%(region)s 没有上级地区，不能提交地方标准。请在“地区”中登记隶属关系。") % {"region": region})
    return above


def shortfalls(policy_set: LocalPolicySet, published_by: date) -> list[Shortfall]:
    """What the set breaks of the bounds in force from its start, or from a later approval, and published by a day."""
    on = max(policy_set.effective_on, published_by)
    if policy_set.ends_on is not None:
        on = min(on, policy_set.ends_on)
    terms: dict[str, Term] = {}
    if policy_set.kind == LocalPolicySet.Kind.SUPPLEMENT:
        terms.update(local_terms(policy_set.region, on))
    terms.update(term_set(policy_set).terms)
    return findings.shortfalls_of(policy_set.region, terms, on, published_by)


def hold(policy_set: LocalPolicySet, published_by: date) -> None:
    """Refuse a set that breaks a strict bound, or departs from a principle without a reason.

    A supplement may leave what the set under it already left standing: it is held to its own terms.
    """
    own = set(term_set(policy_set).terms)
    is_part = policy_set.kind == LocalPolicySet.Kind.SUPPLEMENT
    short = [s for s in shortfalls(policy_set, published_by) if not is_part or s.term in own]
    strict = [s for s in short if s.is_strict]
    if strict:
        raise Refused(
            _("“%(name)s”低于国家规定，不能提交：%(list)s。请按条款修改后再提交。")
            % {"name": policy_set.name, "list": "；".join(map(str, strict))}
        )
    if short and not policy_set.departure_reason:
        raise Refused(
            _("“%(name)s”与原则性标准不一致：%(list)s。请填写理由，由上级审批时一并审查。")
            % {"name": policy_set.name, "list": "；".join(map(str, short))},
            field="departure_reason",
        )


def content_of(policy_set: LocalPolicySet) -> dict[str, Any]:
    """What the level above agrees to."""
    return {
        "名称": policy_set.name,
        "地区": policy_set.region.code,
        "种类": policy_set.get_kind_display(),
        "文号": policy_set.document_number,
        "生效日期": policy_set.effective_on,
        "终止日期": policy_set.ends_on,
        "理由": policy_set.departure_reason,
        "标准": policy_set.content,
    }


def _take(policy_set: LocalPolicySet, text: str) -> TermSet:
    content = marked_yaml.load(text)
    found = vocabulary.parse(content)
    if found.area_code != policy_set.region.code:
        raise Refused(
            _("文稿中的 area 是 %(written)s，所选地区是 %(region)s（%(code)s），没有保存。请改为一致。")
            % {"written": found.area_code or "空", "region": policy_set.region, "code": policy_set.region.code}
        )
    if not found.name or found.effective_on is None:
        raise Refused(_("文稿须写明 name（名称）和 effective_on（生效日期），没有保存。请补写后再保存。"))
    policy_set.name, policy_set.document, policy_set.document_number = found.name, found.document, found.document_number
    policy_set.issued_on, policy_set.effective_on, policy_set.ends_on = (
        found.issued_on,
        found.effective_on,
        found.ends_on,
    )
    policy_set.is_illustrative = found.is_illustrative
    policy_set.is_partly_illustrative = any(term.is_illustrative for term in found.terms.values())
    policy_set.text, policy_set.content = text, vocabulary.plain(content)
    return found


def _may_draft(region: Region, actor: User) -> None:
    if not actor.can("policy.draft") or not actor.may_see(region):
        raise Refused(_("您不能为 %(region)s 起草政策标准。请由该地区的政策人员起草。") % {"region": region})


def _named(policy_set: LocalPolicySet) -> dict[str, str]:
    return {"name": policy_set.name, "state": str(policy_set.get_state_display())}


# --- the decision of the level above ------------------------------------------------------------------------------------


def _load(number: str) -> LocalPolicySet:
    return LocalPolicySet.everywhere.select_for_update(of=("self",)).select_related("region").get(pk=number)


def _approved(policy_set: LocalPolicySet, approval: Approval, actor: User) -> None:
    hold(policy_set, published_by=clock.today())
    taken = LocalPolicySet.everywhere.filter(
        region=policy_set.region,
        effective_on=policy_set.effective_on,
        kind=LocalPolicySet.Kind.FULL,
        state=State.APPROVED,
    )
    if policy_set.kind == LocalPolicySet.Kind.FULL and taken.exists():
        raise Refused(
            _("该地区自 %(on)s 起已有一套批准的标准。请撤销原标准，或改为补充文件。") % {"on": policy_set.effective_on}
        )
    policy_set.state, policy_set.approved_by = State.APPROVED, actor
    policy_set.approved_on, policy_set.approved_at = clock.today(), clock.now()
    policy_set.save(update_fields=["state", "approved_by", "approved_on", "approved_at"])
    audit.record(actor, "policy.local_set.approved", policy_set, reason=approval.reason)
    revisions.renew()
    findings.recompute(clock.today(), actor=actor, region=policy_set.region)


def _returned(policy_set: LocalPolicySet, approval: Approval, actor: User) -> None:
    policy_set.state, policy_set.return_reason = State.RETURNED, approval.decision_reason
    policy_set.save(update_fields=["state", "return_reason"])
    audit.record(actor, "policy.local_set.returned", policy_set, reason=approval.decision_reason)


def register() -> None:
    """Declare the approval of local sets."""
    approvals.register(KIND, _("地方政策标准"), "policy.approve", _approved, _returned, load=_load, content=content_of)
