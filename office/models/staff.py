"""Offices, the people and machines that work in them, and the roles they hold by date."""

from datetime import date, timedelta
from functools import cached_property
from typing import Any, ClassVar

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.validators import ASCIIUsernameValidator
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core import clock, history
from core.ranges import DateRange
from core.scope import ScopedModel
from office.models.regions import NATION_CODE, Level, Region, RegionClosure
from office.permissions import ADMIN_ROLES, ROLE_CHOICES, ROLES


@history.tracked()
class Office(ScopedModel):
    """One agency office (经办机构) that works for one region."""

    scope = "region"

    code = models.CharField(_("机构编码"), max_length=20, unique=True)
    name = models.CharField(_("机构名称"), max_length=100)
    region = models.ForeignKey(Region, models.PROTECT, related_name="offices", verbose_name=_("所辖地区"))
    level = models.CharField(_("级别"), max_length=10, choices=Level.choices)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, verbose_name=_("上级机构"))
    is_open = models.BooleanField(_("启用"), default=True)

    class Meta(ScopedModel.Meta):
        verbose_name = verbose_name_plural = _("经办机构")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name


class StaffManager(BaseUserManager["User"]):
    """The unscoped manager that Django's log-in machinery needs."""

    use_in_migrations = False


@history.tracked(exclude=["password", "last_login", "identity_index", "pinyin"])
class User(ScopedModel, AbstractBaseUser):
    """One natural person who works in an office, or one machine (hospital system) that calls in."""

    scope = "office__region"

    username = models.CharField(_("用户名"), max_length=60, unique=True, validators=[ASCIIUsernameValidator()])
    name = models.CharField(_("姓名"), max_length=60)
    pinyin = models.CharField(_("拼音"), max_length=120, blank=True)
    office = models.ForeignKey(
        Office, models.PROTECT, null=True, blank=True, related_name="staff", verbose_name=_("机构")
    )
    is_active = models.BooleanField(_("在用"), default=True)
    is_machine = models.BooleanField(_("系统账户"), default=False)
    identity_index = models.BinaryField(
        _("证件号码索引"), max_length=32, null=True, blank=True, unique=True, editable=False
    )
    provider_code = models.CharField(_("定点机构编码"), max_length=12, blank=True)
    must_change_password = models.BooleanField(_("须修改密码"), default=False)
    password_changed_at = models.DateTimeField(_("密码修改时间"), null=True, blank=True)
    is_demonstration = models.BooleanField(_("演示账户"), default=False)
    created_at = models.DateTimeField(_("建立时间"), default=clock.now)

    everywhere: ClassVar[StaffManager] = StaffManager()

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS = ["name"]

    class Meta(ScopedModel.Meta):
        verbose_name = verbose_name_plural = _("工作人员")
        ordering = ["username"]
        default_manager_name = "everywhere"

    def __str__(self) -> str:
        return self.name or self.username

    def get_full_name(self) -> str:
        return self.name

    # --- roles and permissions ---------------------------------------------------------------------------------------

    def roles_on(self, on: date) -> frozenset[str]:
        """The roles held on a day."""
        return frozenset(
            Posting.everywhere.filter(
                Q(ends_on__isnull=True) | Q(ends_on__gte=on), user_id=self.pk, starts_on__lte=on
            ).values_list("role", flat=True)
        )

    @cached_property
    def roles(self) -> frozenset[str]:
        """The roles held today; read once for each request, so that a withdrawn role acts at the next click."""
        return self.roles_on(clock.today()) if self.is_active and self.pk else frozenset()

    @cached_property
    def permissions(self) -> frozenset[str]:
        """The permission strings of today's roles."""
        return frozenset().union(*(ROLES[role] for role in self.roles if role in ROLES))

    def can(self, permission: str) -> bool:
        """Whether today's roles carry ``permission``; an empty one asks only for a live account."""
        return self.is_active and (not permission or permission in self.permissions)

    def can_any(self, *permissions: str) -> bool:
        """Whether one of ``permissions`` is held."""
        return any(self.can(permission) for permission in permissions)

    @property
    def is_read_only(self) -> bool:
        """Auditors look and never write."""
        return "auditor" in self.roles

    # --- log-in -------------------------------------------------------------------------------------------------------

    @property
    def password_is_too_old(self) -> bool:
        """Whether the site's password profile asks for a new one (等保: 定期更换)."""
        days = getattr(settings, "PASSWORD_MAX_AGE_DAYS", None)
        if not days or self.is_machine or self.is_demonstration or self.password_changed_at is None:
            return False
        return self.password_changed_at + timedelta(days=days) < clock.now()

    @cached_property
    def has_second_factor(self) -> bool:
        """Whether a confirmed one-time password device is set up."""
        from django_otp.plugins.otp_totp.models import TOTPDevice  # its model points to this one

        return TOTPDevice.objects.filter(user_id=self.pk, confirmed=True).exists()

    # --- scope -------------------------------------------------------------------------------------------------------

    @cached_property
    def region(self) -> Region | None:
        """The region of the office."""
        return self.office.region if self.office_id else None  # type: ignore[union-attr]

    @property
    def level(self) -> str:
        """The level of the office's region; empty without an office."""
        return self.region.level if self.region else ""

    @property
    def is_national(self) -> bool:
        """Whether the account works for the whole nation."""
        return self.region is not None and self.region.code == NATION_CODE

    def region_filter(self, path: str = "region") -> Q:
        """The condition on ``path`` (to a Region) that keeps what lies in the account's area today.

        Nothing for an account without an office or a closed office; everything for the national office.
        """
        if not self.is_active or self.office is None or not self.office.is_open:
            return Q(pk__in=[])
        if self.is_national:
            return Q()
        return Q(**{f"{path}__in": self.scope_regions()})

    def region_code_filter(self, field: str) -> Q:
        """The same for a field that holds a region's code instead of a key."""
        if not self.is_active or self.office is None or not self.office.is_open:
            return Q(pk__in=[])
        if self.is_national:
            return Q()
        return Q(**{f"{field}__in": Region.everywhere.filter(pk__in=self.scope_regions()).values("code")})

    def scope_regions(self) -> "models.QuerySet[RegionClosure, Any]":
        """The ids of the regions in scope today, as a subquery."""
        on = clock.today()
        return RegionClosure.everywhere.filter(
            Q(ends_on__isnull=True) | Q(ends_on__gte=on), starts_on__lte=on, kind="scope", ancestor=self.region
        ).values("descendant")

    def may_see(self, region: Region | int | None) -> bool:
        """Whether a region lies in the account's area today."""
        if region is None or not self.is_active or self.office is None or not self.office.is_open:
            return False
        if self.is_national:
            return True
        number = region.pk if isinstance(region, Region) else region
        return self.scope_regions().filter(descendant_id=number).exists()

    # --- Django's admin ----------------------------------------------------------------------------------------------

    @property
    def is_staff(self) -> bool:
        return not self.is_machine and self.can_any("core.admin.system", "core.admin.security", "policy.admin")

    @property
    def is_superuser(self) -> bool:
        """Nobody is: three administrators share what a superuser would hold."""
        return False

    def has_perm(self, permission: str, obj: object = None) -> bool:
        return self.can(permission)

    def has_perms(self, permissions: list[str], obj: object = None) -> bool:
        return all(self.can(permission) for permission in permissions)

    def has_module_perms(self, app_label: str) -> bool:
        return self.is_staff


@history.tracked()
class Posting(ScopedModel):
    """One role that one account holds for a range of days."""

    scope = "user__office__region"

    user = models.ForeignKey(User, models.CASCADE, related_name="postings", verbose_name=_("账户"))
    role = models.CharField(_("岗位"), max_length=20, choices=ROLE_CHOICES)
    starts_on = models.DateField(_("起始日期"))
    ends_on = models.DateField(_("终止日期"), null=True, blank=True)
    granted_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("授权人")
    )
    recorded_at = models.DateTimeField(_("登记时间"), default=clock.now)

    class Meta(ScopedModel.Meta):
        verbose_name = verbose_name_plural = _("岗位")
        constraints = [
            models.CheckConstraint(
                name="posting_ends_after_start",
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                violation_error_message=_("终止日期不能早于起始日期。"),
            ),
            models.CheckConstraint(
                name="posting_not_granted_by_oneself",
                condition=Q(granted_by__isnull=True) | ~Q(granted_by=F("user")),
                violation_error_message=_("不能给自己授权。请由安全管理员授权。"),
            ),
            ExclusionConstraint(
                name="posting_once",
                expressions=[
                    ("user", RangeOperators.EQUAL),
                    ("role", RangeOperators.EQUAL),
                    (DateRange("starts_on", "ends_on"), RangeOperators.OVERLAPS),
                ],
                violation_error_message=_("该账户在这段日期已有此岗位。"),
            ),
            # 三权分立: two different ones of the three administrators never meet in one account.
            ExclusionConstraint(
                name="posting_admins_apart",
                expressions=[
                    ("user", RangeOperators.EQUAL),
                    ("role", RangeOperators.NOT_EQUAL),
                    (DateRange("starts_on", "ends_on"), RangeOperators.OVERLAPS),
                ],
                condition=Q(role__in=sorted(ADMIN_ROLES)),
                violation_error_message=_("系统管理员、安全管理员、审计管理员不能由同一人兼任。"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.get_role_display()}"


class PasswordRecord(ScopedModel):
    """One earlier password (its hash), so that it cannot come back too soon."""

    scope = "nobody"

    user = models.ForeignKey(User, models.CASCADE, related_name="password_records", verbose_name=_("账户"))
    password = models.CharField(_("密码散列"), max_length=200)
    replaced_at = models.DateTimeField(_("更换时间"), default=clock.now)

    class Meta(ScopedModel.Meta):
        verbose_name = verbose_name_plural = _("历史密码")


class MachineToken(ScopedModel):
    """One key of a machine account; only its digest is kept, the key itself is shown once."""

    scope = "user__office__region"

    user = models.ForeignKey(User, models.CASCADE, related_name="machine_tokens", verbose_name=_("系统账户"))
    digest = models.CharField(_("摘要"), max_length=64, unique=True, editable=False)
    label = models.CharField(_("用途"), max_length=60)
    created_at = models.DateTimeField(_("建立时间"), default=clock.now)
    expires_on = models.DateField(_("有效期至"))
    revoked_at = models.DateTimeField(_("吊销时间"), null=True, blank=True)

    class Meta(ScopedModel.Meta):
        verbose_name = verbose_name_plural = _("系统账户密钥")

    def __str__(self) -> str:
        return f"{self.user} · {self.label}"
