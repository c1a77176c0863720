"""Accounts: the system administrator makes them, the security administrator gives them roles, neither does both."""

import hashlib
import secrets
from datetime import date, timedelta

from django.conf import settings
from django.contrib.auth.hashers import check_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from core import audit, clock
from core import secrets as data_secrets
from core.identity import IdentityNumber
from core.refusal import Refused
from office.models import MachineToken, Office, PasswordRecord, Posting, User
from office.permissions import ADMIN_ROLES, READ_ONLY_ROLES, ROLES, role_label
from office.selectors.regions import covering
from office.services.regions import pinyin


@transaction.atomic
def open_account(
    *,
    username: str,
    name: str,
    office: Office,
    actor: User | None,
    identity_number: str = "",
    is_machine: bool = False,
    provider_code: str = "",
) -> tuple[User, str]:
    """Make an account without roles; returns it with its one-time password, shown once and to be changed.

    Refuses a user name in use and a second account of one natural person (by identity number).
    """
    if actor is not None and not actor.may_see(office.region_id):
        raise Refused(_("该机构不在您的辖区内。"))
    if User.everywhere.filter(username=username).exists():
        raise Refused(_("用户名 %(username)s 已被使用。请另取一个。") % {"username": username}, field="username")
    index = None
    if identity_number:
        index = data_secrets.blind_index(str(IdentityNumber.parse(identity_number)))
        if User.everywhere.filter(identity_index=index).exists():
            raise Refused(_("该人员已有账户，一人一户。请启用或调整原账户。"), field="identity_number")
    user = User(
        username=username,
        name=name,
        pinyin=pinyin(name),
        office=office,
        identity_index=index,
        is_machine=is_machine,
        provider_code=provider_code,
        must_change_password=not is_machine,
        password_changed_at=clock.now(),
    )
    password = one_time_password()
    if is_machine:
        user.set_unusable_password()
    else:
        user.set_password(password)
    user.full_clean(exclude=["password"])
    user.save()
    audit.record(actor, "office.account.opened", user)
    return user, "" if is_machine else password


def one_time_password() -> str:
    """A random password that fits both password profiles."""
    return f"Yb1-{secrets.token_urlsafe(12)}"


@transaction.atomic
def set_active(user: User, active: bool, *, actor: User, reason: str) -> User:
    """Enable or disable an account; a disabled one is out at its next click."""
    user = User.everywhere.select_for_update(of=("self",)).get(pk=user.pk)
    _within(user, actor)
    if user.pk == actor.pk:
        raise Refused(_("不能停用自己的账户。请由另一位系统管理员办理。"))
    user.is_active = active
    user.save(update_fields=["is_active"])
    if not active:
        MachineToken.everywhere.filter(user=user, revoked_at__isnull=True).update(revoked_at=clock.now())
    audit.record(actor, "office.account.enabled" if active else "office.account.disabled", user, reason=reason)
    return user


@transaction.atomic
def reset_password(user: User, *, actor: User, reason: str) -> str:
    """Give an account a new one-time password; returns it once. Lock-outs of the account are lifted."""
    from axes.utils import reset

    user = User.everywhere.select_for_update(of=("self",)).get(pk=user.pk)
    _within(user, actor)
    password = one_time_password()
    _keep(user)
    user.set_password(password)
    user.must_change_password, user.password_changed_at = True, clock.now()
    user.save(update_fields=["password", "must_change_password", "password_changed_at"])
    reset(username=user.username)
    audit.record(actor, "office.account.password_reset", user, reason=reason)
    return password


@transaction.atomic
def change_password(user: User, *, old: str, new: str) -> User:
    """The account's own change of password; refuses a wrong old one, a weak new one, and one used before."""
    user = User.everywhere.select_for_update(of=("self",)).get(pk=user.pk)
    if not user.check_password(old):
        raise Refused(_("原密码不对。请重新输入。"), field="old")
    try:
        validate_password(new, user)
    except ValidationError as error:
        raise Refused(" ".join(error.messages), field="new") from None
    history = int(getattr(settings, "PASSWORD_HISTORY", 0))
    earlier = [
        user.password,
        *PasswordRecord.everywhere.filter(user=user).order_by("-pk").values_list("password", flat=True)[:history],
    ]
    if any(check_password(new, known) for known in earlier):
        raise Refused(_("新密码与最近用过的密码相同。请另设一个。"), field="new")
    _keep(user)
    user.set_password(new)
    user.must_change_password, user.password_changed_at = False, clock.now()
    user.save(update_fields=["password", "must_change_password", "password_changed_at"])
    audit.record(user, "office.account.password_changed", user)
    return user


@transaction.atomic
def grant(user: User, role: str, *, starts_on: date, actor: User | None, ends_on: date | None = None) -> Posting:
    """Give an account a role; refuses one's own account, two of the three administrators, a reader who would write."""
    user = User.everywhere.select_for_update(of=("self",)).get(pk=user.pk)
    if role not in ROLES:
        raise Refused(_("没有“%(role)s”这一岗位。") % {"role": role}, field="role")
    if actor is not None:
        _within(user, actor)
        if actor.pk == user.pk:
            raise Refused(_("不能给自己授权。请由另一位安全管理员办理。"))
    if user.is_machine != (role == "hospital"):
        raise Refused(_("系统账户只能授予“医院系统”，人员账户不能授予“医院系统”。"), field="role")
    held = Posting.everywhere.filter(user=user).exclude(ends_on__lt=starts_on)
    if ends_on is not None:
        held = held.exclude(starts_on__gt=ends_on)
    held_roles = set(held.values_list("role", flat=True))
    if role in held_roles:
        raise Refused(_("该账户在这段日期已有“%(role)s”岗位。") % {"role": role_label(role)}, field="role")
    if held_roles and (role in ADMIN_ROLES or held_roles & ADMIN_ROLES):
        raise Refused(_("系统管理员、安全管理员、审计管理员不能由同一人兼任，也不能兼任业务岗位。"), field="role")
    if held_roles and (role in READ_ONLY_ROLES) != bool(held_roles & READ_ONLY_ROLES):
        raise Refused(_("审计岗位只读，不能与办理业务的岗位兼任。"), field="role")
    try:
        with transaction.atomic():
            posting = Posting.everywhere.create(
                user=user, role=role, starts_on=starts_on, ends_on=ends_on, granted_by=actor
            )
    except IntegrityError:
        raise Refused(_("该岗位与已有岗位冲突。请先终止已有岗位。"), field="role") from None
    audit.record(
        actor,
        "office.posting.granted",
        user,
        changes={"role": role, "starts_on": str(starts_on), "ends_on": str(ends_on or "")},
    )
    return posting


@transaction.atomic
def revoke(posting: Posting, *, actor: User, on: date) -> Posting:
    """End a role: its last day is the day before ``on``; acts at the account's next click."""
    posting = Posting.everywhere.select_for_update(of=("self",)).select_related("user__office").get(pk=posting.pk)
    _within(posting.user, actor)
    if posting.ends_on is not None and posting.ends_on < on:
        raise Refused(_("该岗位已终止。请刷新页面。"))
    last = on - timedelta(days=1)
    audit.record(actor, "office.posting.revoked", posting.user, changes={"role": posting.role, "ends_on": str(last)})
    if last < posting.starts_on:
        posting.delete()
    else:
        posting.ends_on = last
        posting.save(update_fields=["ends_on"])
    return posting


@transaction.atomic
def issue_token(user: User, *, label: str, expires_on: date, actor: User) -> str:
    """A new key of a machine account; returned once, only its digest is kept."""
    _within(user, actor)
    if not user.is_machine:
        raise Refused(_("只有系统账户可以使用密钥。"))
    key = secrets.token_urlsafe(32)
    token = MachineToken.everywhere.create(user=user, digest=token_digest(key), label=label, expires_on=expires_on)
    audit.record(actor, "office.token.issued", user, changes={"label": label, "token": token.pk})
    return key


@transaction.atomic
def revoke_token(token: MachineToken, *, actor: User) -> MachineToken:
    """Make a key worthless from now on."""
    token = MachineToken.everywhere.select_for_update(of=("self",)).select_related("user__office").get(pk=token.pk)
    _within(token.user, actor)
    token.revoked_at = token.revoked_at or clock.now()
    token.save(update_fields=["revoked_at"])
    audit.record(actor, "office.token.revoked", token.user, changes={"token": token.pk})
    return token


def token_digest(key: str) -> str:
    """What is kept of a key."""
    return hashlib.sha256(key.encode()).hexdigest()


def active_token(key: str) -> MachineToken | None:
    """The live token of a key: not revoked, not expired, of an active machine account."""
    return (
        MachineToken.everywhere.select_related("user__office__region")
        .filter(
            digest=token_digest(key),
            revoked_at__isnull=True,
            expires_on__gte=clock.today(),
            user__is_active=True,
            user__is_machine=True,
        )
        .first()
    )


def _keep(user: User) -> None:
    if user.has_usable_password():
        PasswordRecord.everywhere.create(user=user, password=user.password)


def _within(user: User, actor: User) -> None:
    """Administrators act inside their own area; an account without an office belongs to the national one."""
    if user.office is None:
        inside = actor.is_national
    else:
        inside = actor.may_see(user.office.region_id)
    if not inside:
        raise Refused(_("该账户不在您的辖区内。"))


def live_postings(user: User) -> list[Posting]:
    """The roles an account holds today."""
    return list(Posting.everywhere.filter(covering(clock.today()), user=user))
