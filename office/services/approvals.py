"""Approvals: one person asks, another decides, and the decision holds for exactly what was shown."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import models, transaction
from django.utils.translation import gettext as _

from core import audit, clock
from core.refusal import Conflict, Refused
from office import workdays
from office.models import Approval, Region, User
from office.services import notices

Decided = Callable[[Any, Approval, User], None]


@dataclass(frozen=True)
class Kind:
    """One kind of matter that needs a second person."""

    code: str
    title: Any
    permission: str
    on_approved: Decided
    on_refused: Decided | None
    load: Callable[[str], Any]
    content: Callable[[Any], dict[str, Any]] | None


_kinds: dict[str, Kind] = {}


def register(
    kind: str,
    title: Any,
    permission: str,
    on_approved: Decided,
    on_refused: Decided | None = None,
    *,
    load: Callable[[str], Any],
    content: Callable[[Any], dict[str, Any]] | None = None,
) -> None:
    """Declare a kind of matter.

    ``load(object_id)`` finds the object again and locks it; ``content(obj)`` reads its present content, so that an
    edit after the request is seen at the decision; the callbacks act in the decision's transaction.
    """
    _kinds[kind] = Kind(kind, title, permission, on_approved, on_refused, load, content)


def kind_of(approval: Approval) -> Kind:
    """The registered kind of an approval."""
    return _kinds[approval.kind]


def kind_titles() -> list[tuple[str, str]]:
    """Registered kinds with their titles, for filters."""
    return sorted((code, str(kind.title)) for code, kind in _kinds.items())


def digest(content: dict[str, Any]) -> str:
    """The hash of a content: canonical JSON, SHA-256."""
    return hashlib.sha256(_canonical(content).encode()).hexdigest()


def _canonical(content: dict[str, Any]) -> str:
    return json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=str)


def _plain(content: dict[str, Any]) -> dict[str, Any]:
    """The content as JSON keeps it (dates as text)."""
    plain: dict[str, Any] = json.loads(_canonical(content))
    return plain


@transaction.atomic
def request(
    kind: str,
    obj: models.Model,
    content: dict[str, Any],
    *,
    actor: User,
    region: Region | None = None,
    before: dict[str, Any] | None = None,
    amount_fen: int = 0,
    due_days: int | None = None,
    reason: str = "",
    url: str = "",
    title: str = "",
) -> Approval:
    """Ask for a decision about ``content`` of ``obj``; refuses while one is waiting.

    ``region`` is where the decision is taken (the level above passes its own region); default the object's.
    """
    matter = _kinds[kind]
    place = region or getattr(obj, "region", None) or actor.region
    if place is None:
        raise Refused(_("您的账户没有所属机构，不能提交审批。请联系系统管理员。"))
    if waiting_for(obj, kind) is not None:
        raise Refused(_("“%(title)s”已在审批中，不能重复提交。请等待审批，或先撤回。") % {"title": title or str(obj)})
    plain = _plain(content)
    approval = Approval.everywhere.create(
        kind=kind,
        title=(title or f"{matter.title} {obj}")[:200],
        object_type=obj._meta.label,
        object_id=str(obj.pk),
        content=plain,
        before=_plain(before or {}),
        content_hash=digest(plain),
        permission=matter.permission,
        region=place,
        amount_fen=amount_fen,
        reason=reason,
        url=url,
        maker=actor,
        due_on=workdays.add(clock.today(), due_days) if due_days else None,
    )
    audit.record(actor, "office.approval.requested", approval, reason=reason)
    return approval


@transaction.atomic
def decide(approval: Approval, approve: bool, *, actor: User, reason: str = "") -> Approval:
    """Agree to or send back; refuses one's own matter, a matter already decided, and one edited since.

    When the content changed since it was asked for, the approval becomes void and the caller is told so.
    """
    approval = Approval.everywhere.select_for_update(of=("self",)).get(pk=approval.pk)
    if approval.state != Approval.State.WAITING:
        raise Conflict(
            _("该审批已办结（%(state)s），不能再次审批。请刷新列表。") % {"state": approval.get_state_display()}
        )
    if approval.maker_id == actor.pk:
        raise Refused(_("经办人不能审批自己提交的事项。请由另一位有权限的人员审批。"))
    if not actor.can(approval.permission) or not actor.may_see(approval.region_id):
        raise Refused(_("您没有审批该事项的权限。请由有权限的人员审批。"))
    if not approve and not reason.strip():
        raise Refused(_("退回须填写意见，经办人据此修改。"), field="reason")
    matter = kind_of(approval)
    obj = matter.load(approval.object_id)
    if matter.content is not None and digest(_plain(matter.content(obj))) != approval.content_hash:
        _finish(approval, Approval.State.VOID, actor=None, reason=_("提交后内容有修改"))
        return approval
    _finish(approval, Approval.State.APPROVED if approve else Approval.State.REFUSED, actor=actor, reason=reason)
    callback = matter.on_approved if approve else matter.on_refused
    if callback is not None:
        callback(obj, approval, actor)
    audit.record(actor, "office.approval.approved" if approve else "office.approval.refused", approval, reason=reason)
    notices.tell(
        approval.maker,
        (_("“%(title)s”已同意") if approve else _("“%(title)s”已退回：%(reason)s"))
        % {"title": approval.title, "reason": reason},
        url=approval.url,
    )
    return approval


@transaction.atomic
def withdraw(approval: Approval, *, actor: User) -> Approval:
    """Take one's own waiting request back."""
    approval = Approval.everywhere.select_for_update(of=("self",)).get(pk=approval.pk)
    if approval.maker_id != actor.pk:
        raise Refused(_("只有经办人本人可以撤回。"))
    if approval.state != Approval.State.WAITING:
        raise Conflict(_("该审批已办结，不能撤回。请刷新列表。"))
    _finish(approval, Approval.State.WITHDRAWN, actor=None, reason="")
    audit.record(actor, "office.approval.withdrawn", approval)
    return approval


def void_for(obj: models.Model) -> int:
    """Void what waits about an object that is being edited; returns how many."""
    return Approval.everywhere.filter(
        object_type=obj._meta.label, object_id=str(obj.pk), state=Approval.State.WAITING
    ).update(state=Approval.State.VOID, decided_at=clock.now(), decision_reason=_("提交后内容有修改"))


def waiting_for(obj: models.Model, kind: str = "") -> Approval | None:
    """The waiting approval of an object, if any."""
    found = Approval.everywhere.filter(object_type=obj._meta.label, object_id=str(obj.pk), state=Approval.State.WAITING)
    return (found.filter(kind=kind) if kind else found).first()


def _finish(approval: Approval, state: str, *, actor: User | None, reason: str) -> None:
    approval.state = state
    approval.checker = actor
    approval.decided_at = clock.now()
    approval.decision_reason = reason[:500]
    approval.save(update_fields=["state", "checker", "decided_at", "decision_reason"])
